load "$E2E/lib/e2e"
load "$E2E/lib/networks"

setup() {
    need_peers
    in_peers docker compose version >/dev/null 2>&1 || skip "the tree of newer clients has no compose"
    project=p$BASHPID
    dir=$WORK/compose-$BASHPID
    mkdir -p "$dir"
}

compose() {
    newer_docker compose --project-directory "$dir" -p "$project" -f "$dir/compose.yaml" "$@"
}

@test "compose brings services up on two networks with aliases, addresses and ports, and takes them down again" {
    cat >"$dir/compose.yaml" <<'END'
services:
  web:
    image: busybox:latest
    command: ["httpd", "-f", "-p", "80", "-h", "/etc"]
    ports: ["18731:80", "127.0.0.1:18732-18739:80"]
    stop_grace_period: 1s
    networks:
      front: {aliases: [www]}
      back: {ipv4_address: 10.77.9.9}
  db:
    image: busybox:latest
    command: ["sh", "-c", "echo ready; exec sleep infinity"]
    hostname: dbhost
    networks: [back]
    depends_on: [web]
    stop_grace_period: 1s
  proxy:
    image: busybox:latest
    command: ["sleep", "infinity"]
    networks: [front]
    depends_on: [web]
    stop_grace_period: 1s
networks:
  front: {}
  back:
    ipam: {config: [{subnet: 10.77.9.0/24}]}
END
    forget_later "$project-web-1" "$project-db-1" "$project-proxy-1"
    forget_network "${project}_front"
    forget_network "${project}_back"
    compose up -d
    curl -sf -o /dev/null --retry 10 --retry-connrefused http://127.0.0.1:18731/passwd
    [ "$(compose port web 80 | head -n 1)" = 0.0.0.0:18731 ]
    [ "$(address_of "$project-web-1" "${project}_back")" = 10.77.9.9 ]
    wait_until 20 resolves "$project-db-1" web 10.77.9.9
    unknown "$project-db-1" www
    wait_until 20 resolves "$project-proxy-1" www "$(address_of "$project-web-1" "${project}_front")"
    wait_until 20 resolves "$project-web-1" dbhost "$(address_of "$project-db-1" "${project}_back")"
    [ "$(compose ps --services | sort | xargs)" = "db proxy web" ]
    compose logs db | grep -q ready
    compose down
    api GET "/networks/${project}_back"
    [ "$status" = 404 ]
}
