# Secrets of a test, removed after its file. Loaded after lib/e2e.

fresh_secret() { # [WORD]: $secret: a name nobody else has
    secret=${1:-s}-$BASHPID-$RANDOM$RANDOM
    echo "$secret" >>"$WORK/names/$(e2e_file).secrets"
}

secret_create() { # [VALUE] [QUERY]: a secret of that value; sets $secret and $secret_id
    fresh_secret
    printf %s "${1:-value}" >"$BATS_TEST_TMPDIR/value"
    api POST "/libpod/secrets/create?name=$secret${2:+&$2}" -H 'Content-Type: application/octet-stream' \
        --data-binary "@$BATS_TEST_TMPDIR/value"
    [ "$status" = 200 ] || return 1
    secret_id=$(field .ID)
}

secrets_remove() {
    local file
    file=$WORK/names/$(e2e_file).secrets
    [ -s "$file" ] || return 0
    sort -u "$file" | while read -r secret; do
        curl -s -o /dev/null --max-time 60 --unix-socket "$SOCKET" -X DELETE "http://e2e/v5.0.0/libpod/secrets/$secret"
    done
    rm -f "$file"
}

teardown_file() {
    e2e_remove_containers
    secrets_remove
}
