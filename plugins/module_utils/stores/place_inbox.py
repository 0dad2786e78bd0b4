# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives handed to a backup server's inbox: a target adds files to its own open point and nothing else."""

from __future__ import annotations


class InboxPlace:
    """One site's inbox on a backup server. place_local.py has the same functions."""

    def __init__(self, repository: dict, site: str, options: dict):
        raise NotImplementedError
