#!/bin/bash
# test_package.sh: the Debian package on a clean Debian 12 that has nothing but what the package asks for: installed,
# configured from its own samples, started by systemd: one night by the nightly unit, one by the resident one on a schedule
# a minute away; reloaded, failed, upgraded, removed.
#
# The clean system is a folder made by debootstrap, which is then booted (machine.sh): that takes root and the mirror that
# apt uses. PostgreSQL runs outside, with its socket in that folder. The result is TAP.
set -euo pipefail
. "$(dirname "$0")/../../scripts/lib.sh"
. "$(dirname "$0")/machine.sh"

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
trap 'machine_stop "$home"; cluster_remove "$clean/srv/cluster"; rm -rf "$home"' EXIT

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
    [ ! -f "$home/keeper" ] || on_machine journalctl --no-pager --lines=60 | sed 's/^/# /'
    echo "1..$count"
    exit 1
}

in_clean() {
    chroot "$clean" "$@"
}

# The same once it is booted.
on_machine() {
    machine_run "$home" "$@"
}

as_user() {
    local user=$1
    shift
    on_machine runuser -u "$user" -- "$@"
}

database() {
    psql -X -q -v ON_ERROR_STOP=1 -h "$(cluster_socket "$clean/srv/cluster")" -U postgres "$@"
}

build() {
    "$root/scripts/package"
    cp "$root"/build/package/crfd_*.deb "$home/crfd.deb"
    cp "$root"/build/package/crfd-web_*.deb "$home/crfd-web.deb"
}

# What the package depends on is installed by name, and nothing else: `dpkg -i` then says whether that is all it wants.
make_clean_system() {
    local depends mirror

    depends=$({ dpkg-deb -f "$home/crfd.deb" Depends; dpkg-deb -f "$home/crfd-web.deb" Depends; } | paste -sd, |
        sed 's/crfd ([^)]*),//' | sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
    debootstrap --variant=minbase --cache-dir=/var/cache/apt/archives --include="$depends" bookworm "$clean" "$mirror"
}

# The same package under an older version, with a file that the newer one lacks.
install_older_package() {
    dpkg-deb -R "$home/crfd.deb" "$home/older"
    sed -i 's/^Version: .*/Version: 0.0.9/' "$home/older/DEBIAN/control"
    touch "$home/older/usr/share/crfd/config/older.json"
    dpkg-deb -b "$home/older" "$clean/older.deb"
    in_clean dpkg -i /older.deb
    in_clean test -f /usr/share/crfd/config/older.json
    echo '{}' >"$clean/etc/crfd/kept.json"
}

install_package() {
    cp "$home/crfd.deb" "$clean/crfd.deb"
    in_clean dpkg -i /crfd.deb
    in_clean crfd --version | grep -F "$(dpkg-deb -f "$home/crfd.deb" Version)"
    [ ! -e "$clean/usr/share/crfd/config/older.json" ]
    rm "$clean/etc/crfd/kept.json" "$clean/older.deb"
    # The pages are another package: without it, who asks for them is told which.
    { in_clean crfd serve --config /usr/share/crfd/config/crfd.json || true; } 2>&1 | grep -F crfd-web
    cp "$home/crfd-web.deb" "$clean/crfd-web.deb"
    in_clean dpkg -i /crfd-web.deb
}

look_at_user() {
    in_clean getent passwd crfd
    [ "$(stat -c %U:%a "$clean/etc/crfd")" = root:755 ]
    # A template that is enabled would start a study that nobody has configured.
    [ -z "$(find "$clean/etc/systemd" -name 'crfd*')" ]
}

verify_units() {
    in_clean systemd-analyze verify --man=no crfd@trial.service crfd-nightly@trial.service crfd-nightly@trial.timer \
        crfd-failed@trial.service crfd-serve@trial.service crfd-serve@trial.socket
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
    database -d postgres -c "CREATE ROLE crfd LOGIN IN ROLE crfd_source, crfd_service" -c "CREATE ROLE wang LOGIN IN ROLE crfd_owner"
    database -d edc -f "$root/tests/package/pages.sql"
}

# configure TIMEZONE CRON: the samples of the package, changed as their comments say.
configure() {
    local samples=$clean/usr/share/crfd/config

    cp "$samples/study.json" "$clean/etc/crfd/study.json"
    # Regular expressions, which are compiled to machine code where that is allowed.
    sed -i 's/"check": "sysbp > diabp"/"check": "sysbp > diabp AND sysbp::text ~ '"'^[1-9][0-9]*\$'"'"/' "$clean/etc/crfd/study.json"
    grep -q '~' "$clean/etc/crfd/study.json"
    sed -e "s|host=/run/postgresql|host=/srv/cluster/socket|" -e "s|\"timezone\": \"UTC\"|\"timezone\": \"$1\"|" \
        -e "s|\"cron\": \"0 2 \* \* \*\"|\"cron\": \"$2\"|" -e "s|/run/crfd/study/|/run/crfd/trial/|" \
        "$samples/crfd.json" >"$clean/etc/crfd/trial.json"
}

migrate() {
    configure Etc/GMT+12 "0 2 * * *"
    on_machine useradd wang
    as_user wang crfd migrate --config /etc/crfd/trial.json
}

# The file is trial.json, so that systemd makes /run/crfd/trial, and nothing makes the folder of the sample.
check_names() {
    sed -i "s|/run/crfd/trial/|/run/crfd/study/|" "$clean/etc/crfd/trial.json"
    ! as_user crfd crfd check --config /etc/crfd/trial.json >"$home/checked"
    grep -c 'PROBLEM .*_file /run/crfd/study/.*: systemd makes /run/crfd/trial for crfd@trial' "$home/checked" | grep -x 2
    grep 'note .*systemd calls this instance trial, after the file, and it calls itself study' "$home/checked"
    sed -i "s|/run/crfd/study/|/run/crfd/trial/|" "$clean/etc/crfd/trial.json"
}

# The folder that the units make for themselves.
check() {
    on_machine install -d -o crfd -g crfd /run/crfd/trial
    as_user crfd crfd check --config /etc/crfd/trial.json
}

# The probe, as the service's command, and as that of a unit that only names the user.
probe() {
    local units=$clean/etc/systemd/system

    install -d -m 0777 "$clean/srv/open"
    cp "$root/tests/package/probe.pl" "$clean/srv/probe.pl"
    install -d "$units/crfd-nightly@probe.service.d"
    printf '[Service]\nExecStart=\nExecStart=/usr/bin/perl /srv/probe.pl /srv/open\n' \
        >"$units/crfd-nightly@probe.service.d/probe.conf"
    printf '[Service]\nType=oneshot\nUser=crfd\nExecStart=/usr/bin/perl /srv/probe.pl /srv/open\n' >"$units/bare.service"
    on_machine systemctl daemon-reload
    on_machine systemctl start crfd-nightly@probe.service bare.service
    on_machine journalctl --sync
    on_machine journalctl --output=cat --identifier=perl --unit=bare.service >"$home/allowed"
    [ "$(sort "$home/allowed" | xargs)" = "$(sed -n 's/^try("\([a-z-]*\)".*/\1/p' "$root/tests/package/probe.pl" | sort | xargs)" ]
    on_machine journalctl --output=cat --identifier=perl --unit=crfd-nightly@probe.service >"$home/allowed"
    cat "$home/allowed"
    [ ! -s "$home/allowed" ]
    rm -r "$units/crfd-nightly@probe.service.d" "$units/bare.service"
    on_machine systemctl daemon-reload
}

expect_runs() {
    [ "$(database -d analysis -At -c "SELECT string_agg(state, ',') FROM crfd.run")" = "$1" ]
}

# As the proxy would, in the group of the socket: the service starts with the request. Then the package goes.
serve_pages() {
    local ask='my $s = IO::Socket::UNIX->new("/run/crfd-web/trial.sock") or die; print $s "GET /v1/runs HTTP/1.1\r\n",
        "Host: x\r\nX-Remote-User: zhao\r\nConnection: close\r\n\r\n"; print <$s>;'

    database -d analysis -c "CREATE ROLE crfd_serve LOGIN IN ROLE crfd_web"
    on_machine systemctl start crfd-serve@trial.socket
    on_machine perl -MIO::Socket::UNIX -e "$ask" | grep -F '"state": "done"'
    on_machine systemctl is-active crfd-serve@trial.service
    [ "$(on_machine stat -c %U:%G:%a /run/crfd-web/trial.sock)" = root:crfd-web:660 ]
    on_machine dpkg --purge crfd-web
    ! on_machine systemctl is-active crfd-serve@trial.socket
    rm "$clean/crfd-web.deb"
}

run_a_night() {
    on_machine systemctl start crfd-nightly@trial.service
    expect_runs done
    [ "$(database -d analysis -At -c "SELECT count(*) FROM analysis.vs")" = 6 ]
    [ "$(database -d analysis -At -c "SELECT count(*) FROM analysis.open_finding WHERE item = 'sysbp'")" -gt 0 ]
    as_user crfd crfd verify --config /etc/crfd/trial.json
}

# Where it is a day later than at the night before, so that the next night is a minute away and none was missed.
run_the_daemon() {
    local waited

    configure Etc/GMT-12 "$(TZ=Etc/GMT-12 date -d '+75 seconds' '+%-M %-H') * * *"
    # It returns when crfd has said that it is ready.
    on_machine systemctl start crfd@trial.service
    on_machine systemctl show --property=StatusText crfd@trial.service | grep -E 'asking|waiting for the night at'
    for ((waited = 0; waited < PATIENCE_S; waited++)); do
        [ "$(database -d analysis -At -c "SELECT count(*) FROM crfd.run WHERE state = 'done'")" = 2 ] && break
        sleep 1
    done
    expect_runs done,done
    [ "$(database -d analysis -At -c "SELECT max(night) - min(night) FROM crfd.run")" = 1 ]
}

look_at_status() {
    as_user crfd crfd status --json --config /etc/crfd/trial.json | python3 -c '
import json, sys
status = json.load(sys.stdin)
assert status["state"] == "idle" and status["last_run"]["exit_code"] == 0, status
assert status["last_run"]["run_id"] == 2 and status["last_run"]["pages"]["read"] == 8, status
assert [center["pages"] for center in status["last_run"]["quality"]] == [4, 4], status'
    # As Prometheus' node exporter: nobody whom crfd knows.
    on_machine id prometheus 2>/dev/null || on_machine useradd --system prometheus
    as_user prometheus cat /run/crfd/trial/crfd.prom >"$home/crfd.prom"
    as_user prometheus cat /run/crfd/trial/status.json >/dev/null
    grep -x 'crfd_last_run_exit_code{.*} 0' "$home/crfd.prom"
}

# What is wrong is refused and said, and the service goes on under what it has; then it is put right.
reload_the_daemon() {
    cp "$clean/etc/crfd/study.json" "$home/study.json"
    echo '{' >"$clean/etc/crfd/study.json"
    on_machine systemctl reload crfd@trial.service
    wait_for_event "reload refused"
    cp "$home/study.json" "$clean/etc/crfd/study.json"
    on_machine systemctl reload crfd@trial.service
    wait_for_event "reloaded"
    on_machine systemctl is-active crfd@trial.service
}

wait_for_event() {
    local waited

    for ((waited = 0; waited < PATIENCE_S; waited++)); do
        on_machine journalctl --output=cat --unit=crfd@trial.service | grep -E "^\"?$1" && return
        sleep 1
    done
    return 1
}

stop_the_daemon() {
    on_machine systemctl stop crfd@trial.service
    [ "$(on_machine systemctl show --property=Result --value crfd@trial.service)" = success ]
    wait_for_event "daemon stopped"
}

# Each event with its fields, and no value of a page.
look_at_journal() {
    [ "$(on_machine journalctl --output=cat CRFD_CENTER=101 | grep -c '^"center done"')" = 2 ]
    on_machine journalctl --output=json --unit=crfd@trial.service | python3 -c '
import json, shlex, sys
events = {}
for line in sys.stdin:
    event = json.loads(line)
    if event["_COMM"] == "crfd" and "CRFD_" in line:
        events[shlex.split(event["MESSAGE"])[0]] = event
assert events["night ended"]["CRFD_STATE"] == "done" and events["night ended"]["CRFD_NIGHT"], events["night ended"]
assert events["reloaded"]["PRIORITY"] == "6", events["reloaded"]'
    if on_machine journalctl --output=json | grep -e 2026-01-05 -e '61[.,]2'; then
        return 1
    fi
}

# A unit whose configuration is missing fails at once, is not tried again, and raises the alert.
fail_and_alert() {
    local waited

    if on_machine systemctl start crfd@nowhere.service; then
        return 1
    fi
    [ "$(on_machine systemctl show --property=ExecMainStatus --value crfd@nowhere.service)" = 74 ]
    for ((waited = 0; waited < PATIENCE_S; waited++)); do
        on_machine journalctl --priority=alert --output=cat | grep "crfd@nowhere.service has failed" && return
        sleep 1
    done
    return 1
}

# Tries of a second in the place of five minutes, and three of them.
give_up_and_alert() {
    local drop_in=$clean/etc/systemd/system/crfd-nightly@trial.service.d/quick.conf waited

    install -d "$(dirname "$drop_in")"
    printf '[Unit]\nStartLimitBurst=3\n[Service]\nRestartSec=1s\n' >"$drop_in"
    sed -i 's|host=/srv/cluster/socket|host=/srv/nowhere|' "$clean/etc/crfd/trial.json"
    on_machine systemctl daemon-reload
    on_machine systemctl reset-failed crfd-nightly@trial.service || true
    on_machine systemctl start --no-block crfd-nightly@trial.service
    for ((waited = 0; waited < PATIENCE_S; waited++)); do
        on_machine journalctl --priority=alert --output=cat | grep "crfd-nightly@trial.service has failed" && break
        sleep 1
    done
    [ "$(on_machine systemctl show --property=ActiveState --value crfd-nightly@trial.service)" = failed ]
    [ "$(on_machine journalctl --output=cat --unit=crfd-nightly@trial.service | grep -c 'status=69/UNAVAILABLE')" = 3 ]
    rm -r "$(dirname "$drop_in")"
    on_machine systemctl daemon-reload
    on_machine systemctl reset-failed crfd-nightly@trial.service
}

start_the_timer() {
    on_machine systemctl start crfd-nightly@trial.timer
    on_machine systemctl list-timers crfd-nightly@trial.timer | grep ' 02:00:00 '
}

# What Prometheus makes of the metrics, of the alerts and of the dashboard's expressions. Only its checker is taken out of
# the Debian package: installed, Prometheus would begin to serve.
ask_prometheus() {
    local watching=$clean/usr/share/crfd/watching promtool=$home/prometheus/usr/bin/promtool

    (cd "$home" && apt-get download prometheus && dpkg -x prometheus_*.deb prometheus)
    "$promtool" check metrics <"$home/crfd.prom"
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

# A service that goes on without its program fails at the next night, and a timer starts one that is not there.
remove_under_load() {
    configure Etc/GMT-12 "0 2 * * *"
    on_machine systemctl start crfd@trial.service
    on_machine systemctl is-active crfd@trial.service crfd-nightly@trial.timer
    on_machine dpkg --remove crfd
    on_machine systemctl list-units --all --plain --no-legend --state=active,activating,failed 'crfd*' >"$home/left"
    grep -v '^crfd@nowhere.service\|^crfd-nightly@probe.service' "$home/left" && return 1
    wait_for_event "daemon stopped"
    [ ! -e "$clean/usr/bin/crfd" ]
}

# The administrator's own files stay; nothing else of the package does.
purge_package() {
    in_clean dpkg --purge crfd
    [ -z "$(find "$clean" -xdev -iname '*crfd*' -not -path "$clean/srv/*" -not -path "$clean/proc/*" \
        -not -path "$clean/etc/crfd" -not -path "$clean/var/lib/systemd/*" -not -path "$clean/run/*" -not -path "$clean/crfd.deb" -not -path "$clean/var/log/*")" ]
    [ "$(ls "$clean/etc/crfd")" = "$(printf 'study.json\ntrial.json')" ]
}

step "the package is built" build
step "a clean Debian has what it depends on" make_clean_system
step "an older package is installed there" install_older_package
step "it is installed over it, and what only the older one had goes" install_package
step "its user and its folder are there, and no service is enabled" look_at_user
step "systemd takes its units" verify_units
step "it boots" machine_boot "$clean" "$home"
step "its SQL files make databases and roles" make_databases
step "crfd migrate makes the schemas" migrate
step "crfd check tells where names of instance, file and folder differ" check_names
step "crfd check finds nothing wrong" check
step "the services are refused what they do not need, and only they" probe
step "systemd runs a night by the nightly unit" run_a_night
step "the proxy's socket starts the pages, which answer, and end with their package" serve_pages
step "systemd starts the resident unit, which runs the next night on its schedule" run_the_daemon
step "status and metrics tell of it" look_at_status
step "systemctl reload: what is wrong is refused, what is right is taken" reload_the_daemon
step "systemctl stop ends it well" stop_the_daemon
step "the journal has each event with its fields, and no patient's value" look_at_journal
step "a unit that fails raises the alert" fail_and_alert
step "a night that cannot be opened is tried again, then its unit fails and raises the alert" give_up_and_alert
step "the timer waits for the night" start_the_timer
step "Prometheus takes metrics, alerts and dashboard" ask_prometheus
step "it is removed while it runs: service and timer end" remove_under_load
step "it is shut down" machine_stop "$home"
step "it is purged without a trace but the configuration" purge_package
echo "1..$count"
