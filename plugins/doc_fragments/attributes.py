# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Standard attributes that our modules declare."""

from __future__ import annotations


class ModuleDocFragment:
    """What the backup modules have in common."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/rawat.website.repository) in C(module_defaults) to set O(repository) once.
    support: full
    membership:
      - rawat.website.repository
  check_mode:
    description: Examines tools, accounts, rights, repository and free space, and changes nothing.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
  idempotent:
    description: A second run changes nothing. Here each run makes a new recovery point, as it should.
    support: none
"""

    DRILL = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/rawat.website.repository) in C(module_defaults) to set O(repository) once.
    support: full
    membership:
      - rawat.website.repository
  check_mode:
    description: Skipped in check mode. A drill changes nothing but the note of its result in the repository.
    support: none
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
  idempotent:
    description: A second run changes nothing. Here each run is a proof of its own.
    support: none
"""

    INFO_MODULE = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/rawat.website.repository) in C(module_defaults) to set O(repository) once.
    support: full
    membership:
      - rawat.website.repository
  check_mode:
    description: Reads only, and does the same in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
  idempotent:
    description: A second run changes nothing.
    support: full
"""
