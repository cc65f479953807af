# Completion of losslint in bash. In ~/.bashrc: eval "$(losslint completion bash)"

_losslint() {
    local rest=${COMP_LINE:0:COMP_POINT} command=${1/#\~/$HOME} words=() n=-1 i word trimmed
    # bash takes = and : for the ends of words; here a word ends where a blank follows.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        word=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then word=$trimmed; fi
        if ((i == 0)) || [[ $trimmed != "$rest" ]]; then
            n=$((n + 1))
            words[n]=$word
        else
            words[n]+=$word
        fi
        rest=${trimmed#"$word"}
    done
    type "$command" > /dev/null 2>&1 || command=losslint
    local typed=${words[n]} done_already='' value about open='' files=''
    # It is for bash to put what stands before the last = or : in front.
    case $COMP_WORDBREAKS in
        *[=:]*) case $typed in *[=:]*) done_already=${typed%"${typed##*[=:]}"} ;; esac ;;
    esac
    COMPREPLY=()
    while IFS=$'\t' read -r value about; do
        if [[ $value == :files ]]; then
            files=1
        else
            if [[ $value == *= ]]; then open=1; fi
            COMPREPLY+=("${value#"$done_already"}")
        fi
    done < <(_LOSSLINT_COMPLETE="=$typed" "$command" ${words[@]:1:n-1} 2> /dev/null)
    if [[ $open ]]; then compopt -o nospace 2> /dev/null; fi
    if [[ $files ]]; then
        compopt -o default 2> /dev/null || COMPREPLY=($(compgen -f -- "${typed#"$done_already"}"))
    fi
}

complete -F _losslint losslint
