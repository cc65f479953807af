# Completion of losslint in fish:
# losslint completion fish > ~/.config/fish/completions/losslint.fish

function __losslint_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    for line in (_LOSSLINT_COMPLETE="=$typed" $program $words 2>/dev/null)
        set -l offer (string split -m 1 \t -- $line)
        if test "$offer[1]" = :files
            set -l part (string sub -s (math (string length -- "$offer[2]") + 1) -- $typed)
            for file in (__fish_complete_path "$part" '')
                echo $offer[2]$file
            end
        else
            echo $line
        end
    end
end

complete -c losslint -f -a '(__losslint_complete)'
