# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of restores that are made from those of backups."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.doc_fragments.repository import ModuleDocFragment as Repository

HEAD = """
options:
  repository:
    description: Where recovery points are kept.
    type: dict
    required: true
"""
SAFETY_HEAD = """
options:
  safety_repository:
    description:
      - Where the safety recovery point goes; O(repository) when left out.
      - It differs where what the target writes to cannot be read with the same credentials.
    type: dict
"""


class ModuleDocFragment:
    """The second repository of a restore."""

    DOCUMENTATION: str = Repository.DOCUMENTATION.replace(HEAD, SAFETY_HEAD, 1)
