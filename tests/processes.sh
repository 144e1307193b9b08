# To be sourced by what runs inside the virtual fixture: which of the station's processes are this world's.

# "pid command line" of each. Whose world a process lives in stands in its environment. One grep over all of them, for a
# machine has thousands and what is looked for may be there for a second only.
world_processes() {
	local file p
	grep -lzxsF -- "VUSB_DIR=$VUSB_DIR" /proc/[0-9]*/environ | while read -r file; do
		p=${file%/environ}
		case $(readlink "$p/exe" 2>/dev/null) in */openocd | */flashline) ;; *) continue ;; esac
		echo "${p#/proc/} $(tr '\0' ' ' 2>/dev/null <"$p/cmdline")"
	done
}
