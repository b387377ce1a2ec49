# coracle secret create, ls, inspect, rm, exists
load "$E2E/lib/e2e"
load "$E2E/lib/secrets"
load client

@test "a secret is made of a file or of standard input" {
    fresh_secret
    printf 'a\1b' >"$BATS_TEST_TMPDIR/value"
    run -0 coracle secret create --label colour=blue -l empty "$secret" "$BATS_TEST_TMPDIR/value"
    [[ $output =~ ^[0-9a-f]{25}$ ]]
    [ "$(coracle secret inspect --showsecret --format json "$secret" | jq -c '[.SecretData, .Spec.Labels]')" = '["a\u0001b",{"colour":"blue","empty":""}]' ]
    fails 125 "$secret: secret name in use" coracle secret create "$secret" "$BATS_TEST_TMPDIR/value"
    printf two | coracle secret create --replace --driver file --driver-opts "path=$BATS_FILE_TMPDIR/kept" "$secret" -
    [ "$(coracle secret inspect --showsecret --format '{{.SecretData}} {{.Spec.Driver.Options.path}}' "$secret")" = "two $BATS_FILE_TMPDIR/kept" ]
    fails 125 /no/such/file coracle secret create "$secret-2" /no/such/file
    fails 125 "larger than 0" coracle secret create "$secret-2" /dev/null
    fails 125 usage coracle secret create "$secret-2"
}

@test "ls lists them with filters" {
    fresh_secret
    local id
    id=$(echo x | coracle secret create -l "mark=$secret" "$secret" -)
    coracle secret ls | grep -E '^ID +NAME +DRIVER +CREATED +UPDATED$'
    coracle secret ls | grep -E "^$id +$secret +file +.* ago +.* ago"
    [ "$(coracle secret ls -q --filter "label=mark=$secret")" = "$id" ]
    [ "$(coracle secret ls --format '{{.Spec.Name}}' -f "name=^$secret$" -f name=nosuch -f "id=${id:0:9}")" = "$secret" ]
    [ "$(coracle secret ls -q -f "name=$secret" -f label=nosuch)" = "" ]
    fails 125 KEY=VALUE coracle secret ls -f name
    fails 125 colour coracle secret ls -f colour=blue
}

@test "rm removes them and exists says whether there is one" {
    fresh_secret
    echo x | coracle secret create "$secret" -
    coracle secret exists "$secret"
    run -0 coracle secret rm "$secret"
    [ "$output" = "$secret" ]
    run -1 coracle secret exists "$secret"
    fails 125 "no such secret" coracle secret rm "$secret"
    fails 125 "no such secret" coracle secret inspect "$secret"
    fails 125 usage coracle secret rm
}

@test "a value with zero bytes is shown whole" {
    fresh_secret
    printf 'a\0b\0' | coracle secret create "$secret" -
    [ "$(coracle secret inspect --showsecret --format json "$secret" | jq -c .SecretData)" = '"a\u0000b\u0000"' ]
    [ "$(coracle secret inspect --showsecret --format '{{.SecretData}}' "$secret" | od -An -c | tr -d ' \n')" = 'a\0b\0\n' ]
}

@test "run gives a container secrets as files and variables" {
    fresh_secret
    printf 'top secret' | coracle secret create "$secret" -
    [ "$(coracle run --rm --network none --secret "$secret" --secret "$secret,target=/etc/key,uid=7,gid=8,mode=0400" \
        --secret "$secret,type=env,target=TOKEN" --secret "$secret,type=env" "$IMAGE" \
        sh -c "cat /run/secrets/$secret; stat -c ' %u %g %a' /etc/key; cat /etc/key; echo \" \$TOKEN\"")" = "top secret 7 8 400
top secret top secret" ]
    fails 125 nosuch-secret coracle run --rm --network none --secret nosuch-secret "$IMAGE" true
    fails 125 octal coracle run --rm --network none --secret "$secret,mode=abc" "$IMAGE" true
}
