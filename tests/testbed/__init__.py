# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throw-away Debian servers with real web sites, on one Linux machine; see README.md."""

from __future__ import annotations

from .hosts import Host
from .machine import TestbedError
from .runs import Testbed
from .site_check import differences, pages

__all__ = ['Host', 'Testbed', 'TestbedError', 'differences', 'pages']
