# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every limit and habit of a backup that an administrator may change, with its default, unit and meaning.

The one place: module documentation, role defaults and the store code take them from here.
"""

from __future__ import annotations

OPTIONS: dict[str, tuple[int | str, str]] = {
    'deadline': (21600, 'Seconds after which a backup of all sites of a host is stopped and reported as failed.'),
    'lock_wait': (120, 'Seconds to wait for another live run on the same site or repository.'),
    'turn_wait': (
        3600,
        'Seconds that a run waits in all for the turns of website_concurrency; then it goes on, with a remark.',
    ),
    'connect_timeout': (20, 'Seconds to wait for a database server or a backup server to answer.'),
    'niceness': (10, 'CPU niceness (0 to 19) of the work on the target, so that the site goes first.'),
    'compression_level': (1, 'Level of zstd (1 to 19). Higher levels cost CPU and save a few per cent.'),
    'compression_threads': (0, 'Threads of zstd; 0 uses every core.'),
    'full_every_days': (7, 'Archive store: a webroot is stored in full again after so many days.'),
    'difference_share': (
        50,
        'Archive store: a difference that outgrows this share (per cent) of its full becomes a full.',
    ),
    'base_test_bytes': (
        268435456,
        'Archive store: a base up to this size (bytes) is read and hashed before every difference.',
    ),
    'base_test_days': (3, 'Archive store: a larger base is read and hashed again after so many days.'),
    'space_margin': (10, 'Free space (per cent of the forecast) that must remain on the repository.'),
    'remark_limit': (1000, 'Skipped files that are listed one by one; the count is always exact.'),
    'pages': (
        5,
        'Pages of a site that are read at a backup and asked of its restored copy, beside its probes; 0 reads none.',
    ),
    'page_timeout': (10, 'Seconds in which a page of the live site must answer; a copy may take three times that.'),
    'pages_seconds': (60, 'Seconds that each of the two readings of a site at a backup may take.'),
    'page_bytes': (2097152, 'Bytes that are read of a page.'),
    'drill_directory': (
        '',
        'Where drills restore to, emptied afterwards; empty: the folder drills in state_directory.',
    ),
    'drill_shares': (
        10,
        'Every drill reads and hashes one share of all that is stored; so many drills read everything.',
    ),
    'drill_share_bytes': (
        268435456,
        'What is stored is divided into shares only from this size (bytes) on; less is read whole at every drill.',
    ),
    'bandwidth_limit': (0, 'KiB a second that may go to a remote repository, and come from it; 0 sets no limit.'),
    'connections': (5, 'Connections at a time to a remote repository, where its store can choose.'),
    'pack_size': (16, 'Restic: MiB of a pack file; larger ones suit slow or busy object stores.'),
    'cache_directory': ('', 'Where restic keeps its cache; empty: the folder restic in state_directory.'),
    'copy_limit': (
        10,
        'Recovery points of a site that one run copies to a further repository; the rest waits for the next.',
    ),
    'copy_deadline': (14400, 'Seconds that the copies of the sites of one host may take in one run.'),
    'prune_failed_days': (30, 'Days after which a failed recovery point goes, if a good one is newer.'),
    'prune_safety_days': (30, 'Days after which a recovery point that a restore took goes.'),
    'prune_share': (
        50,
        'A prune that would remove more than this share (per cent) of a site needs its name in confirm.',
    ),
    'prune_unused': (5, 'Restic: a prune leaves this share (per cent) of what is stored unused instead of copying it.'),
    'prune_repack': (0, 'Restic: MiB that one prune copies anew at most; 0 sets no limit.'),
    'discovery_files': (5000, 'Discovery: configuration files and includes of web servers that are read at most.'),
    'discovery_file_bytes': (1048576, 'Discovery: a configuration file larger than this (bytes) is not read.'),
    'discovery_depth': (20, 'Discovery: includes within includes are followed so deep.'),
    'discovery_seconds': (30, 'Discovery: seconds for looking at a server; what is not found by then is a remark.'),
    'state_directory': (
        '/var/lib/rawat',
        'Where a target keeps locks; for an account that is not root, ~/.local/state/rawat.',
    ),
}


def defaults() -> dict[str, int | str]:
    """The value of every option when the inventory says nothing."""
    return {name: value for name, (value, _meaning) in OPTIONS.items()}
