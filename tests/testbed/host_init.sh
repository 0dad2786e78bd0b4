#!/bin/bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# host_init.sh [SYSTEMD ARGUMENT...] - becomes pid 1 of a host; runs in new namespaces, see hosts.py.
# From the environment: LOWER (lowerdir), WRITES (directory with upper/ and work/), ROOT (mount point), NAME, NO_CAPS.
set -e
mount --make-rprivate /
# redirect_dir: directories of the layers can be renamed, as on any disk.
mount -t overlay overlay -o "redirect_dir=on,lowerdir=$LOWER,upperdir=$WRITES/upper,workdir=$WRITES/work" "$ROOT"
cd "$ROOT"
mount -t proc -o nosuid,noexec,nodev proc proc
mount -t sysfs -o ro,nosuid,noexec,nodev sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755,size=1m,nosuid dev dev
for device in null zero full random urandom tty fuse; do
  [ -e "/dev/$device" ] || continue
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777,size=256m shm dev/shm
mount -t tmpfs -o mode=755,size=256m run run
mount -t tmpfs -o mode=1777,size=512m tmp tmp
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for link in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${link%%:*}" "dev/${link#*:}"; done
# The kernel's settings are the machine's: read-only, but for the network's, which are the namespace's own.
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,ro proc/sys
for file in proc/sysrq-trigger proc/kcore; do [ ! -e "$file" ] || mount --bind /dev/null "$file"; done
hostname "$NAME"
mkdir -p .old
pivot_root . .old
cd /
umount -l /.old
rmdir /.old
exec env -i container=testbed PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  setpriv --bounding-set "$NO_CAPS" /sbin/init "$@" < /dev/null
