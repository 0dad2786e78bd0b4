# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of the collection, for records and manifests; a test holds it to galaxy.yml."""

from __future__ import annotations

VERSION = '0.1.0'
