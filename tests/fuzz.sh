#!/bin/bash
# make fuzz: fuzz.sh BUILD SECONDS [NAME...]: each libFuzzer target for so long, or only those of these names.
# fuzz_<room>_<thing> begins with the corpus that is kept, tests/data/<room>/<thing>; what it learns is in
# BUILD/corpus/, what it finds in BUILD/found/. Fails at the first finding.
set -u
build=$1 seconds=$2
shift 2
names=("$@")
[ $# -gt 0 ] || for file in tests/fuzz/fuzz_*.c; do
	name=${file##*/fuzz_}
	names+=("${name%.c}")
done
for name in "${names[@]}"; do
	kept=tests/data/${name/_//}
	learnt=$build/corpus/$name
	mkdir -p "$learnt" "$build/found"
	echo "== $name, $seconds s"
	UBSAN_OPTIONS=print_stacktrace=1 "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len=8192 \
		-timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$build/found/$name-" \
		"$learnt" "$kept" >"$build/$name.log" 2>&1 || {
		tail -n 60 "$build/$name.log"
		echo "$name: a finding, $build/found/$name-*"
		exit 1
	}
	grep -E 'stat::number_of_executed_units|stat::peak_rss_mb' "$build/$name.log"
	grep -E 'cov: ' "$build/$name.log" | tail -n 1
done
