#!/bin/bash
# test_package.sh: the Debian package on a clean Debian 12 that has nothing but what the package asks for: installed,
# configured from its own samples, one night by `crfd run`, one by `crfd daemon` on a schedule a minute away, removed.
#
# The clean system is a folder made by debootstrap, in which commands run by chroot: that takes root and the mirror that
# apt uses. PostgreSQL runs outside, with its socket in that folder. The result is TAP.
set -euo pipefail
. "$(dirname "$0")/../../scripts/lib.sh"

PATIENCE_S=180
count=0

if [ "$(id -u)" != 0 ]; then
    reason="only root can make a clean system"
    if [ "${CI:-}" = true ]; then
        printf '1..1\nnot ok 1 - %s: nothing may be skipped where CI=true\n' "$reason"
        exit 1
    fi
    echo "1..0 # SKIP $reason"
    exit
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/crfd-package-XXXXXX")
chmod 0755 "$home"
clean=$home/root
log=$home/log
trap 'cluster_remove "$clean/srv/cluster"; rm -rf "$home"' EXIT

# step WHAT COMMAND...: a test case; after one that failed there is nothing to go on with.
step() {
    local what=$1 status=0
    shift

    count=$((count + 1))
    # Not `if "$@"`: that would switch off -e within.
    set +e
    (set -e; "$@") >"$log" 2>&1
    status=$?
    set -e
    if [ $status = 0 ]; then
        echo "ok $count - $what"
        return
    fi
    echo "not ok $count - $what"
    sed 's/^/# /' "$log"
    echo "1..$count"
    exit 1
}

in_clean() {
    chroot "$clean" "$@"
}

as_crfd() {
    chroot --userspec=crfd:crfd "$clean" "$@"
}

database() {
    psql -X -q -v ON_ERROR_STOP=1 -h "$(cluster_socket "$clean/srv/cluster")" -U postgres "$@"
}

build() {
    "$root/scripts/package"
    cp "$root"/build/package/crfd_*.deb "$home/crfd.deb"
}

# What the package depends on is installed by name, and nothing else: `dpkg -i` then says whether that is all it wants.
make_clean_system() {
    local depends mirror

    depends=$(dpkg-deb -f "$home/crfd.deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --cache-dir=/var/cache/apt/archives --include="$depends" bookworm "$clean" "$mirror"
}

install_package() {
    cp "$home/crfd.deb" "$clean/crfd.deb"
    in_clean dpkg -i /crfd.deb
    in_clean crfd --version | grep -F "$(dpkg-deb -f "$home/crfd.deb" Version)"
}

look_at_user() {
    in_clean getent passwd crfd
    [ "$(stat -c %U:%a "$clean/etc/crfd")" = root:755 ]
    # A template that is enabled would start a study that nobody has configured.
    [ -z "$(find "$clean/etc/systemd" -name 'crfd*')" ]
}

verify_units() {
    in_clean systemd-analyze verify --man=no crfd@trial.service crfd-nightly@trial.service crfd-nightly@trial.timer \
        crfd-failed@trial.service
}

make_databases() {
    local sql=$clean/usr/share/crfd/sql

    cluster_start "$clean/srv/cluster"
    # Its socket is for its owner only; here crfd comes as a user of its own.
    chmod 0755 "$clean/srv/cluster/socket"
    chmod 0777 "$clean"/srv/cluster/socket/.s.PGSQL.*
    database -d postgres -c "CREATE DATABASE edc" -c "CREATE DATABASE analysis"
    database -d edc -f "$sql/source/edc.sql"
    database -d edc -v source=1 -f "$sql/roles.sql"
    database -d analysis -v analysis=1 -f "$sql/roles.sql"
    database -d postgres -c "CREATE ROLE crfd LOGIN IN ROLE crfd_service" -c "CREATE ROLE wang LOGIN IN ROLE crfd_owner"
    database -d edc -f "$root/tests/package/pages.sql"
}

# configure TIMEZONE CRON: the samples of the package, changed as their comments say.
configure() {
    local samples=$clean/usr/share/crfd/config

    cp "$samples/study.json" "$clean/etc/crfd/study.json"
    sed -e "s|host=/run/postgresql|host=/srv/cluster/socket|" -e "s|\"timezone\": \"UTC\"|\"timezone\": \"$1\"|" \
        -e "s|\"cron\": \"0 2 \* \* \*\"|\"cron\": \"$2\"|" -e "s|/run/crfd/study/|/run/crfd/trial/|" \
        "$samples/crfd.json" >"$clean/etc/crfd/trial.json"
    # The unit's RuntimeDirectory=.
    install -d -o "$(in_clean id -u crfd)" -g "$(in_clean id -g crfd)" "$clean/run/crfd/trial"
}

migrate() {
    configure Etc/GMT+12 "0 2 * * *"
    in_clean useradd wang
    chroot --userspec=wang:wang "$clean" crfd migrate --config /etc/crfd/trial.json
}

# The command of a unit, as systemd would start it for the instance `trial`.
unit_command() {
    sed -n 's/^ExecStart=//p' "$clean/usr/lib/systemd/system/$1" | sed 's/%i/trial/'
}

run_a_night() {
    as_crfd $(unit_command crfd-nightly@.service)
    [ "$(database -d analysis -At -c "SELECT string_agg(state, ',') FROM crfd.run")" = done ]
    [ "$(database -d analysis -At -c "SELECT count(*) FROM analysis.vs")" = 6 ]
    [ "$(database -d analysis -At -c "SELECT count(*) FROM analysis.open_finding WHERE item = 'sysbp'")" -gt 0 ]
}

# Where it is a day later than at the night before, so that the next night is a minute away and none was missed.
run_the_daemon() {
    local daemon status=0

    configure Etc/GMT-12 "$(TZ=Etc/GMT-12 date -d '+75 seconds' '+%-M %-H') * * *"
    # Not by as_crfd: the signal is for crfd and not for a shell.
    chroot --userspec=crfd:crfd "$clean" $(unit_command crfd@.service) &
    daemon=$!
    for ((waited = 0; waited < PATIENCE_S; waited++)); do
        [ "$(database -d analysis -At -c "SELECT count(*) FROM crfd.run WHERE state = 'done'")" = 2 ] && break
        sleep 1
    done
    kill -TERM "$daemon"
    wait "$daemon" || status=$?
    [ $status = 0 ]
    [ "$(database -d analysis -At -c "SELECT string_agg(state, ',') FROM crfd.run")" = done,done ]
    [ "$(database -d analysis -At -c "SELECT max(night) - min(night) FROM crfd.run")" = 1 ]
}

look_at_status() {
    as_crfd crfd status --json --config /etc/crfd/trial.json | python3 -c '
import json, sys
status = json.load(sys.stdin)
assert status["state"] == "idle" and status["last_run"]["exit_code"] == 0, status
assert status["last_run"]["run_id"] == 2 and status["last_run"]["pages"]["read"] == 8, status'
    grep -x 'crfd_last_run_exit_code{.*} 0' "$clean/run/crfd/trial/crfd.prom"
}

# What Prometheus makes of the metrics, of the alerts and of the dashboard's expressions. Only its checker is taken out of
# the Debian package: installed, Prometheus would begin to serve.
ask_prometheus() {
    local watching=$clean/usr/share/crfd/watching promtool=$home/prometheus/usr/bin/promtool

    (cd "$home" && apt-get download prometheus && dpkg -x prometheus_*.deb prometheus)
    "$promtool" check metrics <"$clean/run/crfd/trial/crfd.prom"
    cp "$watching/crfd.rules.yml" "$root/tests/package/crfd.rules.test.yml" "$home"
    "$promtool" check rules "$home/crfd.rules.yml"
    "$promtool" test rules "$home/crfd.rules.test.yml"
    python3 - "$watching/grafana-crfd.json" >"$home/dashboard.yml" <<'END'
import json, sys
panels = json.load(open(sys.argv[1]))["panels"]
rules = [{"record": f"panel:{panel['id']}", "expr": target["expr"]} for panel in panels for target in panel["targets"]]
json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, sys.stdout)
END
    "$promtool" check rules "$home/dashboard.yml"
}

# The administrator's own files stay; nothing else of the package does.
remove_package() {
    in_clean dpkg --purge crfd
    [ -z "$(find "$clean" -xdev -iname '*crfd*' -not -path "$clean/srv/*" -not -path "$clean/proc/*" \
        -not -path "$clean/etc/crfd" -not -path "$clean/run/*" -not -path "$clean/crfd.deb" -not -path "$clean/var/log/*")" ]
    [ "$(ls "$clean/etc/crfd")" = "$(printf 'study.json\ntrial.json')" ]
}

step "the package is built" build
step "a clean Debian has what it depends on" make_clean_system
step "it is installed there" install_package
step "its user and its folder are there, and no service is enabled" look_at_user
step "systemd takes its units" verify_units
step "its SQL files make databases and roles" make_databases
step "crfd migrate makes the schemas" migrate
step "crfd check finds nothing wrong" as_crfd crfd check --config /etc/crfd/trial.json
step "the command of the nightly unit runs a night" run_a_night
step "the command of the resident unit runs the next one on its schedule" run_the_daemon
step "status and metrics tell of it" look_at_status
step "Prometheus takes metrics, alerts and dashboard" ask_prometheus
step "it is removed without a trace but the configuration" remove_package
echo "1..$count"
