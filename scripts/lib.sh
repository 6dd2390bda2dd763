# shellcheck shell=bash
# What the scripts beside this file share. Sourced, never run.
#
# Everything here writes to standard error only, so that a script's standard
# output stays its own.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# Run a command as root: as it is when we are root, through sudo otherwise.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "'$*' needs root, and sudo is not installed; run it as root, then run this script again"
    fi
}

# apt_install PACKAGE...: install Debian packages, refreshing the package lists
# at most once per script.
apt_lists_are_fresh=
apt_install() {
    command -v apt-get >/dev/null 2>&1 ||
        die "missing: $*. This is not a Debian system (no apt-get), so install the same things by hand"
    say "installing with apt-get: $*"
    if [ -z "$apt_lists_are_fresh" ]; then
        as_root apt-get update -qq >&2 || die "'apt-get update' failed"
        apt_lists_are_fresh=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2 ||
        die "'apt-get install $*' failed"
}

# ensure COMMAND PACKAGE: install PACKAGE unless COMMAND is there already.
ensure() {
    command -v "$1" >/dev/null 2>&1 || apt_install "$2"
}

# Print the folder that holds initdb, pg_ctl and postgres of the newest
# PostgreSQL on this machine. Debian keeps them out of PATH.
find_postgres() {
    local tool folder
    if tool=$(command -v pg_ctl); then
        folder=$(dirname "$(readlink -f "$tool")")
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            printf '%s\n' "$folder"
            return
        fi
    fi
    # shellcheck disable=SC2012 # version folders: digits only
    folder=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && printf '%s\n' "$folder"
}

# Make sure that PostgreSQL's server programs are on this machine. Debian's
# package would also create and start a cluster of its own; the scripts here
# have no use for one, so it is told not to while it is being installed.
ensure_postgres() {
    find_postgres >/dev/null && return
    local no_cluster=/etc/postgresql-common/createcluster.d/zz-no-main-cluster.conf
    as_root mkdir -p "${no_cluster%/*}"
    printf 'create_main_cluster = false\n' | as_root tee "$no_cluster" >/dev/null
    # In a subshell, so that a failure does not leave the setting behind.
    local status=0
    (apt_install postgresql) || status=$?
    as_root rm -f "$no_cluster"
    [ "$status" -eq 0 ] || exit "$status"
    find_postgres >/dev/null || die "PostgreSQL was installed, but initdb and postgres are not where Debian puts them"
}
