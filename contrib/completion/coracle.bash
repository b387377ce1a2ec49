# bash completion for coracle(1): commands and options are what --help names, the rest is asked of the engine

_coracle_commands() {
    "${COMP_WORDS[0]}" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z ]*[a-z]\)  .*/\1/p'
}

_coracle_seconds() { # WORD: what follows it in commands of two words
    _coracle_commands | sed -n "s/^$1 //p"
}

_coracle_options() { # [COMMAND]
    "${COMP_WORDS[0]}" "$@" --help 2>/dev/null | sed -nE 's/^ +((-[A-Za-z]), )?(--[a-z0-9-]+).*/\2 \3/p'
}

_coracle_arguments() { # COMMAND [--url URL]
    local command=$1
    shift
    case $command in
        "network rm" | "network inspect" | "network exists" | "network update")
            "${COMP_WORDS[0]}" "$@" network ls -q
            ;;
        "secret rm" | "secret inspect" | "secret exists") "${COMP_WORDS[0]}" "$@" secret ls --format '{{.Spec.Name}}' ;;
        "volume rm" | "volume inspect" | "volume exists" | "volume export" | "volume import")
            "${COMP_WORDS[0]}" "$@" volume ls -q
            ;;
        exec | logs | "healthcheck run" | stats | init | stop | kill | wait | rm | diff | export | commit | "network "*)
            "${COMP_WORDS[0]}" "$@" ps -a --format '{{.Names}}'
            ;;
        run | pull) "${COMP_WORDS[0]}" "$@" images --format '{{.RepoTags}}' | tr , '\n' ;;
        inspect)
            _coracle_arguments exec "$@"
            _coracle_arguments run "$@"
            ;;
    esac 2>/dev/null
}

_coracle() {
    local current=${COMP_WORDS[COMP_CWORD]} command="" url=() i words
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --url | -H)
                i=$((i + 1))
                url=(--url "${COMP_WORDS[i]}")
                ;;
            -*) ;;
            *)
                command=${COMP_WORDS[i]}
                break
                ;;
        esac
    done
    if [ -n "$command" ] && [ -n "$(_coracle_seconds "$command")" ]; then
        if [ $((i + 1)) -lt "$COMP_CWORD" ]; then
            command="$command ${COMP_WORDS[i + 1]}"
        else
            words=$(_coracle_seconds "$command")
            command=two
        fi
    fi
    # shellcheck disable=SC2086 # a command may have two words
    if [ -z "$command" ]; then
        words="$(_coracle_commands | sed 's/ .*//' | uniq) $(_coracle_options)"
    elif [ "$command" = two ]; then
        :
    elif [[ $current == -* ]]; then
        words="$(_coracle_options $command) --help"
    else
        words=$(_coracle_arguments "$command" "${url[@]}")
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _coracle coracle
