#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of report_delivery, which is an action plugin: everything happens on the controller."""

from __future__ import annotations

DOCUMENTATION = r"""
module: report_delivery
short_description: Deliver the report of a run, and renew the feed for machines
version_added: 0.1.0
description:
  - Sends the filed report by e-mail and tells a webhook, as C(website_delivery) says (see C(docs/delivery.md)). What
    could not be delivered stays in C(.outbox) of the filing and is tried again by the next run.
  - Renews C(feed.json) in the filing, which tells the age of the newest verified recovery point of each site.
  - Never fails for what a server did. Every delivery is an event in C(events.jsonl) in the folder of its run; what went
    wrong is shown as a warning.
author:
  - The rawat.website authors (@rawat-website)
options:
  plan:
    description:
      - What M(rawat.website.run_plan) returned as RV(rawat.website.run_plan#module:rawat_plan). Without it nothing new
        is sent; what waits in the outbox is tried again.
    type: dict
  folder:
    description: The folder of the run, where that is not the one of its O(plan) (a run that was made in pieces).
    type: path
  filing:
    description: The filing directory, where there is no O(plan).
    type: path
    default: ./filing
  filing_host:
    description: Host on which the filing lies, to which the task is delegated then; the controller when empty.
    type: str
    default: ''
  filing_python:
    description: Python of that host, where it is not the one that Ansible takes.
    type: str
    default: ''
  delivery_variable:
    description:
      - Name of the variable that holds the settings. They are read by their name, so that the secrets in them are no
        argument of a task. Nothing is delivered where the host has no such variable.
    type: str
    default: website_delivery
attributes:
  check_mode:
    description: Sends and writes nothing in check mode.
    support: full
  diff_mode:
    description: Says what was or would be changed, in diff format.
    support: none
"""

EXAMPLES = r"""
- name: Deliver the report
  rawat.website.report_delivery:
    plan: "{{ run_plan_result.rawat_plan }}"
  run_once: true

- name: Try again what could not be delivered
  rawat.website.report_delivery:
    filing: /srv/filing
  run_once: true
"""

RETURN = r"""
rawat_delivery:
  description:
    - RV(rawat_delivery.events) of this call, RV(rawat_delivery.waiting) in the outbox, the path of the
      RV(rawat_delivery.feed), RV(rawat_delivery.problems) as sentences, whether another process was delivering
      (RV(rawat_delivery.busy)), and whether C(website_delivery) is set (RV(rawat_delivery.configured)). No secret is
      among them.
  returned: success
  type: dict
  contains:
    events:
      description: Deliveries and failures, each with C(time), C(channel), C(recipient), C(ok) and C(text).
      type: list
      elements: dict
    waiting:
      description: What is still to be delivered.
      type: list
      elements: dict
    feed:
      description: Path of the feed.
      type: str
    problems:
      description: What went wrong.
      type: list
      elements: str
    busy:
      description: Whether another process was delivering.
      type: bool
    configured:
      description: Whether there are settings.
      type: bool
"""
