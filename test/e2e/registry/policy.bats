# runs alone: it takes the policy away
load "$E2E/lib/e2e"
load registry

POLICY=/etc/containers/policy.json

setup() {
    only_for coracle
    registry
    cp $POLICY "$WORK/policy.json"
}

teardown() {
    [ ! -e "$WORK/policy.json" ] || mv "$WORK/policy.json" $POLICY
}

@test "without a policy nothing is pulled" {
    rm $POLICY
    pull "$REGISTRY/busybox"
    refused 403 $POLICY
}

@test "what the policy rejects is not pulled" {
    jq -n --arg host "$REGISTRY" '{default: [{type: "insecureAcceptAnything"}], transports: {docker: {($host + "/busybox"): [{type: "reject"}]}}}' >$POLICY
    pull "$REGISTRY/busybox"
    refused 403 "Running image docker://$REGISTRY/busybox:latest is rejected by policy."
    publish image allowed:1
    pull "$REGISTRY/allowed:1"
    [ -n "$(pulled_id)" ]
}

@test "signatures that cannot be checked mean no" {
    jq -n '{default: [{type: "signedBy", keyType: "GPGKeys", keyPath: "/k"}]}' >$POLICY
    pull "$REGISTRY/busybox"
    refused 403 signedBy
}
