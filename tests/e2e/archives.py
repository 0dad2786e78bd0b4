# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in an archive on a host, seen with no product code."""

from __future__ import annotations

import json
from typing import Any

from testbed import Host


def manifests(host: Host, location: str, site: str) -> list[dict[str, Any]]:
    """The committed points of a site in an archive on a host, oldest first."""
    return [json.loads(path.read_bytes()) for path in sorted(host.path(location).glob(f'{site}/[0-9]*/manifest.json'))]


def leftovers(host: Host, location: str) -> list[str]:
    """What half points left."""
    return sorted(path.name for path in host.path(location).glob('*/.partial-*'))


def intact(host: Host, location: str, point: dict[str, Any]) -> bool:
    """Do all files of a point have their SHA-256?"""
    host.run(['sh', '-c', f'cd {location}/{point["site"]}/{point["id"]} && sha256sum --quiet -c SHA256SUMS'])
    return True
