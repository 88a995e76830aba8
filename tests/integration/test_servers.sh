#!/bin/bash
# test_servers.sh FOLDER TEST...: runs test programs of FOLDER again on each newer PostgreSQL that scripts/servers brings: nights,
# PostgreSQL's answer to every check, roles and sessions are the same on all versions. The result is TAP.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
shift
count=0

mapfile -t servers < <("$root/scripts/servers")
if [ ${#servers[@]} = 0 ]; then
    if [ "${CI:-}" = true ]; then
        printf '1..1\nnot ok 1 - no newer PostgreSQL: nothing may be skipped where CI=true\n'
        exit 1
    fi
    echo "1..0 # SKIP no newer PostgreSQL"
    exit
fi
for server in "${servers[@]}"; do
    version=$("$server/postgres" --version)
    for test in "$@"; do
        count=$((count + 1))
        if output=$(CRFD_TEST_SERVER=$server "$folder/test_$test" 2>&1); then
            echo "ok $count - $version: $test, $(grep -c '^ok' <<<"$output") cases"
        else
            echo "not ok $count - $version: $test"
            sed 's/^/# /' <<<"$output" | grep -v '^# ok'
        fi
    done
done
echo "1..$count"
