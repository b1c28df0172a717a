#!/bin/sh
# Installs what the browser tests drive: Debian's Chromium when run as root where apt is, else Playwright's own.
# Then PostgreSQL, of which the tests start a server of their own; where there is no apt, its tests say so.
set -eu
if command -v chromium >/dev/null 2>&1; then
    echo "chromium is there already"
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
else
    make .venv/.tested
    .venv/bin/python -m playwright install chromium
fi

if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then
    echo "PostgreSQL is there already"
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    # Its package would start a server for everybody: the tests need only its programs.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/lookalike.conf
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
else
    echo "PostgreSQL is not there, and only root can install it"
fi
