# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# What ./openamp and eng/test share: which dotnet, where its caches go, one build at a time. Sourced, with $root set.

# What is newer than the stamp makes the tool stale. Folders count too, so a removed file is noticed.
stamp=${root:?}/artifacts/openamp.stamp

fail() { echo "${0##*/}: $*" >&2; exit 1; }

tool_is_fresh() {
    [ -f "$root/artifacts/bin/openamp/release/openamp.dll" ] && [ -f "$stamp" ] &&
        [ -z "$(find "$root"/src "$root"/Directory.*.props "$root"/global.json "$root"/.editorconfig \
            \( -name obj -o -name bin \) -prune -o -newer "$stamp" -print -quit)" ]
}

find_dotnet() {
    local where
    for where in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet)" "${HOME:+$HOME/.dotnet/dotnet}"; do
        if [ -x "$where" ]; then dotnet=$where; return; fi
    done
    fail "dotnet is not on PATH: install the .NET 10 SDK (https://dotnet.microsoft.com/download/dotnet/10.0)"
}

check_sdk() {
    local wanted found
    wanted=$(sed -nE 's/.*"version": *"([^"]+)".*/\1/p' "$root/global.json")
    if ! (cd "$root" && "$dotnet" --version) >/dev/null 2>&1; then
        found=$("$dotnet" --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' || true)
        fail "global.json asks for .NET SDK $wanted or a later patch of it, here: ${found:-no SDK}; install it from" \
            "https://dotnet.microsoft.com/download/dotnet/10.0"
    fi
}

# The SDK and NuGet keep caches below HOME and stop where they cannot write: then they get a home of their own.
ensure_home() {
    local cache usable=true
    [ -n "${HOME:-}" ] || { unset HOME; HOME=~; } # the one that the user database names
    export HOME
    for cache in "$HOME" "$HOME/.nuget" "$HOME/.nuget/packages" "$HOME/.dotnet" "$HOME/.local/share/NuGet"; do
        if [ -e "$cache" ] || [ "$cache" = "$HOME" ]; then [ -w "$cache" ] || usable=false; fi
    done
    if ! $usable; then
        mkdir -p "$root/artifacts/home/.nuget"
        # The user's own package sources stay in force.
        if [ -r "$HOME/.nuget/NuGet" ]; then ln -sfn "$HOME/.nuget/NuGet" "$root/artifacts/home/.nuget/NuGet"; fi
        export HOME=$root/artifacts/home
    fi
    if [ -n "${DOTNET_CLI_HOME:-}" ] && ! [ -w "$DOTNET_CLI_HOME" ]; then unset DOTNET_CLI_HOME; fi
    if [ -n "${NUGET_PACKAGES:-}" ]; then
        mkdir -p "$NUGET_PACKAGES" 2>/dev/null && [ -w "$NUGET_PACKAGES" ] || unset NUGET_PACKAGES
    fi
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
}

# Two builds at once would write the same files. No build process may inherit the lock: some outlive the build.
lock_builds() {
    mkdir -p "$root/artifacts"
    exec 9>"$root/artifacts/build.lock"
    command -v flock >/dev/null || return 0
    flock --nonblock 9 || { echo "${0##*/}: waiting for another build here to end ..." >&2; flock 9; }
}

unlock_builds() { exec 9>&-; }

# One compiler compiles all projects: starting it anew for each, with its analyzers, takes three times as long. It is
# this build's own, found by a name, and ends with it; of other servers there is none.
build() {
    local name=openamp-$$-$RANDOM status=0
    (cd "$root" && "$dotnet" build "$@" -nologo -v:quiet -nodeReuse:false -p:UseRazorBuildServer=false \
        -p:UseSharedCompilation=true "-p:SharedCompilationId=$name" 9>&-) || status=$?
    end_compiler "$name"
    return "$status"
}

end_compiler() {
    local version folder
    version=$(cd "$root" && "$dotnet" --version)
    folder=$("$dotnet" --list-sdks | sed -n "s/^${version//./\\.} \[\(.*\)\]$/\1/p")
    "$dotnet" exec "$folder/$version/Roslyn/bincore/VBCSCompiler.dll" "-pipename:$1" -shutdown 9>&- || true
}
