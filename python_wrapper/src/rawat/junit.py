# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run as JUnit XML, which CI systems show: one test case a site, red exactly when the run's exit code is.

There is no standard; this keeps to what GitLab (docs.gitlab.com, "Unit test reports"), Jenkins (its junit plugin) and
the common schema of Apache Ant read alike: counts on each suite, seconds with a point, one failure or error a case.
"""

from __future__ import annotations

import time
from typing import Any
from xml.etree import ElementTree

from ansible_collections.rawat.website.plugins.module_utils.formats import printable

from rawat.outcome import GOOD
from rawat.summary import errors, remarks
from rawat.terminal import say

TEXT_LIMIT = 20_000  # characters of a text; Jenkins keeps them all in memory
ERRORS = ('unreachable',)  # the site was not looked at: an error, not a failure


def document(verb: str, code: int, entries: list[dict[str, Any]], problems: list[str]) -> bytes:
    """The file. `problems` are the run's own; `code` is the exit code, to which the colour is held."""
    cases = [_case(verb, entry) for entry in entries]
    red = any(entry.get('outcome') not in GOOD for entry in entries)
    if problems or (code and not red):
        cases.append(_run_case(verb, code, problems))
    suite = ElementTree.Element('testsuite', name=f'rawat {verb}', timestamp=time.strftime('%Y-%m-%dT%H:%M:%S'))
    suite.extend(cases)
    root = ElementTree.Element('testsuites', name='rawat')
    root.append(suite)
    for element in (root, suite):
        element.set('tests', str(len(cases)))
        for kind in ('failure', 'error'):
            element.set(f'{kind}s', str(sum(case.find(kind) is not None for case in cases)))
        element.set('time', _seconds(sum(int(entry.get('milliseconds') or 0) for entry in entries)))
    suite.set('skipped', '0')
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding='utf-8', xml_declaration=True)
    return xml + b'\n'


def _case(verb: str, entry: dict[str, Any]) -> ElementTree.Element:
    name = _safe(entry.get('site'))
    case = ElementTree.Element(
        'testcase', name=name, classname=f'rawat.{verb}', time=_seconds(int(entry.get('milliseconds') or 0))
    )
    listed = ElementTree.SubElement(case, 'properties')
    for key, value in _properties(entry).items():
        ElementTree.SubElement(listed, 'property', name=key, value=_safe(value))
    outcome = str(entry.get('outcome'))
    if outcome not in GOOD:
        lines = [*errors(entry), '', say('ci.remedy', verb=verb, site=entry.get('site'))]
        _bad(case, 'error' if outcome in ERRORS else 'failure', outcome, lines)
    if lines := remarks(entry):
        ElementTree.SubElement(case, 'system-out').text = _text(lines)
    return case


def _properties(entry: dict[str, Any]) -> dict[str, str]:
    """What is known of the site's point and its drill."""
    drill = entry.get('drill') or {}
    found = {
        'host': entry.get('host'),
        'outcome': entry.get('outcome'),
        'recovery_point': entry.get('recovery_point'),
        'grade': drill.get('grade'),
        'rto_milliseconds': drill.get('rto_milliseconds'),
        **{f'copy.{copy["name"]}': copy['status'] for copy in entry.get('copies') or []},
    }
    return {key: str(value) for key, value in found.items() if value is not None}


def _run_case(verb: str, code: int, problems: list[str]) -> ElementTree.Element:
    """What is wrong with the run and no site's fault; without this a red run could have a green report."""
    case = ElementTree.Element('testcase', name='run', classname=f'rawat.{verb}', time='0.000')
    _bad(case, 'error', 'run', [*problems, '', say('ci.exit', code=code)] if problems else [say('ci.exit', code=code)])
    return case


def _bad(case: ElementTree.Element, kind: str, what: str, lines: list[str]) -> None:
    found = ElementTree.SubElement(case, kind, message=_safe(lines[0])[:1000], type=_safe(what))
    found.text = _text(lines)


def _text(lines: list[str]) -> str:
    return '\n'.join(map(_safe, lines))[:TEXT_LIMIT]


def _safe(text: object) -> str:
    """Nothing that XML forbids (control characters, lone surrogates, two non-characters): they are shown as \\xNN."""
    return ''.join(
        f'\\u{ord(character):04x}' if character in '\ufffe\uffff' else character for character in printable(text)
    )


def _seconds(milliseconds: int) -> str:
    return f'{milliseconds // 1000}.{milliseconds % 1000:03}'
