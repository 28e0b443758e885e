# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Which firmware a command line of ./openamp wants, and whether it is built. Sourced after eng/dotnet.sh.

# Prints the board that a name or an alias means; nothing when there is none.
board_named() {
    [[ $1 =~ ^[A-Za-z0-9_-]+$ ]] || return 0
    grep -liE "^ *\"(name|aliases)\":.*\"$1\"" "${root:?}"/firmware/boards/*/board.json 2>/dev/null |
        head -n 1 | xargs -r dirname | xargs -r basename
}

# Whether an image is newer than its sources; the stamp tells of a build that found nothing to do.
firmware_is_fresh() {
    local elf=$root/artifacts/firmware/$1/$2.elf
    local newest=$elf
    [ -f "$elf" ] || return 1
    if [ "$elf.stamp" -nt "$elf" ]; then newest=$elf.stamp; fi
    [ -z "$(find "$root"/firmware/{"$2",OpenAmp.Firmware,corelib,build,boards/cores,boards/"$1"} \
        "$root"/src/OpenAmp.Core "$root"/src/openamp/Objects "$root"/Directory.*.props "$root"/global.json \
        \( -name obj -o -name bin \) -prune -o -newer "$newest" -print -quit)" ]
}

# Builds the firmware that a command line names, unless it is fresh.
build_wanted_firmware() {
    local word board='' name names=() previous=''
    for word in "$@"; do
        case $word in
            --) break ;;
            --board=*) board=${word#*=} ;;
            *) if [ "$previous" = --board ]; then board=$word; fi ;;
        esac
        # The demo's firmware is called like the command.
        if [[ $word =~ ^[a-z0-9-]+$ ]] && [ -f "$root/firmware/$word/$word.csproj" ]; then names+=("$word"); fi
        previous=$word
    done
    if [ "${1:-}" = gdb ] && ((${#names[@]} == 0)); then names=(echo); fi # what it runs unless told
    case ${1:-} in demo | run | gdb) board=$(board_named "$board") ;; *) return 0 ;; esac
    [ -n "$board" ] || return 0
    for name in "${names[@]}"; do
        firmware_is_fresh "$board" "$name" || build_firmware "$board" "$name"
    done
}

build_firmware() {
    local log=$root/artifacts/firmware.log elf=$root/artifacts/firmware/$1/$2.elf program
    for program in ld.lld llvm-mc llvm-ar; do
        command -v "$program" >/dev/null || fail "firmware is assembled and linked by the packages lld and llvm, and" \
            "no folder of PATH has $program: try ./eng/setup"
    done
    echo "openamp: building firmware '$2' for $1 (up to a minute the first time) ..." >&2
    mkdir -p "${elf%/*}"
    touch "$elf.new" # from before the build: what is edited during it is built next time
    if ! "$root/eng/firmware" --board "$1" "$2" >"$log" 2>&1; then
        cat "$log" >&2
        fail "firmware '$2' did not build for board $1; the messages are above"
    fi
    mv "$elf.new" "$elf.stamp"
}
