# GET /images/{name}/history
load "$E2E/lib/e2e"
load images

teardown_file() {
    remove_images
}

@test "the newest step has the image's id and names" {
    fresh_image 'message=said'
    api GET "/images/$image/history"
    [ "$status" = 200 ]
    json 'length == 1 and .[0].Id == $id and .[0].Tags == [$name] and .[0].Comment == "said" and .[0].Size > 0' \
        --arg id "$id" --arg name "$image:latest"
    json '(now - .[0].Created | fabs) < 300'
}

@test "a missing image is a 404" {
    api GET /images/nosuch/history
    refused 404 'No such image: nosuch:latest'
}
