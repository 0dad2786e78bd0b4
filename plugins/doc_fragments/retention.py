# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of retention: the rules, and what is on hold; what they mean is in docs/retention.md."""

from __future__ import annotations

from textwrap import indent

RULES = """\
keep_last:
  description: So many of the newest ones.
  type: int
  default: 0
keep_hourly:
  description: The newest one of each of so many hours.
  type: int
  default: 0
keep_daily:
  description: The newest one of each of so many days.
  type: int
  default: 0
keep_weekly:
  description: The newest one of each of so many weeks.
  type: int
  default: 0
keep_monthly:
  description: The newest one of each of so many months.
  type: int
  default: 0
keep_yearly:
  description: The newest one of each of so many years.
  type: int
  default: 0
keep_within:
  description: All of the last time, such as V(14d), V(8w), V(6m) or V(1y).
  type: str
  default: ''
"""


class ModuleDocFragment:
    """How many recovery points stay."""

    DOCUMENTATION: str = f"""
options:
  retention:
    description:
      - How many recovery points stay, where a site or a copy says nothing of its own.
      - Each rule keeps the newest recovery point of each of its periods; what any rule keeps stays. With no rule at all
        nothing is removed.
    type: dict
    suboptions:
{indent(RULES, ' ' * 6)}
  holds:
    description:
      - What the register knows to be on hold. What the repository itself knows (M(rawat.website.site_hold)) is added.
    type: list
    elements: dict
    default: []
    suboptions:
      site:
        description: Name of the site.
        type: str
        required: true
      point:
        description: The recovery point; the whole site when empty.
        type: str
      reason:
        description: Why.
        type: str
      at:
        description: Since when, in UTC.
        type: str
"""
