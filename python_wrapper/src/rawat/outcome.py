# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened in a run: gathered from ansible-runner's events, in memory that does not grow with the run's length."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils import record as records

from rawat.request import INTERRUPTED, OK, SITE_FAILED, USAGE
from rawat.runner import Ended

GOOD = ('complete', 'remarks', 'ready')
TAIL = 40  # last lines of Ansible's output that are kept: where it says why it gave up
DIED = {'timeout': 'timeout', 'canceled': 'cancelled'}  # ansible-runner's words in those of the record
ENTRIES = ('site_drill', 'site_restore', 'site_vault', 'repository_admin', 'site_prune')  # modules that return them
RESULTS = ('runner_on_ok', 'runner_on_failed', 'runner_on_unreachable')


@dataclass
class Outcome:
    """`plan`: res.rawat_plan or None; `results`: host -> its site entries, or the text why there are none.

    `filed_sites`: the sites[] of the record that the wrapper itself wrote for a run that died. `unconfirmed`: sites of
    which a restore only showed the plan, because nobody confirmed it.
    """

    plan: dict[str, Any] | None = None
    configuration_errors: list[str] = field(default_factory=list)
    results: dict[str, list[dict[str, Any]] | str | None] = field(default_factory=dict)
    unreachable: dict[str, str] = field(default_factory=dict)
    points: list[dict[str, Any]] = field(default_factory=list)
    record: dict[str, Any] | None = None
    filed_sites: list[dict[str, Any]] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    destruction: dict[str, Any] = field(default_factory=dict)
    unprotected: list[dict[str, Any]] = field(default_factory=list)
    looked_around: bool = False
    problems: list[str] = field(default_factory=list)
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL))
    has_stats: bool = False
    ended: Ended | None = None

    def feed(self, event: dict[str, Any]) -> None:
        """Take in one event of ansible-runner; those that say nothing about sites are passed over."""
        if event.get('stdout'):
            self.tail.append(event['stdout'])
        kind, data = event.get('event'), event.get('event_data') or {}
        if kind == 'playbook_on_stats':
            self.has_stats = True
        elif kind in RESULTS:
            self._result(str(kind), data)

    def _result(self, kind: str, data: dict[str, Any]) -> None:
        result = data.get('res')
        if not isinstance(result, dict):
            return
        host, action = str(data.get('host')), _action(data)
        if kind == 'runner_on_unreachable':
            self.results.setdefault(host, None)
            self.unreachable.setdefault(host, str(result.get('msg') or ''))
        elif action == 'run_plan':
            self.plan = result.get('rawat_plan') or self.plan
            self.configuration_errors += result.get('rawat_configuration_errors') or []
        elif action == 'run_record':
            self.record = result.get('rawat_record') or self.record
        elif action == 'destruction_list' and 'rawat_destruction' in result:
            self.destruction = result['rawat_destruction']
        elif action == 'site_hold':
            self.held += result.get('held') or []
        elif isinstance(result.get('sites'), list):
            self._sites(host, action, result['sites'])
            self.unconfirmed += result.get('unconfirmed') or []
            self.looked_around |= 'unprotected' in result
            self.unprotected += [{'host': host, **one} for one in result.get('unprotected') or []]
        elif action == 'validate_argument_spec' and self.plan is None:
            # Every host says the same of the variables of the first role.
            found = [str(line) for line in result.get('argument_errors') or []]
            self.configuration_errors += [line for line in found if line not in self.configuration_errors]
        if kind == 'runner_on_failed' and not data.get('ignore_errors'):
            self._failure(host, action, result)

    def _sites(self, host: str, action: str, sites: list[dict[str, Any]]) -> None:
        if action == 'recovery_point_info':
            self.points += [{'host': host, **entry} for entry in sites]
            self.results.setdefault(host, [])
        elif action == 'site_export':  # one call for the sites of all hosts
            for entry in sites:
                self._exported(str(entry.get('host')), entry)
        elif action == 'site_drill' and isinstance(backed_up := self.results.get(host), list):
            self.results[host] = records.with_drills(backed_up, sites)
        elif action == 'site_vault' and isinstance(backed_up := self.results.get(host), list):
            self.results[host] = records.with_copies(backed_up, sites)
        elif action.endswith('_backup') or action in ENTRIES:
            self.results[host] = sites

    def _exported(self, host: str, entry: dict[str, Any]) -> None:
        listed = self.results.setdefault(host, [])
        if isinstance(listed, list):
            listed.append(entry)

    def _failure(self, host: str, action: str, result: dict[str, Any]) -> None:
        """A task failed and said nothing about sites: its message is the host's result, or the run's problem."""
        text = _failure_text(result)
        if action in ('run_plan', 'run_record'):
            if not self.configuration_errors:
                self.problems.append(text)
        elif not isinstance(self.results.get(host), list):
            self.results[host] = text

    @property
    def died(self) -> str | None:
        """'timeout', 'cancelled' or 'killed' when the playbook did not reach its end, else None."""
        if self.ended is None or self.has_stats:
            return None
        if self.ended.status in DIED:
            return DIED[self.ended.status]
        return 'killed' if self.plan is not None or self.ended.code is None else None

    @property
    def ansible_failed(self) -> bool:
        """Whether the playbook's own exit code is bad. A stop that came when all was done is none of it."""
        stopped_late = self.ended is not None and self.has_stats and self.ended.status in DIED
        return self.ended is not None and self.ended.code != 0 and not stopped_late

    def planned(self) -> list[tuple[str, str]]:
        """(host, site) of everything that the plan names, in its order."""
        hosts = (self.plan or {}).get('hosts') or {}
        return [(host, site['name']) for host, sites in hosts.items() for site in sites]

    def exit_code(self, entries: list[dict[str, Any]]) -> int:
        """The contract's exit code, given what the end says of each planned site."""
        if self.ended is not None and DIED.get(self.ended.status) == 'cancelled':
            return INTERRUPTED
        if self.configuration_errors or (not self.planned() and not self.died):
            return USAGE
        sites_good = all(entry.get('outcome') in GOOD for entry in entries) and len(entries) >= len(self.planned())
        run_good = self.ended is not None and not self.ansible_failed and not self.died and not self.problems
        return OK if sites_good and run_good else SITE_FAILED


def _action(data: dict[str, Any]) -> str:
    """The module of the task without its collection: 'site_backup'."""
    return str(data.get('resolved_action') or data.get('task_action') or '').rpartition('.')[2]


def _failure_text(result: dict[str, Any]) -> str:
    if result.get('censored'):
        return 'a task failed and its result is withheld (no_log)'
    parts = [str(result[key]).strip() for key in ('msg', 'module_stderr') if result.get(key)]
    return ': '.join(parts)[-2000:] or 'a task failed without a message'
