#!/bin/bash
# The guest of `make check-kernel`, into build/kernel: Debian's kernel as it is, and an initramfs of the build, the
# tests and what they run.
#
#   make_guest.sh B       B: the build folder
#
# Prints two lines: the kernel's file and the initramfs. What comes from Debian's archive is kept by version; where it
# cannot be had the exit status is 77.
set -euo pipefail
shopt -s inherit_errexit
build=$1
here=tests/kernel
cache=build/kernel
root=$build/kernel-root

# package NAME: its newest version, fetched and unpacked once; prints the folder
package() {
	local version folder
	version=$(apt-cache policy "$1" | sed -n 's/^  Candidate: //p')
	case $version in '' | '(none)') exit 77 ;; esac
	folder=$cache/$1_${version//:/_}
	if [ ! -d "$folder" ]; then
		rm -rf "$cache/new" && mkdir -p "$cache/new/deb" "$cache/new/root"
		(cd "$cache/new/deb" && apt-get download -qq "$1" 2>/dev/null) ||
			(apt-get update -qq && cd "$cache/new/deb" && apt-get download -qq "$1") >&2 || exit 77
		# Of a kernel only what may be needed: it is half a gigabyte.
		dpkg-deb --fsys-tarfile "$cache"/new/deb/*.deb | tar -x -C "$cache/new/root" --wildcards \
			--exclude='*/drivers/gpu/*' --exclude='*/drivers/net/*' --exclude='*/drivers/media/*' \
			--exclude='*/sound/*' --exclude='*/drivers/infiniband/*' --exclude='*/hwdb.d/*'
		mv "$cache/new/root" "$folder"
		rm -rf "$cache/new"
	fi
	echo "$folder"
}

kernel_name=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^  Depends: \(linux-image-[0-9]\)/\1/p')
[ -n "$kernel_name" ] || exit 77
kernel=$(package "$kernel_name")
udev=$(package udev)
release=${kernel_name#linux-image-}

# An uncompressed kernel boots twice as fast under TCG (real-kernel.md section 3): the XZ stream in the bzImage.
vmlinux=$kernel/vmlinux
if [ ! -s "$vmlinux" ]; then
	at=$(LC_ALL=C grep -abom1 $'\xfd7zXZ' "$kernel/boot/vmlinuz-$release" | cut -d: -f1)
	tail -c +$((at + 1)) "$kernel/boot/vmlinuz-$release" | xz -dcq --single-stream >"$vmlinux.new" || :
	mv "$vmlinux.new" "$vmlinux"
	depmod -b "$kernel" "$release" 2>/dev/null
fi

rm -rf "$root"
mkdir -p "$root"/{etc,proc,sys,dev,run,tmp,root,mnt,usr/bin,usr/sbin,usr/lib,usr/lib64,home/operator}
ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root/"

# program PATH: into the guest at the same place, with the libraries that it is linked with
program() {
	local file
	mkdir -p "$root$(dirname "$1")"
	cp -L "$1" "$root$1"
	for file in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
		[ -e "$root$file" ] && continue
		mkdir -p "$root$(dirname "$file")"
		cp -L "$file" "$root$file"
	done
}
for name in bash cmp nice jq sqlite3 openocd dfu-util fsck.fat mcopy mdir mtype mmd mdel mdeltree mattrib minfo mlabel lsusb usbip; do
	path=$(command -v "$name" || PATH=$PATH:/sbin:/usr/sbin command -v "$name") || {
		echo "make_guest.sh: $name is not installed" >&2
		exit 1
	}
	program "$path"
done
cp "$(command -v busybox)" "$root/bin/busybox"
cp -r --parents /usr/lib/locale/C.utf8 "$root"
gconv=/usr/lib/x86_64-linux-gnu/gconv # mtools wants the code page of FAT names
cp --parents $gconv/IBM850.so $gconv/gconv-modules "$root"
cp -r --parents $gconv/gconv-modules.d "$root"
mkdir -p "$root/usr/share" && cp -r /usr/share/openocd "$root/usr/share/"

# udev: its daemon, and the rules that come with it
cp -r "$udev/lib/." "$root/usr/lib/" && cp -r "$udev/bin/." "$root/usr/bin/"
for file in $(ldd "$udev/bin/udevadm" | grep -o '/[^ ]*'); do
	[ -e "$root$file" ] || { mkdir -p "$root$(dirname "$file")"; cp -L "$file" "$root$file"; }
done

# The kernel's modules, with what they need.
modules=(vhci-hcd usb-storage uas sd_mod cdc-acm ftdi_sio vfat nls_ascii nls_cp437 nls_iso8859-1 nls_utf8
	virtio_blk virtio_pci virtio-rng crc32c_generic)
modprobe -d "$kernel" -S "$release" -a --show-depends "${modules[@]}" | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u |
	while read -r file; do
		to=$root/lib/modules/$release/${file#*/lib/modules/"$release"/}
		mkdir -p "$(dirname "$to")"
		cp "$file" "$to"
	done
cp "$kernel/lib/modules/$release"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$release/"
depmod -b "$root" "$release"

# The build, where the tests look for it, and the tests themselves.
tree=$root/flashline
mkdir -p "$tree/build/tests" "$tree/tests"
for name in flashline virtual-fixture virtual-attach; do
	program "$PWD/$build/$name"
	mv "$root$PWD/$build/$name" "$tree/build/"
done
for name in tool_cancels tool_pins tool_usbfs_memory; do
	program "$PWD/$build/tests/$name"
	mv "$root$PWD/$build/tests/$name" "$tree/build/tests/"
done
cp -r build/images "$tree/build/"
cp -r recipes fixtures "$tree/"
cp -r tests/tap.sh "$here" "$tree/tests/"
mkdir -p "$root/lib/udev/rules.d" && cp fixtures/70-flashline.rules "$root/lib/udev/rules.d/"

# Somebody who is not root.
cp /etc/group "$root/etc/group"
printf 'root:x:0:0::/root:/bin/sh\noperator:x:1000:1000::/home/operator:/bin/bash\n' >"$root/etc/passwd"
sed -i 's/^\(plugdev:x:[0-9]*:\).*/\1operator/' "$root/etc/group"
echo 'operator:x:1000:' >>"$root/etc/group"
cp "$here/init" "$root/init"
chmod 755 "$root/init"

(cd "$root" && find . | cpio -o -H newc --owner 0:0 2>/dev/null) >"$build/kernel.cpio"
echo "$vmlinux"
echo "$build/kernel.cpio"
