load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

binary='Content-Type: application/octet-stream'

@test "a secret is made of the body's bytes" {
    secret_create $'two\nlines' "labels=$(quote '{"colour":"blue","empty":""}')"
    [[ $secret_id =~ ^[0-9a-f]{25}$ ]]
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.ID == $id and .Spec.Name == $name and .SecretData == "two\nlines" and .Spec.Driver.Name == "file"' \
        --arg id "$secret_id" --arg name "$secret"
    json '.Spec.Labels == {"colour":"blue","empty":""} and .CreatedAt == .UpdatedAt'
}

@test "a value may hold every byte" {
    fresh_secret
    printf '\0\1\377"\\ a\0' >"$BATS_TEST_TMPDIR/value"
    api POST "/libpod/secrets/create?name=$secret" -H "$binary" --data-binary "@$BATS_TEST_TMPDIR/value"
    [ "$status" = 200 ]
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "\u0000\u0001\ufffd\"\\ a\u0000"'
    jq -e --arg id "$(field .ID)" '.[$id] == "AAH/IlwgYQA="' "$WORK/root/secrets/filedriver/secretsdata.json"
}

@test "a name is taken once" {
    secret_create
    api POST "/libpod/secrets/create?name=$secret" -H "$binary" --data-binary other
    refused 409 "$secret"
    [ "$ENGINE" != coracle ] || json '.cause == "secret name in use"'
    api POST "/libpod/secrets/create?name=$secret_id" -H "$binary" --data-binary other
    refused 409 "$secret_id" # the id of one is not the name of another
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "value"'
}

@test "replace keeps the name and its age and changes the rest" {
    secret_create old "labels=$(quote '{"a":"b"}')"
    local created
    api GET "/libpod/secrets/$secret/json"
    created=$(field .CreatedAt)
    api POST "/libpod/secrets/create?name=$secret&replace=true" -H "$binary" --data-binary new
    [ "$status" = 200 ]
    [ "$(field .ID)" != "$secret_id" ]
    api GET "/libpod/secrets/$secret_id/exists"
    [ "$status" = 404 ]
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "new" and .CreatedAt == $created and .UpdatedAt > $created and .Spec.Labels == {}' --arg created "$created"
    run ! grep -q "$secret_id" "$WORK/root/secrets/secrets.json" "$WORK/root/secrets/filedriver/secretsdata.json"
}

@test "ignore answers with the secret that is there" {
    only_for coracle # podman has it from 5.6 on
    secret_create old
    api POST "/libpod/secrets/create?name=$secret&ignore=true" -H "$binary" --data-binary new
    [ "$status" = 200 ]
    [ "$(field .ID)" = "$secret_id" ]
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "old"'
    api POST "/libpod/secrets/create?name=$secret&ignore=true&replace=true" -H "$binary" --data-binary new
    refused 400 ignore replace
}

@test "nothing and 512000 bytes are refused" {
    fresh_secret
    api POST "/libpod/secrets/create?name=$secret" -H "$binary" --data-binary ''
    refused 400 data "larger than 0"
    api POST "/libpod/secrets/create?name=$secret" -H "$binary"
    refused 400 data "larger than 0"
    head -c 512000 /dev/zero >"$BATS_TEST_TMPDIR/big"
    api POST "/libpod/secrets/create?name=$secret" -H "$binary" --data-binary "@$BATS_TEST_TMPDIR/big"
    refused 400 data "less than 512000"
    api GET "/libpod/secrets/$secret/exists"
    [ "$status" = 404 ]
    truncate -s 511999 "$BATS_TEST_TMPDIR/big"
    api POST "/libpod/secrets/create?name=$secret" -H "$binary" --data-binary "@$BATS_TEST_TMPDIR/big"
    [ "$status" = 200 ]
}

@test "names are refused that no secret can have" {
    local name long
    long=$(printf 'x%.0s' {1..254})
    for name in '' a=b a/b a,b . .. $'a\nb' "$long"; do
        case $ENGINE:$name in podman:. | podman:.. | podman:*$'\n'*) continue ;; esac
        api POST "/libpod/secrets/create?name=$(quote "$name")" -H "$binary" --data-binary x
        refused 400 name
    done
    api POST "/libpod/secrets/create" -H "$binary" --data-binary x
    refused 400 name
    only_for coracle
    api POST "/libpod/secrets/create?name=a%00b" -H "$binary" --data-binary x
    refused 400 NUL
    api POST "/libpod/secrets/create?name=a%ffb" -H "$binary" --data-binary x
    refused 400 name
}

@test "what is no driver and what is no option is named" {
    fresh_secret
    api POST "/libpod/secrets/create?name=$secret&driver=vault" -H "$binary" --data-binary x
    refused 400 driver vault
    api POST "/libpod/secrets/create?name=$secret&driver=shell" -H "$binary" --data-binary x
    refused 400 driveropts list
    api POST "/libpod/secrets/create?name=$secret&driver=shell&driveropts=$(quote '{"list":"a","lookup":"b","store":"c","delete":"d","more":"e"}')" \
        -H "$binary" --data-binary x
    refused 400 driveropts more
    only_for coracle
    api POST "/libpod/secrets/create?name=$secret&driver=pass" -H "$binary" --data-binary x
    refused 400 driveropts root
    local options
    for options in nojson '[]' '{"path":1}' '{"path":null}' '"x"'; do
        api POST "/libpod/secrets/create?name=$secret&driveropts=$(quote "$options")" -H "$binary" --data-binary x
        refused 400 driveropts "$options"
        api POST "/libpod/secrets/create?name=$secret&labels=$(quote "$options")" -H "$binary" --data-binary x
        refused 400 labels "$options"
    done
    api POST "/libpod/secrets/create?name=$secret&driveropts=$(quote '{"path":"relative"}')" -H "$binary" --data-binary x
    refused 400 path relative
    api POST "/libpod/secrets/create?name=$secret&driveropts=$(quote '{"pahth":"/x"}')" -H "$binary" --data-binary x
    refused 400 driveropts pahth
    api POST "/libpod/secrets/create?name=$secret&replace=maybe" -H "$binary" --data-binary x
    refused 400 replace maybe
    api GET "/libpod/secrets/$secret/exists"
    [ "$status" = 404 ]
}

@test "the file driver keeps values where an option says" {
    secret_create elsewhere "driveropts=$(quote "{\"path\":\"$BATS_FILE_TMPDIR/kept\"}")"
    jq -e --arg id "$secret_id" '.[$id] == "ZWxzZXdoZXJl"' "$BATS_FILE_TMPDIR/kept/secretsdata.json"
    [ "$(stat -c %a "$BATS_FILE_TMPDIR/kept" "$BATS_FILE_TMPDIR/kept/secretsdata.json" | paste -sd' ')" = "700 600" ]
    api GET "/libpod/secrets/$secret/json?showsecret=1"
    json '.SecretData == "elsewhere" and .Spec.Driver.Options.path == $path' --arg path "$BATS_FILE_TMPDIR/kept"
    api DELETE "/libpod/secrets/$secret"
    [ "$status" = 204 ]
    jq -e '. == {}' "$BATS_FILE_TMPDIR/kept/secretsdata.json"
}

@test "files are for root alone" {
    secret_create
    run stat -c %a "$WORK/root/secrets" "$WORK/root/secrets/filedriver" "$WORK/root/secrets/secrets.json" \
        "$WORK/root/secrets/filedriver/secretsdata.json"
    [ "$(paste -sd' ' <<<"$output")" = "700 700 600 600" ]
}

@test "the shell driver hands values through standard input and output" {
    local kept=$BATS_FILE_TMPDIR/shell options
    mkdir -p "$kept"
    options=$(jq -nc --arg dir "$kept" '{
        list: "ls \($dir)", lookup: "cat \($dir)/$SECRET_ID", delete: "rm \($dir)/$SECRET_ID",
        store: "cat /dev/stdin >\($dir)/$SECRET_ID; tr \"\\0\" \"\\n\" </proc/$$/cmdline >\($dir)/arguments; env >\($dir)/environment"}')
    secret_create by-shell "driver=shell&driveropts=$(quote "$options")"
    [ "$(cat "$kept/$secret_id")" = by-shell ]
    run ! grep -q by-shell "$kept/arguments" "$kept/environment" "$WORK/root/secrets/secrets.json"
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "by-shell" and .Spec.Driver.Name == "shell"'
    api DELETE "/libpod/secrets/$secret"
    [ "$status" = 204 ]
    [ ! -e "$kept/$secret_id" ]
}

@test "a command of the shell driver that fails leaves nothing behind" {
    only_for coracle
    fresh_secret
    local may=$BATS_TEST_TMPDIR/may options
    options='{"list":"true","lookup":"exit 3","delete":"[ -e '$may' ] || exit 4","store":"exit 5"}'
    api POST "/libpod/secrets/create?name=$secret&driver=shell&driveropts=$(quote "$options")" -H "$binary" --data-binary x
    refused 500 store 5
    api GET "/libpod/secrets/$secret/exists"
    [ "$status" = 404 ]
    secret_create x "driver=shell&driveropts=$(quote "${options/exit 5/cat >/dev/null}")"
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    refused 500 "$secret" lookup 3
    api DELETE "/libpod/secrets/$secret"
    refused 500 "$secret" delete 4
    api GET "/libpod/secrets/$secret/json" # it could not go, so it stays
    [ "$status" = 200 ]
    touch "$may"
    api DELETE "/libpod/secrets/$secret"
    [ "$status" = 204 ]
}

@test "the pass driver keeps values that gpg encrypted" {
    command -v gpg >/dev/null || skip "no gpg"
    [ "$ENGINE" = coracle ] || skip "the peer has no gpg in its tree"
    local store=$BATS_FILE_TMPDIR/store home=$BATS_FILE_TMPDIR/gnupg
    mkdir -p "$store/deep" && mkdir -m 700 "$home"
    gpg --homedir "$home" --batch --quiet --passphrase '' --quick-generate-key e2e@localhost rsa2048 encr never 2>/dev/null
    echo e2e@localhost >"$store/.gpg-id"
    # a key made a moment ago is trusted by who made it
    secret_create by-gpg "driver=pass&driveropts=$(quote "{\"root\":\"$store/deep\",\"gpghomedir\":\"$home\"}")"
    head -c 4 "$store/deep/$secret_id" | grep -qv by-gpg
    run ! grep -q by-gpg "$store/deep/$secret_id"
    [ "$(gpg --homedir "$home" --batch --quiet --decrypt "$store/deep/$secret_id" 2>/dev/null)" = by-gpg ]
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "by-gpg" and .Spec.Driver.Options.key == "e2e@localhost"'
    api DELETE "/libpod/secrets/$secret"
    [ "$status" = 204 ]
    [ ! -e "$store/deep/$secret_id" ]
    fresh_secret
    api POST "/libpod/secrets/create?name=$secret&driver=pass&driveropts=$(quote "{\"root\":\"$store\",\"gpghomedir\":\"$home\",\"key\":\"nobody@nowhere\"}")" \
        -H "$binary" --data-binary x
    refused 400 key nobody@nowhere
    gpgconf --homedir "$home" --kill gpg-agent
}

@test "values are neither in the log nor in the database nor in events" {
    only_for coracle
    secret_create value-nobody-sees
    api DELETE "/libpod/secrets/$secret"
    run ! grep -rqs value-nobody-sees "$WORK/root/coracle" "$E2E_OUT/server.log"
    run ! grep -rqs "$(printf value-nobody-sees | base64)" "$WORK/root/coracle" "$WORK/root/secrets"
}

@test "making and removing one are events" {
    only_for coracle # podman 5.4 tells nobody
    local since
    since=$(date +%s)
    secret_create
    api DELETE "/libpod/secrets/$secret"
    api GET "/libpod/events?stream=false&since=$since&filters=$(quote "{\"type\":[\"secret\"],\"secret\":[\"$secret_id\"]}")"
    jq -s -e --arg id "$secret_id" --arg name "$secret" \
        'map([.Type, .Action, .Actor.ID, .Actor.Attributes.name]) == [["secret","create",$id,$name],["secret","remove",$id,$name]]' <<<"$body"
}
