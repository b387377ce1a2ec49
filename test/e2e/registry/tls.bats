load "$E2E/lib/e2e"
load registry

SAFE=127.0.0.1:5443
CLIENTS=127.0.0.1:5444

make_certificates() { # an authority, the registries' certificate and a client's
    local dir=$WORK/registry/certificates
    [ ! -e "$dir" ] || return 0
    mkdir -p "$dir"
    cd "$dir" || return 1
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -subj /CN=authority -days 2
    local name
    for name in server client; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $name.key -out $name.csr -subj "/CN=$name"
        printf 'subjectAltName=IP:127.0.0.1\n' |
            openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out $name.crt -days 2 -extfile /dev/stdin
    done
}

trust() { # HOST:PORT [client]: the authority, and who we are
    local tree dir
    for tree in "" "$CORACLE_PEERS"; do
        [ -d "$tree/etc/containers" ] || continue
        dir=$tree/etc/containers/certs.d/$1
        mkdir -p "$dir"
        cp "$WORK/registry/certificates/ca.crt" "$dir/"
        [ $# = 1 ] || cp "$WORK/registry/certificates/client.crt" "$dir/client.cert"
        [ $# = 1 ] || cp "$WORK/registry/certificates/client.key" "$dir/client.key"
    done
}

distrust() { # HOST:PORT
    rm -rf "/etc/containers/certs.d/$1" "$CORACLE_PEERS/etc/containers/certs.d/$1"
}

fill_safe() {
    push_image $SAFE/busybox:latest
}

fill_clients() {
    trust $CLIENTS client
    push_image $CLIENTS/busybox:latest --dest-cert-dir /etc/containers/certs.d/$CLIENTS
}

setup() {
    local dir=$WORK/registry/certificates
    (make_certificates >"$BATS_TEST_TMPDIR/certificates" 2>&1)
    more_registry safe $SAFE fill_safe <<<"  tls: {certificate: $dir/server.crt, key: $dir/server.key}"
    more_registry clients $CLIENTS fill_clients <<<"  tls: {certificate: $dir/server.crt, key: $dir/server.key, clientcas: [$dir/ca.crt]}"
}

@test "a registry whose authority is in certs.d is trusted" {
    trust $SAFE
    pull $SAFE/busybox policy=always
    [ "$status" = 200 ]
    [ -n "$(pulled_id)" ]
}

@test "a registry that nobody vouches for is refused, unless it is not to be checked" {
    distrust $SAFE
    pull $SAFE/busybox policy=always
    [ "$status" = 503 ] || stream_has '.error'
    [[ $body == *certificate* ]]
    pull $SAFE/busybox "policy=always&tlsVerify=false"
    [ -n "$(pulled_id)" ]
    conf 950-safe <<<"[[registry]]
location = \"$SAFE\"
insecure = true"
    pull $SAFE/busybox policy=always
    [ -n "$(pulled_id)" ]
    pull $SAFE/busybox "policy=always&tlsVerify=true"
    [ "$status" = 503 ] || stream_has '.error'
    rm -f /etc/containers/registries.conf.d/950-safe.conf
}

@test "a registry that wants to know who we are gets the certificate beside its authority" {
    trust $CLIENTS client
    pull $CLIENTS/busybox policy=always
    [ "$status" = 200 ]
    [ -n "$(pulled_id)" ]
    distrust $CLIENTS
    trust $CLIENTS
    pull $CLIENTS/busybox policy=always
    [ "$status" = 503 ] || stream_has '.error'
}

@test "half a client's certificate is named" {
    only_for coracle
    trust $CLIENTS client
    rm /etc/containers/certs.d/$CLIENTS/client.key
    pull $CLIENTS/busybox policy=always
    refused 400 client.key
}

@test "plain HTTP is refused where it was not called insecure" {
    more_registry bare 127.0.0.1:5445 true </dev/null
    pull 127.0.0.1:5445/x
    [ "$status" = 503 ] || stream_has '.error'
    [[ $body == *"HTTP response to HTTPS client"* ]]
}
