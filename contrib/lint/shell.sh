#!/bin/sh
# Every script, read by shellcheck.
set -eu
command -v shellcheck >/dev/null || {
    echo "shellcheck is not installed: install the package shellcheck"
    exit 1
}
git ls-files "*.sh" | xargs shellcheck -x
