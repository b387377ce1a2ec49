# make install, and what the documents say about the programs
load "$E2E/lib/e2e"

into() { # DIR [PREFIX]
    make -s -C "$SOURCE_TREE" BUILD="${BUILD#"$SOURCE_TREE"/}" ${2:+PREFIX="$2"} DESTDIR="$1" install
}

setup() {
    only_for coracle
    root=$BATS_TEST_TMPDIR/root
}

@test "make install DESTDIR= installs programs, units, tmpfiles, man pages and completion, and nothing else" {
    into "$root"
    diff - <(cd "$root" && find . -type f -printf '%m %P\n' | sort -k 2) <<-'END'
	755 usr/bin/coracle
	755 usr/bin/coracled
	644 usr/lib/systemd/system/coracle-boot.service
	644 usr/lib/systemd/system/coracle.service
	644 usr/lib/systemd/system/coracle.socket
	644 usr/lib/tmpfiles.d/coracle.conf
	644 usr/share/bash-completion/completions/coracle
	644 usr/share/man/man1/coracle.1
	644 usr/share/man/man5/coracle-policy.5
	644 usr/share/man/man8/coracled.8
	END
    "$root/usr/bin/coracled" --version | grep -xE 'coracled version [0-9.]+'
    "$root/usr/bin/coracle" --version | grep -xE 'coracle version [0-9.]+'
    bash -n "$root/usr/share/bash-completion/completions/coracle"
}

@test "PREFIX= moves all of it, and the unit starts the program that was installed" {
    into "$root" /opt/coracle
    [ "$(ls "$root")" = opt ]
    [ "$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$root"/opt/coracle/lib/systemd/system/*.service | sort -u)" = \
        /opt/coracle/bin/coracled ]
    [ -x "$root/opt/coracle/bin/coracled" ]
    run ! grep -r '@[A-Z]*@' "$root/opt/coracle/lib"
}

@test "the units are what systemd reads" {
    command -v systemd-analyze >/dev/null || skip "no systemd here"
    into "$root"
    run systemd-analyze verify --man=no "$root"/usr/lib/systemd/system/*
    # the programs are not at their place here
    [ -z "$(grep -v 'Command /usr/bin/coracled is not executable' <<<"$output")" ]
}

@test "the man pages are pages" {
    into "$root"
    for page in man1/coracle.1 man5/coracle-policy.5 man8/coracled.8; do
        MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l "$root/usr/share/man/$page" \
            >"$BATS_TEST_TMPDIR/page" 2>"$BATS_TEST_TMPDIR/warnings"
        [ ! -s "$BATS_TEST_TMPDIR/warnings" ] || { cat "$BATS_TEST_TMPDIR/warnings"; return 1; }
        for section in NAME SYNOPSIS DESCRIPTION OPTIONS "EXIT STATUS" "SEE ALSO"; do
            case $page:$section in man5/*:OPTIONS | man5/*:EXIT*) continue ;; esac # a file has none
            grep -q "^$section" "$BATS_TEST_TMPDIR/page" || { echo "$page has no $section"; return 1; }
        done
    done
}

options() { # of what is read
    grep -oE -- '--[a-z-]+' | sort -u
}

@test "coracled(8) has each option of coracled, and none it does not have" {
    "$BUILD/coracled" --help | options >"$BATS_TEST_TMPDIR/help"
    sed -n '/^# OPTIONS/,/^# SIGNALS/p' "$SOURCE_TREE/man/coracled.8.scd" |
        grep -oE -- '\*--[a-z-]+' | options >"$BATS_TEST_TMPDIR/man"
    diff <(sed '/^--exec$/d; /^--url$/d' "$BATS_TEST_TMPDIR/help") "$BATS_TEST_TMPDIR/man"
    for option in $(grep -vE -- '--(help|version|strict|metrics|tlsverify)' "$BATS_TEST_TMPDIR/man"); do
        run -2 "$BUILD/coracled" "$option" # each of them takes a value, and
        [ "$option" = --listen ] || run -2 "$BUILD/coracled" "$option" wrong:value
    done
    run -2 "$BUILD/coracled" --frobnicate
    [[ $output == *--frobnicate* ]]
}
