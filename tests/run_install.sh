#!/bin/bash
# make install puts things where they work, and make uninstall takes all of them away.
. tests/tap.sh
kind=${B#"$PWD"/build}
kind=${kind#/}
kind=${kind:-release}

ok "make install" make --no-print-directory KIND=$kind install "DESTDIR=$work/root" prefix=/usr
is "only below the prefix" "$(ls "$work/root")" usr
is "three programs" "$(ls "$work/root/usr/bin" | xargs)" "flashline virtual-attach virtual-fixture"
share=$work/root/usr/share/flashline
ok "the installed recipes and fixtures are without a mistake" bash -c \
	"$work/root/usr/bin/flashline check $share/recipes/*.yaml $share/fixtures/*.yaml $share/fixtures/virtual/*.yaml"
printf 'OMV000001\nOMV000002\n' >"$work/serials.txt"
ok "the installed programs flash two boards in an installed world" env -C "$work" "PATH=$work/root/usr/bin:/usr/bin:/bin:/usr/sbin" \
	virtual-fixture run --time 0.02 "$share/fixtures/virtual/worlds/good.yaml" -- flashline run \
	--recipe "$share/recipes/demo.yaml" --fixture "$share/fixtures/virtual/eight-up.yaml" --slots 1,2 \
	--serials "$work/serials.txt"
ok "udev finds the rules for its devices" [ -f "$work/root/usr/lib/udev/rules.d/70-flashline.rules" ]
ok "the installed reports are found" bash -c "$work/root/usr/bin/flashline report --list | grep -q '^yield '"
ok "make uninstall" make --no-print-directory KIND=$kind uninstall "DESTDIR=$work/root" prefix=/usr
is "no file is left" "$(find "$work/root" -type f)" ""
done_testing
