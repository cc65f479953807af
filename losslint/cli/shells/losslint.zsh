#compdef losslint
# Completion of losslint in zsh. In ~/.zshrc: eval "$(losslint completion zsh)"
# or as a file named _losslint in a folder of $fpath.

_losslint() {
    local command=${${(Q)words[1]}/#\~/$HOME} value about files= ended=1
    local -a found open
    while IFS=$'\t' read -r value about; do
        case $value in
            :files) files=1 && [[ -z $about ]] || compset -P "${(b)about}" ;;
            *=) open+=("${value//:/\\:}:$about") ;;
            *) found+=("${value//:/\\:}:$about") ;;
        esac
    done < <(_LOSSLINT_COMPLETE="=${(Q)PREFIX}" $command "${(@Q)words[2,CURRENT-1]}" 2> /dev/null)
    (( $#found )) && _describe -t values losslint found && ended=0
    (( $#open )) && _describe -t values losslint open -S '' && ended=0
    [[ -n $files ]] && _files && ended=0
    return ended
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    # The first call of a file of $fpath is already one to complete.
    _losslint "$@"
else
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i }
    compdef _losslint losslint
fi
