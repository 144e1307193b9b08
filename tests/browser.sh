# Headless Chromium with scripts off, for what wants to see a page. It is no package of `make check`: with what it
# needs it is 300 MB. Source it; ask browser_is_there first.

browser_is_there() {
	command -v chromium >/dev/null
}

# browser FOLDER ARGUMENTS...: with a profile in FOLDER that lets no page run a script (Chromium's switch for it
# breaks --screenshot, which is a script of its own), and without a network.
browser() {
	local folder=$1
	shift
	mkdir -p "$folder/chromium/Default"
	[ -f "$folder/chromium/Default/Preferences" ] ||
		echo '{"profile":{"default_content_setting_values":{"javascript":2}}}' \
			>"$folder/chromium/Default/Preferences"
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
		--enable-logging=stderr --no-first-run --disable-extensions --disable-background-networking \
		--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$folder/chromium" "$@" \
		2>>"$folder/chromium.log"
}

# browser_picture FOLDER PAGE PICTURE WIDTH HEIGHT
browser_picture() {
	browser "$1" --window-size="$4,$5" --screenshot="$3" "file://$2" >/dev/null || :
	[ -s "$3" ] || {
		tail -n 5 "$1/chromium.log" >&2
		return 1
	}
}
