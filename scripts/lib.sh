# lib.sh: what scripts/demo and scripts/test share. Sourced by bash; defines functions and `root`, runs nothing.

# The checkout's top folder.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

say() {
    printf '\n== %s\n' "$*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# --- packages ---------------------------------------------------------------------------------------------

packages_missing() {
    local package

    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$root/scripts/packages" | while read -r package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

# Another program that installs (a fresh machine does so by itself) is waited for.
apt() {
    local wait_for_lock=DPkg::Lock::Timeout=600

    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get -q -o "$wait_for_lock" "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -o "$wait_for_lock" "$@"
    else
        die "as root or with sudo, please install: $(packages_missing | xargs)"
    fi
}

# Installs what scripts/packages lists and this machine lacks; touches nothing where all is there.
packages_install() {
    local missing

    mapfile -t missing < <(packages_missing)
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "this is not Debian; please install: ${missing[*]}"
    say "installing ${missing[*]}"
    # A fresh image has no package lists, and old lists name versions that are gone.
    apt-get install --simulate "${missing[@]}" >/dev/null 2>&1 || apt update
    apt install -y --no-install-recommends "${missing[@]}" || {
        apt update
        apt install -y --no-install-recommends "${missing[@]}"
    } || die "installing packages failed"
}

# --- build ------------------------------------------------------------------------------------------------

# build_configure DIR [MESON OPTION...]: makes the build folder, or brings the options of an old one up to date.
build_configure() {
    local dir=$1
    shift

    if [ -f "$dir/build.ninja" ] && meson setup --reconfigure "$dir" "$root" "$@" >"$dir/configure.log" 2>&1; then
        return 0
    fi
    # A folder that another version of Meson left, or one that was half made, is worth nothing.
    rm -rf "$dir"
    mkdir -p "$dir"
    meson setup "$dir" "$root" "$@" >"$dir/configure.log" 2>&1 || {
        cat "$dir/configure.log" >&2
        return 1
    }
}

# --- a private PostgreSQL cluster -------------------------------------------------------------------------
#
# Nobody but the caller reaches it: it listens on a socket in a folder of mode 0700 only, as superuser
# `postgres` without a password. PostgreSQL refuses to run as root; then the user `postgres` of the Debian
# package owns it, and DIR must lie where that user may go (not in /root): cluster_home finds such a place.

# Runs a command as the user that owns the clusters.
as_cluster_user() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec runuser -u postgres -- "$@")
    else
        (cd / && exec "$@")
    fi
}

# The path of a server program, such as initdb, of the newest installed version.
cluster_program() {
    local bin

    bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    [ -x "$bin/$1" ] || die "PostgreSQL's $1 is not installed"
    echo "$bin/$1"
}

# cluster_home NAME: a folder for a cluster that its user can reach: in the checkout, else in /var/tmp.
cluster_home() {
    if as_cluster_user test -x "$root" 2>/dev/null; then
        echo "$root/.$1"
    else
        echo "/var/tmp/crfd-$1-$(id -u)"
    fi
}

# cluster_socket DIR: the folder of its socket, for `host=` and PGHOST. A socket's path has room for 107 bytes.
cluster_socket() {
    if [ ${#1} -le 80 ]; then
        echo "$1/socket"
    else
        echo "/tmp/crfd-socket-$(id -u)-$(printf '%s' "$1" | cksum | cut -d ' ' -f 1)"
    fi
}

# cluster_start DIR: makes the cluster where there is none yet, starts it, and waits until it answers.
cluster_start() {
    local dir=$1
    local socket owner

    socket=$(cluster_socket "$dir")
    owner=$(as_cluster_user id -un)
    if [ ! -f "$dir/data/PG_VERSION" ]; then
        install -d -m 0755 "$dir"
        install -d -m 0700 -o "$owner" "$dir/data" "$socket"
        as_cluster_user "$(cluster_program initdb)" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
            --no-instructions >"$dir/initdb.log" 2>&1 || {
            cat "$dir/initdb.log" >&2
            die "making a PostgreSQL cluster in $dir failed"
        }
    fi
    as_cluster_user "$(cluster_program pg_ctl)" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 -s \
        -o "-k '$socket' -c listen_addresses= -c unix_socket_permissions=0700" start || {
        cat "$dir/data/server.log" >&2
        die "starting the PostgreSQL cluster in $dir failed"
    }
}

# cluster_stop DIR: stops it if it runs; its data stay.
cluster_stop() {
    as_cluster_user "$(cluster_program pg_ctl)" -D "$1/data" status >/dev/null 2>&1 || return 0
    as_cluster_user "$(cluster_program pg_ctl)" -D "$1/data" -m fast -w -s stop
}

# cluster_remove DIR: stops it and removes all of its files, and nothing but these.
cluster_remove() {
    cluster_stop "$1"
    rm -rf "$1/data" "$(cluster_socket "$1")" "$1/initdb.log"
    rmdir "$1" 2>/dev/null || true
}
