#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Install the system packages that the tests need, or those named as arguments, where they are missing. Does nothing
# where nothing is missing.
set -euo pipefail
cd "$(dirname "$0")"

wanted=("$@")
if [[ $# -eq 0 ]]; then
    mapfile -t wanted < <(sed -E 's/#.*//; s/[[:space:]]+//g; /^$/d' debian-packages.txt)
fi

missing=()
for package in "${wanted[@]}"; do
    if [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
        missing+=("$package")
    fi
done

if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi
if [[ $(id -u) != 0 ]]; then
    echo "missing system packages; as root: apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# The servers among them are not to run: the tests start their own. A policy that says no (Debian policy, 9.3.3.1; 101 is
# "forbidden") holds with every init system, and goes again. The run level is for scripts that ask nobody.
export RUNLEVEL=1
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
apt-get --quiet --quiet -o DPkg::Lock::Timeout=900 update
apt-get --quiet --quiet -o DPkg::Lock::Timeout=900 install --yes --no-install-recommends "${missing[@]}" >/dev/null
