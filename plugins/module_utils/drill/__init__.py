# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drills: a recovery point is restored into a throw-away place, compared with what was recorded, and asked for pages.

    choice.py     which points, and is a drill due?
    parts.py      restore and compare: webroots, databases, the application
    findings.py   what a drill found out, and the grade that it earns
    protocol.py   one drill from beginning to end

`drill(sites, run, request, progress_path)` returns the record's entries. The grades: A the site answered as recorded;
B databases and files equal the census, the application was not shown to work, for a reason that lies with the drill;
C the stored data were read and hashed, but not compared as a database or as files; F something differs.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.drill.choice import DrillRequest
from ansible_collections.rawat.website.plugins.module_utils.drill.protocol import drill

__all__ = ['DrillRequest', 'drill']
