#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Start-up time and size of the native binary against the managed tool, by turns in the same run. Prints a table of
# medians; with --check it fails when the native binary does not start in half the time.
set -euo pipefail
root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
rounds=15
check=false
while (($#)); do
    case $1 in
        --rounds) rounds=${2:?--rounds needs a number}; shift ;;
        --check) check=true ;;
        *) echo "bench/native.sh [--rounds N] [--check]" >&2; exit 2 ;;
    esac
    shift
done

"$root/eng/publish" linux-x64 >&2
"$root/openamp" --version >/dev/null # builds it when it is stale
native=("$root/artifacts/publish/linux-x64/openamp")
managed=("${DOTNET_ROOT:+$DOTNET_ROOT/}dotnet" "$root/artifacts/bin/openamp/release/openamp.dll")
firmware=$root/artifacts/bin/openamp/release/demo-firmware.elf

# Microseconds of one run.
once() {
    local start=${EPOCHREALTIME/[.,]/}
    "$@" >/dev/null 2>&1 || { echo "bench/native.sh: '$*' fails" >&2; exit 1; }
    echo $((${EPOCHREALTIME/[.,]/} - start))
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

milliseconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

worst=1000
printf '| %-42s | %10s | %10s | %7s |\n' "median of $rounds" "managed ms" "native ms" ratio
compare() {
    local name=$1 ours=() theirs=() i
    shift
    for ((i = 0; i < rounds; i++)); do
        theirs+=("$(once "${managed[@]}" "$@")")
        ours+=("$(once "${native[@]}" "$@")")
    done
    local one two ratio
    one=$(median "${theirs[@]}") two=$(median "${ours[@]}")
    ratio=$((one * 10 / two))
    ((ratio >= worst)) || worst=$ratio
    printf '| %-42s | %10s | %10s | %5d.%d |\n' "$name" "$(milliseconds "$one")" "$(milliseconds "$two")" \
        $((ratio / 10)) $((ratio % 10))
}
compare "openamp --version" --version
compare "openamp --help" --help
compare "openamp firmware inspect FILE" firmware inspect "$firmware"
compare "openamp firmware lint --rules --json" firmware lint --rules --json
compare "openamp demo --count 1" demo --count 1

for platform in linux-x64 linux-arm64; do
    file=$root/artifacts/publish/$platform/openamp
    if [ -f "$file" ]; then
        printf '%s: %d bytes, compressed %d\n' "$platform" "$(stat -c %s "$file")" "$(gzip -9 <"$file" | wc -c)"
    fi
done
bytes=$(find "$root/artifacts/bin/openamp/release" -maxdepth 1 -name '*.dll' -printf '%s\n' | paste -sd+)
echo "managed: $((bytes)) bytes in libraries, and a runtime of .NET"
if $check && ((worst < 20)); then echo "bench/native.sh: slower than half the managed tool's time" >&2; exit 1; fi
