load "$E2E/lib/e2e"

@test "ping says OK with the headers clients negotiate by" {
    api GET /libpod/_ping
    [ "$status" = 200 ]
    [ "$body" = OK ]
    [ -n "$(header Api-Version)" ]
    [ -n "$(header Libpod-Api-Version)" ]
    [ "$(header Docker-Experimental)" = true ]
    [ "$(header Ostype)" = linux ]
}

@test "ping answers HEAD without a body" {
    api HEAD /libpod/_ping
    [ "$status" = 200 ]
    [ -n "$(header Libpod-Api-Version)" ]
    [ "$(wc -l <"$body_file")" = "$(wc -l <"$headers_file")" ]
}
