#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of run_notice, which is an action plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: run_notice
short_description: Tell who is to know how a run ends
version_added: 0.1.0
description:
  - Sends one digest of a filed run by mail, webhook and Apprise, pings a dead-man, and writes figures for Prometheus,
    as C(website_notify) says (see C(docs/alarms.md)). C(website_notify) and C(website_delivery) are read by their
    names, so that the secrets in them are no argument of a task.
  - Never fails for what a server did; what went wrong is shown as a warning. A digest that could not be sent waits in
    C(.notices) of the filing, and is tried again by the next run. A ping is not repeated later.
author:
  - The rawat.website authors (@rawat-website)
options:
  phase:
    description:
      - With V(start) only the dead-man is told that a run begins; with V(end) everybody is told how it ended; with
        V(again) what waits in O(filing) is tried once more.
    type: str
    choices: [start, end, again]
    default: end
  plan:
    description: What M(rawat.website.run_plan) returned as RV(rawat.website.run_plan#module:rawat_plan).
    type: dict
  folder:
    description:
      - The folder of the run, where that is not the one of its O(plan) (a run that was made in pieces).
      - With O(phase=again) that of a run that died and was filed afterwards; it is told of first.
    type: path
  filing_host:
    description: Inventory host on which the filing lies, from which is sent; the task is delegated to it.
    type: str
    default: ''
  filing_python:
    description: Python interpreter of O(filing_host).
    type: str
    default: ''
  filing:
    description: The filing directory, where there is no O(plan).
    type: path
    default: ./filing
attributes:
  check_mode:
    description: Sends and writes nothing in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: Tell how the run ended
  rawat.website.run_notice:
    plan: "{{ run_plan_result.rawat_plan }}"
  run_once: true

- name: Try again what could not be sent
  rawat.website.run_notice:
    phase: again
    filing: /srv/filing
  run_once: true
"""

RETURN = r"""
rawat_notice:
  description:
    - RV(rawat_notice.events) of this call, RV(rawat_notice.waiting) in the filing, RV(rawat_notice.problems) as
      sentences, whether another process was sending (RV(rawat_notice.busy)), and whether C(website_notify) is set
      (RV(rawat_notice.configured)). No secret is among them.
  returned: success
  type: dict
  contains:
    events:
      description: What was sent and what failed, each with C(time), C(channel), C(recipient), C(ok) and C(text).
      type: list
      elements: dict
    waiting:
      description: Digests that are still to be sent.
      type: list
      elements: dict
    problems:
      description: What went wrong.
      type: list
      elements: str
    busy:
      description: Whether another process was sending.
      type: bool
    configured:
      description: Whether there are settings.
      type: bool
"""
