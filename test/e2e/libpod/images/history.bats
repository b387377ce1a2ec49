load "$E2E/lib/e2e"

@test "history tells the steps, newest first" {
    api GET "/libpod/images/$IMAGE/history"
    [ "$status" = 200 ]
    json 'length == 1 and .[0].CreatedBy == "busybox from a root file system" and .[0].Created == 1704164645'
    json '.[0].Id | length > 0'
    json '.[0].Size > 100000 and (.[0].Tags | index($image) != null)' --arg image "$IMAGE"
}
