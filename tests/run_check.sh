#!/bin/bash
# The verbs that need no fixture: check, recipe, schema, steps, version, help, and how they end.
. tests/tap.sh

# ends NAME STATUS COMMAND...: with this exit status; what it printed is in $work/out and $work/err
ends() {
	local name=$1 wanted=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	is "$name" $? "$wanted"
}

# ---- what is shipped
shipped=(recipes/*.yaml fixtures/*.yaml fixtures/virtual/*.yaml)
ends "all shipped recipes and fixtures are without a mistake" 0 flashline check "${shipped[@]}"
is "and each is told what it is" "$(wc -l <"$work/out")" "${#shipped[@]}"
has "a template says so" "$work/out" "recipes/openmv-h7.yaml: recipe template for openmv-h7 any"
mkdir "$work/recipes" && ln -s "$PWD/build" "$work/build" # its images are at ../build/images
ln -s "$PWD/recipes/demo-files" "$PWD"/recipes/*.zpl "$work/recipes/"
for file in recipes/demo*.yaml; do
	ends "$file: shown" 0 flashline recipe show "$file"
	ends "$file: its effective text" 0 flashline recipe show --effective "$file"
	has "with the origin of a value in its base" "$work/out" "# recipes/openmv-h7.yaml:"
	has "and of its own" "$work/out" "# $file:"
	sha=$(sed -n '1s/.*sha256 //p' "$work/out")
	cp "$work/out" "$work/recipes/effective.yaml"
	flashline recipe show "$work/recipes/effective.yaml" >"$work/again" 2>&1
	has "the text that is shown is itself that recipe" "$work/again" "sha256 $sha"
done
is "the next revision differs from the demo" \
	"$(for r in demo demo-rev-c; do flashline recipe show recipes/$r.yaml | tail -n 1; done | uniq | wc -l)" 2

# ---- mistakes
ends "a broken recipe: exit status 2" 2 flashline check tests/data/broken/steps.yaml
has "with file, line, column and what may be meant" "$work/err" \
	"tests/data/broken/steps.yaml:9:24: error: unknown step 'powr' (did you mean 'power'?)"
is "every mistake in one pass" "$(grep -c ': error: ' "$work/err")" 10
ends "one broken file among good ones" 2 flashline check fixtures/eight-up.yaml tests/data/broken/fixture.yaml
has "the good one is told" "$work/out" "fixtures/eight-up.yaml: fixture with 8 slots"
ends "a recipe that is broken is not shown" 2 flashline recipe show tests/data/broken/keys.yaml
is "nothing on stdout" "$(cat "$work/out")" ""
ends "a file that is not there" 2 flashline check "$work/none.yaml"

# ---- hostile files: an error in under a second
hostile() {
	local name=$1
	ends "$name: refused" 2 timeout 1 flashline check "$work/hostile"
}
head -c 1000000 /dev/zero | tr '\0' '[' >"$work/hostile"
hostile "1 MB of ["
head -c 10485760 /dev/zero | tr '\0' 'a' >"$work/hostile"
hostile "10 MB"
printf '%%\377' >"$work/hostile"
hostile "invalid UTF-8"
{ echo 'a: &a [x,x,x,x,x,x,x,x,x]'; for c in b c d e f g h i; do echo "$c: &$c [*a,*a,*a,*a,*a,*a,*a,*a]"; done; } >"$work/hostile"
hostile "a billion laughs"
rm "$work/hostile" && mkfifo "$work/hostile"
hostile "a pipe that nobody writes to"
printf 'steps: []\n"\\u001b[2J\\u202eevil": 1\n' >"$work/name.yaml"
ends "a key with control characters" 2 flashline check "$work/name.yaml"
is "no control character reaches the terminal" "$(LC_ALL=C tr -d '\n\40-\176' <"$work/err" | wc -c)" 0

# ---- usage
ends "no verb" 2 flashline
ends "an unknown verb" 2 flashline chekc
has "with what may be meant" "$work/err" "did you mean 'check'?"
ends "an unknown option" 2 flashline check --fast x.yaml
ends "no file" 2 flashline check
ends "too many" 2 flashline recipe show a b
ends "an unknown schema" 2 flashline schema world
ends "an unknown recipe verb" 2 flashline recipe edit recipes/demo.yaml
ends "version" 0 flashline --version
has "it has one" "$work/out" "flashline 0."
ends "help" 0 flashline help
for verb in check recipe schema steps version run show runs; do
	has "help lists $verb" "$work/out" "  $verb "
done
ends "help of a verb" 0 flashline help check
has "says how it is called" "$work/out" "flashline check"
ends "help of an unknown one" 2 flashline help chekc
ends "the reference of step kinds" 0 flashline steps
has "holds swd.program" "$work/out" "## swd.program"
ends "a full disk behind stdout is no success" 3 sh -c 'flashline steps >/dev/full'
for what in recipe fixture; do
	ends "JSON Schema of a $what" 0 flashline schema $what
	ok "is JSON" jq -e '.["$schema"]' "$work/out"
done
done_testing
