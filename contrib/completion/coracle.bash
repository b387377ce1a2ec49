# bash completion for coracle(1): commands and options are what --help names, the rest is asked of the engine

_coracle_commands() {
    "${COMP_WORDS[0]}" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_coracle_options() { # [COMMAND]
    "${COMP_WORDS[0]}" "$@" --help 2>/dev/null | sed -nE 's/^ +((-[A-Za-z]), )?(--[a-z-]+).*/\2 \3/p'
}

_coracle_arguments() { # COMMAND [--url URL]
    local command=$1
    shift
    case $command in
        exec | logs | stop | kill | wait | rm) "${COMP_WORDS[0]}" "$@" ps -a --format '{{.Names}}' ;;
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
    if [ -z "$command" ]; then
        words="$(_coracle_commands) $(_coracle_options)"
    elif [[ $current == -* ]]; then
        words="$(_coracle_options "$command") --help"
    else
        words=$(_coracle_arguments "$command" "${url[@]}")
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _coracle coracle
