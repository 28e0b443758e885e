# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Debian packages: which are missing, and installing them. Sourced after eng/dotnet.sh, with $root set.

# Puts into the array "missing" the packages of these groups (see eng/packages.txt) that are not here.
find_missing() {
    local group package check
    missing=()
    while read -r group package check; do
        case " $* " in *" $group "*) (eval "$check") >/dev/null 2>&1 || missing+=("$package") ;; esac
    done <"${root:?}/eng/packages.txt"
}

# Installs what is missing of these groups. Fails when it may not; then "install_by_hand" is the command that would.
# shellcheck disable=SC2034 # it is read by who sources this
install_packages() {
    local as_root=(sudo -n)
    find_missing "$@"
    ((${#missing[@]})) || return 0
    local install=(apt-get install -y --no-install-recommends "${missing[@]}")
    install_by_hand="sudo ${install[*]}"
    if ((EUID == 0)); then
        as_root=()
        install_by_hand=${install[*]}
    elif [ -t 0 ] && [ -n "${ask_for_password:-}" ]; then
        as_root=(sudo)
    fi
    command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null || return 1
    echo "Installing ${missing[*]} ..."
    mkdir -p "$root/artifacts"
    if ! { "${as_root[@]}" timeout 300 apt-get update && "${as_root[@]}" timeout 900 "${install[@]}"; } \
        </dev/null >"$root/artifacts/packages.log" 2>&1; then
        tail -n 5 "$root/artifacts/packages.log" >&2
        return 1
    fi
    find_missing "$@"
    ((${#missing[@]} == 0))
}
