# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option that holds every limit and habit; names, defaults and meanings are those of module_utils/options.py."""

from __future__ import annotations


class ModuleDocFragment:
    """Limits and habits."""

    DOCUMENTATION = r"""
options:
  settings:
    description: Limits and habits of the backup; each has a default.
    type: dict
    suboptions:
      deadline:
        description: "Seconds after which a backup of all sites of a host is stopped and reported as failed."
        type: int
        default: 21600
      lock_wait:
        description: "Seconds to wait for another live run on the same site or repository."
        type: int
        default: 120
      turn_wait:
        description: >-
          Seconds that a run waits in all for the turns of website_concurrency; then it goes on, with a remark.
        type: int
        default: 3600
      connect_timeout:
        description: "Seconds to wait for a database server or a backup server to answer."
        type: int
        default: 20
      niceness:
        description: "CPU niceness (0 to 19) of the work on the target, so that the site goes first."
        type: int
        default: 10
      compression_level:
        description: "Level of zstd (1 to 19). Higher levels cost CPU and save a few per cent."
        type: int
        default: 1
      compression_threads:
        description: "Threads of zstd; 0 uses every core."
        type: int
        default: 0
      full_every_days:
        description: "Archive store: a webroot is stored in full again after so many days."
        type: int
        default: 7
      difference_share:
        description: "Archive store: a difference that outgrows this share (per cent) of its full becomes a full."
        type: int
        default: 50
      base_test_bytes:
        description: "Archive store: a base up to this size (bytes) is read and hashed before every difference."
        type: int
        default: 268435456
      base_test_days:
        description: "Archive store: a larger base is read and hashed again after so many days."
        type: int
        default: 3
      space_margin:
        description: "Free space (per cent of the forecast) that must remain on the repository."
        type: int
        default: 10
      remark_limit:
        description: "Skipped files that are listed one by one; the count is always exact."
        type: int
        default: 1000
      pages:
        description:
          "Pages of a site that are read at a backup and asked of its restored copy, beside its probes; 0 reads none."
        type: int
        default: 5
      page_timeout:
        description: "Seconds in which a page of the live site must answer; a copy may take three times that."
        type: int
        default: 10
      pages_seconds:
        description: "Seconds that each of the two readings of a site at a backup may take."
        type: int
        default: 60
      page_bytes:
        description: "Bytes that are read of a page."
        type: int
        default: 2097152
      drill_directory:
        description: "Where drills restore to, emptied afterwards; empty: the folder drills in state_directory."
        type: str
        default: ''
      drill_shares:
        description: "Every drill reads and hashes one share of all that is stored; so many drills read everything."
        type: int
        default: 10
      drill_share_bytes:
        description: >-
          What is stored is divided into shares only from this size (bytes) on; less is read whole at every drill.
        type: int
        default: 268435456
      bandwidth_limit:
        description: "KiB a second that may go to a remote repository, and come from it; 0 sets no limit."
        type: int
        default: 0
      connections:
        description: "Connections at a time to a remote repository, where its store can choose."
        type: int
        default: 5
      pack_size:
        description: "Restic: MiB of a pack file; larger ones suit slow or busy object stores."
        type: int
        default: 16
      cache_directory:
        description: "Where restic keeps its cache; empty: the folder restic in state_directory."
        type: str
        default: ''
      copy_limit:
        description: >-
          Recovery points of a site that one run copies to a further repository; the rest waits for the next.
        type: int
        default: 10
      copy_deadline:
        description: "Seconds that the copies of the sites of one host may take in one run."
        type: int
        default: 14400
      prune_failed_days:
        description: "Days after which a failed recovery point goes, if a good one is newer."
        type: int
        default: 30
      prune_safety_days:
        description: "Days after which a recovery point that a restore took goes."
        type: int
        default: 30
      prune_share:
        description: "A prune that would remove more than this share (per cent) of a site needs its name in confirm."
        type: int
        default: 50
      prune_unused:
        description: "Restic: a prune leaves this share (per cent) of what is stored unused instead of copying it."
        type: int
        default: 5
      prune_repack:
        description: "Restic: MiB that one prune copies anew at most; 0 sets no limit."
        type: int
        default: 0
      discovery_files:
        description: "Discovery: configuration files and includes of web servers that are read at most."
        type: int
        default: 5000
      discovery_file_bytes:
        description: "Discovery: a configuration file larger than this (bytes) is not read."
        type: int
        default: 1048576
      discovery_depth:
        description: "Discovery: includes within includes are followed so deep."
        type: int
        default: 20
      discovery_seconds:
        description: "Discovery: seconds for looking at a server; what is not found by then is a remark."
        type: int
        default: 30
      state_directory:
        description: "Where a target keeps locks; for an account that is not root, ~/.local/state/rawat."
        type: str
        default: /var/lib/rawat
"""
