# A volume plugin of the test's own, where Docker looks for them. Loaded after lib/e2e.

plugin_start() { # starts one: $plugin is its driver's name, $shelf its folder (see volume_plugin.py)
    plugin=p$BASHPID-$RANDOM
    shelf=$BATS_TEST_TMPDIR/$plugin
    mkdir "$shelf"
    background "$shelf/log" python3 "$E2E/lib/volume_plugin.py" "/run/docker/plugins/$plugin.sock" "$shelf"
    plugin_process=$background
    wait_until 20 nc -zU "/run/docker/plugins/$plugin.sock"
}

make() { # [OPTIONS]: the volume $v of the plugin
    post /libpod/volumes/create "{\"Name\": \"$v\", \"Driver\": \"$plugin\", \"Options\": ${1:-{\}}}"
}

plugin_stop() {
    kill -- "-$plugin_process"
    rm -f "/run/docker/plugins/$plugin.sock"
}

asked() { # METHOD: how often the plugin was asked that
    grep -c "\"method\": \"$1\"" "$shelf/calls"
}

refuses() { # METHOD WORDS: from now on the plugin does
    echo "$2" >"$shelf/refuse/$1"
}

users() { # VOLUME: who has it mounted, as the plugin sees it
    ls "$shelf/mounts/$1" 2>/dev/null
}

nobody_has() { # VOLUME
    [ -z "$(users "$1")" ]
}

teardown() {
    rm -f "/run/docker/plugins/$plugin.sock"
    e2e_end_background
}
