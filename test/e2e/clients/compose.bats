# docker compose v2, unchanged, with two networks, aliases, volumes and a published port.
load "$E2E/lib/e2e"

compose() {
    in_peers docker compose --ansi never --progress plain --project-directory "$BATS_TEST_TMPDIR" -p "$project" "$@"
}

setup() {
    need_peers
    [ "$ENGINE" != podman ] || skip "its Docker API is not what compose 2.26 expects"
    project=compose$BASHPID
    # The database is on the inner network alone, the client on the outer one, the shop in between.
    cat >"$BATS_TEST_TMPDIR/compose.yaml" <<'YAML'
services:
  database:
    image: busybox
    pull_policy: never
    command: ["sh", "-c", "echo stock >/data/index.html && exec httpd -f -p 80 -h /data"]
    volumes: ["stock:/data"]
    networks: {inner: {aliases: [db, store.internal]}}
    stop_signal: SIGKILL
  shop:
    image: busybox
    pull_policy: never
    command: ["httpd", "-f", "-p", "80", "-h", "/srv"]
    depends_on: [database]
    environment: {COLOUR: "${COLOUR:-blue}"}
    volumes: ["./srv:/srv:ro", "/scratch"]
    networks: {inner: {}, outer: {aliases: [www]}}
    ports: ["127.0.0.1:0:80"]
    stop_signal: SIGKILL
  client:
    image: busybox
    pull_policy: never
    command: ["sh", "-c", "echo hello from $$HOSTNAME; sleep infinity"]
    hostname: visitor
    depends_on: [shop]
    networks: [outer]
    labels: {kind: visitor}
    stop_signal: SIGKILL
networks:
  inner: {internal: true}
  outer: {}
volumes:
  stock: {labels: {kind: goods}}
YAML
    mkdir -p "$BATS_TEST_TMPDIR/srv"
    echo welcome >"$BATS_TEST_TMPDIR/srv/index.html"
}

teardown() {
    compose down -v --remove-orphans -t 0
    e2e_end_background
}

# The test image is linked statically: its nslookup can look names up, its other programs cannot.
fetch() { # FROM NAME: what a service gets there
    # shellcheck disable=SC2016 # the inner shell's
    compose exec -T "$1" sh -c 'address=$(nslookup -type=a "$1" | sed -n "/^Name:/,\$s/^Address[^:]*: //p" | head -n 1)
        [ -n "$address" ] && printf "GET / HTTP/1.0\r\n\r\n" | nc -w 20 "$address" 80 | tail -n 1' sh "$2"
}

serves() { # FROM NAME
    [ -n "$(fetch "$@")" ]
}

@test "up brings services, networks and volumes up, and down takes everything away" {
    compose up -d
    [ "$(compose ps --services --status running | sort | paste -sd' ')" = "client database shop" ]
    [ "$(docker network ls -q --filter "label=com.docker.compose.project=$project" | wc -l)" = 2 ]
    [ "$(docker volume ls -q --filter label=kind=goods --filter "label=com.docker.compose.project=$project")" = "${project}_stock" ]
    compose logs client | grep -q 'hello from visitor'
    compose down -v -t 0
    [ -z "$(docker ps -aq --filter "label=com.docker.compose.project=$project")" ]
    [ -z "$(docker network ls -q --filter "label=com.docker.compose.project=$project")" ]
    [ -z "$(docker volume ls -q --filter "label=com.docker.compose.project=$project")" ]
}

@test "services find each other by name and alias on the networks they share, and only there" {
    compose up -d
    wait_until 30 serves shop database
    [ "$(fetch shop database)" = stock ]
    [ "$(fetch shop db)" = stock ]
    [ "$(fetch shop store.internal)" = stock ]
    [ "$(fetch client shop)" = welcome ]
    [ "$(fetch client www)" = welcome ]
    [ -z "$(fetch client database)" ]
    [ -z "$(fetch client db)" ]
}

@test "a published port is where port says, and answers" {
    compose up -d
    address=$(compose port shop 80)
    [[ $address == 127.0.0.1:* ]]
    wait_until 30 curl -sf "http://$address/"
    [ "$(curl -sf "http://$address/")" = welcome ]
}

@test "run, exec, stop, start, restart and kill do what they say" {
    compose up -d
    run -7 compose run -T --rm --no-deps client sh -c 'exit 7'
    [ "$(compose exec -T shop sh -c 'echo $COLOUR')" = blue ]
    compose stop -t 0 shop
    [ "$(compose ps -a --format '{{.State}}' shop)" = exited ]
    compose start shop
    [ "$(compose ps --format '{{.State}}' shop)" = running ]
    compose restart -t 0 shop
    wait_until 30 serves client shop
    compose kill client
    [ "$(compose ps -a --format '{{.State}}' client)" = exited ]
}

@test "a changed service is made anew and keeps its volumes, an unchanged one stays" {
    compose up -d
    local database shop
    database=$(compose ps -q database)
    shop=$(compose ps -q shop)
    compose exec -T shop touch /scratch/mine
    COLOUR=red in_peers env COLOUR=red docker compose --ansi never --progress plain --project-directory "$BATS_TEST_TMPDIR" -p "$project" up -d -t 0
    [ "$(compose ps -q database)" = "$database" ]
    [ "$(compose ps -q shop)" != "$shop" ]
    [ "$(compose exec -T shop sh -c 'echo $COLOUR')" = red ]
    compose exec -T shop test -e /scratch/mine
}

@test "scale makes more of a service and fewer again" {
    compose up -d --scale client=3
    [ "$(compose ps -q client | wc -l)" = 3 ]
    compose up -d --scale client=1 -t 0
    [ "$(compose ps -q client | wc -l)" = 1 ]
}

@test "up in the foreground follows the logs and ends with the services" {
    background "$BATS_TEST_TMPDIR/up" in_peers docker compose --ansi never --project-directory "$BATS_TEST_TMPDIR" -p "$project" up client
    wait_until 60 file_has "$BATS_TEST_TMPDIR/up" "hello from visitor"
    compose kill
    wait_until 60 eval "! kill -0 $background"
    file_has "$BATS_TEST_TMPDIR/up" "exited with code 137"
}

@test "a service waits for the health of another one, and does not start when that fails" {
    cat >"$BATS_TEST_TMPDIR/compose.yaml" <<'YAML'
services:
  database:
    image: busybox
    pull_policy: never
    command: ["sh", "-c", "until test -e /go; do sleep 0.1; done; touch /ready; sleep infinity"]
    healthcheck: {test: ["CMD", "test", "-e", "/ready"], interval: 200ms, timeout: 20s, retries: "${RETRIES:-1000}"}
    network_mode: none
    stop_signal: SIGKILL
  shop:
    image: busybox
    pull_policy: never
    command: ["sleep", "infinity"]
    depends_on: {database: {condition: service_healthy}}
    network_mode: none
    stop_signal: SIGKILL
YAML
    background "$BATS_TEST_TMPDIR/up" in_peers docker compose --ansi never --progress plain --project-directory "$BATS_TEST_TMPDIR" -p "$project" up -d
    starting() { [[ $(compose ps -a --format '{{.Health}}' database) == starting ]]; }
    wait_until 60 starting
    [ -z "$(compose ps -q --status running shop)" ]
    compose exec -T database touch /go
    wait "$background"
    [ "$(compose ps --format '{{.Health}}' database)" = healthy ]
    [ -n "$(compose ps -q --status running shop)" ]
    compose down -t 0
    RETRIES=1 run -1 in_peers env RETRIES=1 docker compose --ansi never --progress plain --project-directory "$BATS_TEST_TMPDIR" -p "$project" up -d
    [[ $output == *"is unhealthy"* ]]
}
