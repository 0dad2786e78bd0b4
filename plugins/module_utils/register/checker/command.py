# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the copy that lies in every archive."""

from __future__ import annotations

import argparse
import json
import os
import sys

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import RECORD
from ansible_collections.rawat.website.plugins.module_utils.register.checker.findings import (
    USAGE,
    Problem,
    as_document,
    exit_code,
    lines,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.medium_check import is_medium
from ansible_collections.rawat.website.plugins.module_utils.register.checker.whole_check import check
from ansible_collections.rawat.website.plugins.module_utils.register.checker.words import text


def our_language() -> str:
    """'id' or 'en' by RAWAT_LANG or the locale; Indonesian where nothing is said."""
    said = [os.environ.get(key) for key in ('RAWAT_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG')]
    chosen = next((value for value in said if value), '')
    return 'en' if chosen.lower().startswith('en') else 'id'


def _arguments(given: list[str], language: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=text('usage', language))
    parser.add_argument('what', nargs='?', help=text('usage_what', language))
    parser.add_argument('--filing', metavar='DIR', help=text('usage_filing', language))
    parser.add_argument('--deep', action='store_true', help=text('usage_deep', language))
    parser.add_argument('--json', action='store_true', help=text('usage_json', language))
    parser.add_argument('--language', choices=('id', 'en'), default=language, help=text('usage_language', language))
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """The command; without an argument it checks the archive in which this file lies. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, 'reconfigure', lambda **_options: None)(errors='backslashreplace')
    chosen = _arguments(sys.argv[1:] if given is None else given, our_language())
    here = os.path.dirname(os.path.abspath(__file__))
    what = chosen.what or (here if os.path.isfile(os.path.join(here, RECORD)) or is_medium(here) else None)
    try:
        if what is None:
            raise Problem('needs_what')
        findings = check(what, chosen.filing, chosen.deep)
    except Problem as problem:
        sys.stderr.write(f'{text(problem.key, chosen.language, **problem.values)}\n')
        return USAGE
    shown = lines(findings, chosen.language)
    if chosen.json:
        shown = [json.dumps(as_document(findings, chosen.language), sort_keys=True)]
    sys.stdout.write('\n'.join([*shown, '']))
    return exit_code(findings)
