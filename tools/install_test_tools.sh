#!/bin/sh
# Installs what the browser tests drive: Debian's Chromium when run as root where apt is, else Playwright's own.
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
