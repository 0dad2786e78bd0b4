# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives on a remote of rclone's."""

from __future__ import annotations


class RclonePlace:
    """One site's archives on a remote. place_local.py has the same functions."""

    def __init__(self, repository: dict, site: str, options: dict):
        raise NotImplementedError
