# docker ps and inspect by the real clients.
load "$E2E/lib/e2e"
load clients

sleeper() { # [docker run options]: $name runs
    fresh_name
    client run -d --name "$name" "$@" busybox sleep 1000
}

@test "ps shows what runs, ps -a the others too, filters choose" {
    check() {
        sleeper --network none -l "mark=$name-$client" || return 1
        local running=$name
        fresh_name
        client create --network none --name "$name" -l "mark=$running" busybox true || return 1
        client ps --format '{{.Names}} {{.Image}} {{.Status}}' | grep -q "^$running busybox Up " || return 1
        client ps --format '{{.Names}}' | grep -qx "$name" && return 1
        [ "$(client ps -a --filter "label=mark=$running" --format '{{.Names}} {{.Status}}')" = "$name Created" ] || return 1
        [ "$(client ps -aq --no-trunc --filter "name=^$name\$" | wc -l)" = 1 ] || return 1
        [ "$(client ps -a --filter status=created --filter "name=$name" --format '{{.Names}}')" = "$name" ] || return 1
        client ps -a --filter "before=$name" --format '{{.Names}}' | grep -qx "$running" || return 1
        [[ $(client ps -as --filter "name=$running" --format '{{.Size}}') == *"virtual"* ]]
    }
    with_each_client check
}

@test "inspect knows ports, networks, mounts and configuration as they were given" {
    check() {
        fresh_folder
        sleeper -p 127.0.0.1::81 --expose 90 -v "$folder:/b:ro" -v /anonymous --tmpfs /t:size=1m -e A=b -e BARE -l x=y || return 1
        client inspect "$name" >"$BATS_TEST_TMPDIR/inspect" || return 1
        body=$(cat "$BATS_TEST_TMPDIR/inspect")
        json '.[0].Config.Image == "busybox" and .[0].Name == "/'"$name"'" and (.[0].Image | startswith("sha256:"))' &&
            json '.[0].NetworkSettings.Ports["81/tcp"][0].HostIp == "127.0.0.1" and .[0].NetworkSettings.Ports["90/tcp"] == null' &&
            json '.[0].NetworkSettings.Ports | has("90/tcp")' &&
            json '.[0].NetworkSettings.IPAddress == .[0].NetworkSettings.Networks.bridge.IPAddress' &&
            json '.[0].NetworkSettings.IPAddress | length > 6' &&
            json '.[0].HostConfig.Binds == ["'"$folder"':/b:ro"] and .[0].HostConfig.Tmpfs == {"/t": "size=1m"}' &&
            json '[.[0].Mounts[] | {(.Destination): [.Type, .RW]}] | add == {"/b": ["bind", false], "/anonymous": ["volume", true]}' &&
            json '(.[0].Config.Env | index("A=b")) and .[0].Config.Labels.x == "y" and .[0].Config.Volumes == {"/anonymous": {}}' &&
            json '.[0].Path == "sleep" and .[0].Args == ["1000"] and .[0].State.Pid > 0'
    }
    with_each_client check
}
