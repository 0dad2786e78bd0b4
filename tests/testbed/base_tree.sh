#!/bin/bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# base_tree.sh TREE - turns a fresh Debian tree into the tree that all hosts share; run once, on this machine.
set -euo pipefail
tree=$1

rm -f "$tree"/etc/ssh/ssh_host_*                  # every host gets its own
: > "$tree/etc/machine-id"                        # so with this one
rm -f "$tree/etc/resolv.conf"
echo '# no name servers: the hosts know each other through /etc/hosts' > "$tree/etc/resolv.conf"

# Units that cannot work in a namespace (no console, no modules) or that would work at a time of their own choosing.
for unit in console-getty.service e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer \
            systemd-modules-load.service sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount \
            sys-fs-fuse-connections.mount; do
  ln -sfn /dev/null "$tree/etc/systemd/system/$unit"
done

# Fifty forks of Ansible open their connections at once; the default of ten refuses some of them.
printf 'UseDNS no\nMaxStartups 100\nMaxSessions 50\n' > "$tree/etc/ssh/sshd_config.d/testbed.conf"

# After a power cut PostgreSQL syncs each of its thousands of files; one syncfs(2) does the same within a second.
for settings in "$tree"/etc/postgresql/*/main/conf.d; do
  echo 'recovery_init_sync_method = syncfs' > "$settings/testbed.conf"
done

chroot "$tree" useradd -m -s /bin/bash ops        # the login that needs sudo, as on most real servers
install -m 0440 /dev/stdin "$tree/etc/sudoers.d/ops" <<< 'ops ALL=(ALL) NOPASSWD: ALL'
