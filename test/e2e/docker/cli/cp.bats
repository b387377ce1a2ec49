# docker cp by the real clients.
load "$E2E/lib/e2e"
load clients

furnished() { # $name runs
    fresh_name
    client run -d --network none --name "$name" -v /v --tmpfs /t busybox sh -c \
        'mkdir -p /d/s; echo hi >/d/f; ln -s f /d/l; ln -s /d /up; chmod 640 /d/f; echo in >/v/in; touch /ready; exec sleep 1000' || return 1
    wait_until 10 client exec "$name" test -e /ready
}

@test "a file and a directory are copied out, also to a stream" {
    check() {
        furnished && fresh_folder || return 1
        client cp "$name:/d/f" "$folder/" && [ "$(cat "$folder/f")" = hi ] || return 1
        [ "$(stat -c %a "$folder/f")" = 640 ] || return 1
        client cp "$name:/d/f" "$folder/named" && [ "$(cat "$folder/named")" = hi ] || return 1
        client cp "$name:/d" "$folder/" && [ "$(cat "$folder/d/f")" = hi ] && [ -d "$folder/d/s" ] && [ -L "$folder/d/l" ] || return 1
        client cp "$name:/d" "$folder/new" && [ "$(cat "$folder/new/f")" = hi ] || return 1
        mkdir "$folder/flat" && client cp "$name:/d/." "$folder/flat" && [ "$(cat "$folder/flat/f")" = hi ] || return 1
        [ "$(client cp "$name:/d/f" - | tar -xO)" = hi ] || return 1
        client cp "$name:/d/l" "$folder/link" && [ -L "$folder/link" ] || return 1
        client cp -L "$name:/d/l" "$folder/followed" && [ "$(cat "$folder/followed")" = hi ] || return 1
        client cp "$name:/up/f" "$folder/through" && [ "$(cat "$folder/through")" = hi ] || return 1
        client cp "$name:/v/in" "$folder/in" && [ "$(cat "$folder/in")" = in ] || return 1
        run -1 client cp "$name:/nosuch" "$folder"
        [[ $output == *nosuch* ]]
    }
    with_each_client check
}

@test "a file and a directory are copied in, also from a stream" {
    check() {
        furnished && fresh_folder || return 1
        mkdir -p "$folder/x/s" && echo new >"$folder/x/n" && ln -s n "$folder/x/l" || return 1
        client cp "$folder/x/n" "$name:/tmp" && [ "$(client exec "$name" cat /tmp/n)" = new ] || return 1
        client cp "$folder/x/n" "$name:/tmp/named" && [ "$(client exec "$name" cat /tmp/named)" = new ] || return 1
        client cp "$folder/x" "$name:/tmp" && [ "$(client exec "$name" cat /tmp/x/n)" = new ] || return 1
        client cp "$folder/x" "$name:/tmp/other" && [ "$(client exec "$name" cat /tmp/other/l)" = new ] || return 1
        client cp "$folder/x/." "$name:/v" && [ "$(client exec "$name" cat /v/n)" = new ] || return 1
        client cp "$folder/x/n" "$name:/up" && [ "$(client exec "$name" cat /d/n)" = new ] || return 1
        client cp "$folder/x/n" "$name:/t/" && [ "$ENGINE" != coracle -o "$(client exec "$name" cat /t/n)" = new ] || return 1
        tar -C "$folder" -c x | client cp - "$name:/d/s" && [ "$(client exec "$name" cat /d/s/x/n)" = new ] || return 1
        client cp "$folder/x/n" "$name:/d/f" && [ "$(client exec "$name" cat /d/f)" = new ] || return 1
        run -1 client cp "$folder/x" "$name:/d/f"
        run -1 client cp "$folder/x/n" "$name:/nosuch/place/"
    }
    with_each_client check
}

@test "what is copied into a stopped container is there when it starts" {
    check() {
        fresh_name && fresh_folder || return 1
        echo early >"$folder/file"
        client create --network none --name "$name" -v /v busybox cat /v/file || return 1
        client cp "$folder/file" "$name:/v/" || return 1
        [ "$(client start -a "$name")" = early ] || return 1
        client cp "$name:/v/file" "$folder/back" && [ "$(cat "$folder/back")" = early ]
    }
    with_each_client check
}
