# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option that lists further repositories: each is described as the first one, with a name and rules of its own."""

from __future__ import annotations

from textwrap import indent

from ansible_collections.rawat.website.plugins.doc_fragments.repository import ModuleDocFragment as Repository
from ansible_collections.rawat.website.plugins.doc_fragments.retention import RULES

_HEAD, _WORD, PLACE = Repository.DOCUMENTATION.partition('    suboptions:\n')


class ModuleDocFragment:
    """Further repositories."""

    DOCUMENTATION: str = f"""
options:
  copies:
    description: Further repositories, as the vault side reaches them.
    type: list
    elements: dict
    default: []
    suboptions:
{PLACE.rstrip()}
      name:
        description: Name of the copy in the record, 1 to 32 of a-z, 0-9 and C(-).
        type: str
        required: true
      required:
        description: Whether a recovery point without this copy is I(complete with remarks) at best.
        type: bool
        default: true
      retention:
        description: How many recovery points stay there, instead of C(website_retention).
        type: dict
        suboptions:
{indent(RULES, ' ' * 10)}
"""
