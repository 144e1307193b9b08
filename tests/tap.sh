# For tests/run_*.sh: TAP in a few words. Source it, then call `ok`, `is`, `has`, ... and at the end `done_testing`.
# $work is a private folder that goes away, but with KEEP=1; $B the build folder; nothing here sleeps.
set -u
B=${B:-build}
case $B in /*) ;; *) B=$PWD/$B ;; esac
export PATH="$B:$B/tests:$PATH"
work=$(mktemp -d "${TMPDIR:-/tmp}/fl.XXXXXX") || exit 1
count=0
bad=0
trap '[ -n "${KEEP:-}" ] && echo "# work $work" || rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export FLASHLINE_JOURNAL="$work/journal.db" NO_COLOR=1 LC_ALL=C.UTF-8

# fail NAME TEXT...: what was seen goes to stderr, as Test::More's does: a harness shows that, and eats comments.
fail() {
	bad=$((bad + 1))
	echo "not ok $count - $1"
	printf '%s\n' "${0##*/}, $count - $1" "${@:2}" | head -n 60 | sed 's/^/# /' >&2
}

# ok NAME COMMAND...: passes when the command succeeds; else shows what it printed.
ok() {
	local name=$1 out
	shift
	count=$((count + 1))
	if out=$("$@" 2>&1); then
		echo "ok $count - $name"
	else
		fail "$name" "command: $*" "$out"
	fi
}

# is NAME GOT WANTED
is() {
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		fail "$1" "got:    $2" "wanted: $3"
	fi
}

# has NAME FILE TEXT: the file holds the text (a fixed string)
has() {
	ok "$1" grep -qF -- "$3" "$2"
	grep -qF -- "$3" "$2" || head -n 40 "$2" | sed 's/^/# /' >&2
}

# skip NAME REASON
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# await SECONDS COMMAND...: until it succeeds; a bound, not a pause
await() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		read -rt 0.05 <> <(:) || :
	done
}

# serials N [FIRST]: a file with N serials of the demo recipe's pattern
serials() {
	local i
	for i in $(seq "$1"); do printf 'OMV%06d\n' $((${2:-1000} + i)); done >"$work/serials.txt"
	echo "$work/serials.txt"
}

# bare FIXTURE: $work/bare.yaml is this fixture without pins and probes, for boards that have power whatever is switched
bare() { grep -vE '^ *(power|boot0|nrst|probe):|pins[0-9]|controllers' "$1" >"$work/bare.yaml"; }

# noise BYTES SEED: bytes that look random and are the same every time
noise() {
	perl -e 'srand $ARGV[1]; binmode STDOUT; print pack "C*", map { int rand 256 } 1 .. $ARGV[0]' "$1" "$2"
}

done_testing() {
	echo "1..$count"
	[ "$bad" = 0 ]
	exit
}
