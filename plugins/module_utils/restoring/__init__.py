# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a site back: whole or in part, in place or elsewhere, and the way back from that.

    from ….restoring import RestoreRequest, apply, plan
    plan(sites, run, request, progress_path) -> entries, nothing is changed
    apply(sites, run, request, progress_path, transform=None) -> entries

An entry is the record's (site_run.new_entry) with `recovery_point` (the one restored) and `restore`::

    mode              in_place, elsewhere, empty (nothing was there), resume, undo, discard_old
    parts             [{kind: webroot|database|table|files, name, to, exists, live_bytes, bytes, method, old, …}]
    point_started     UTC; lost_milliseconds: from then until now, null where nothing is overwritten
    needed_bytes, free_bytes                 on the file systems of the webroots
    safety_point      the recovery point that was taken first
    kept              [{what, where}]; old_kept: whether anything is
    way_back          commands
    pages             what the site answered afterwards (probes and recorded pages)
    phases            {name: milliseconds}
    warnings, cannot_keep, maintenance, host

Files: request.py (what may be asked), choose.py (the point), scope.py (what goes where), planning.py (the plan),
journal.py (what a crash leaves known), durable.py (what a power cut leaves), trees.py, linked.py and exchange.py
(webroots), databases.py, holders.py (who uses what gave way), maintenance.py, asking.py (the site's answer),
protocol.py (one restore), recovery.py (finish, undo, sweep, discard), restore.py (all sites).
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.restoring.request import RestoreRequest
from ansible_collections.rawat.website.plugins.module_utils.restoring.restore import apply, plan

__all__ = ['RestoreRequest', 'apply', 'plan']
