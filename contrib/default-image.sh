#!/bin/sh
# Writes the root file system of the built-in default image to standard output: a tar made on the spot from busybox-static.
set -eu
busybox=$(command -v busybox) || { echo "default-image.sh: busybox is missing: install busybox-static" >&2; exit 1; }
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/root" "$root/proc" "$root/sys" "$root/dev" "$root/usr/bin" "$root/var"
chmod 1777 "$root/tmp"
chmod 755 "$root"
cp -L "$busybox" "$root/bin/busybox"
"$busybox" --list | while read -r name; do
    [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -cf - .
