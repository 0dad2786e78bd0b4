# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the checks and the tests, one line each, and count them.

Usage: ``run.py [GROUP or STEP ...]``, everything but what is on demand without one; ``run.py --list``. The order is the
table's: what is quick and finds most comes first. Two steps run side by side (``RAWAT_TEST_JOBS``), because many of
them mostly wait. A failed step does not stop the others. Each checker counts as one test; pytest's own counts are
added. The last line says ``N passed, N failed``; the exit code is 1 if anything failed.
Logs: ``.cache/logs/STEP.log``.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get('RAWAT_CACHE') or Path.home() / '.cache' / 'rawat-website')
BIN = CHECKOUT / '.venv' / 'bin'
LOGS = CHECKOUT / '.cache' / 'logs'
TAIL = 40  # lines of a failed step's log that are shown


class Step(NamedTuple):
    group: str
    name: str
    command: str  # no data in it: split at spaces
    minutes: int  # a step that takes longer is killed, and has failed


def leave_out(*files: str) -> str:
    """pytest's options for everything but these."""
    return ' '.join(f'--ignore={file}' for one in files for file in one.split())


CHECKS = 'tests/checks'
DRILLS = 'tests/e2e/test_drill.py tests/e2e/test_clone_to_staging.py'
RESTORES = 'tests/e2e/test_restore.py tests/e2e/test_restore_interruptions.py'
VAULTS = 'tests/e2e/test_vault.py tests/e2e/test_export.py'
FLEET = ' '.join(f'tests/e2e/test_{part}.py' for part in ('discovery', 'workers', 'schedule', 'controller_killed'))
PAGES = 'tests/e2e/test_documentation.py'
FAULTS = 'tests/integration/stores/test_faults.py'
BACKENDS = 'tests/integration/stores/test_restic_backends.py tests/integration/stores/test_encryption.py'
JOBS = int(os.environ.get('RAWAT_TEST_JOBS', '2'))
PRINTING = threading.Lock()
RUNNING: set[subprocess.Popen[bytes]] = set()
STEPS = [
    Step('lint', 'ruff', 'ruff check .', 2),
    Step('lint', 'headers', f'python {CHECKS}/headers.py', 1),
    Step('lint', 'dependencies', f'python {CHECKS}/dependencies.py', 1),
    Step('lint', 'shellcheck', f'bash {CHECKS}/shell.sh', 2),
    Step('lint', 'mypy', f'bash {CHECKS}/types.sh', 5),
    Step('lint', 'changelog', 'antsibull-changelog lint', 2),
    Step('unit', 'unit', 'pytest tests/unit', 10),
    Step('package', 'documentation', f'python {CHECKS}/documentation.py', 5),
    Step('package', 'docs-site', f'bash {CHECKS}/docs_site.sh', 15),
    Step('package', 'tarball', f'bash {CHECKS}/tarball.sh', 3),
    Step('package', 'awx-project', f'bash {CHECKS}/awx.sh', 10),
    Step('package', 'wheel', f'bash {CHECKS}/wheel.sh', 10),
    Step('lint', 'ansible-lint', 'ansible-lint --profile production --offline --strict', 10),
    Step('lint', 'docs-lint', f'bash {CHECKS}/docs_lint.sh', 5),
    Step('molecule', 'molecule', f'bash {CHECKS}/molecule.sh', 10),
    Step('package', 'galaxy-importer', f'bash {CHECKS}/galaxy_importer.sh', 15),
    # Two of one core wait for each other (they share a home), so they do not stand side by side.
    Step('sanity', 'sanity-current', f'python {CHECKS}/ansible_test.py dev sanity', 30),
    Step('sanity', 'sanity-oldest', f'python {CHECKS}/ansible_test.py core-oldest sanity', 30),
    Step('sanity', 'units-current', f'python {CHECKS}/ansible_test.py dev units', 30),
    Step('sanity', 'units-oldest', f'python {CHECKS}/ansible_test.py core-oldest units', 30),
    Step('integration', 'stores', f'pytest tests/integration/stores {leave_out(FAULTS, BACKENDS)}', 40),
    Step('integration', 'scenarios', 'pytest tests/integration/test_scenarios.py', 30),
    Step('e2e', 'e2e-backups', f'pytest tests/e2e {leave_out(DRILLS, RESTORES, VAULTS, FLEET, PAGES)}', 60),
    Step('e2e', 'e2e-restores', f'pytest {RESTORES}', 40),
    Step('e2e', 'e2e-drills', f'pytest {DRILLS}', 40),
    Step('e2e', 'e2e-vault', f'pytest {VAULTS}', 40),
    Step('e2e', 'e2e-fleet', f'pytest {FLEET}', 40),
    Step('e2e', 'e2e-docs', f'pytest {PAGES}', 40),
    Step('integration', 'backends', f'pytest {BACKENDS}', 20),
    Step('integration', 'inbox', 'pytest tests/integration/inbox', 15),
    Step('integration', 'transfer', 'pytest tests/integration/transfer tests/integration/retention', 20),
    Step('integration', 'awx', 'pytest tests/integration/awx', 40),
    Step('integration', 'evidence', 'pytest tests/integration/evidence', 20),
    Step('integration', 'workers', 'pytest tests/integration/workers', 20),
    Step('integration', 'discovery', 'pytest tests/integration/discovery', 15),
    Step('integration', 'board', 'pytest tests/integration/board', 15),
    Step('integration', 'alarms', 'pytest tests/integration/notifying', 15),
    Step('integration', 'ci-recipes', 'pytest tests/integration/ci', 15),
    Step('integration', 'media', 'pytest tests/integration/media', 15),
    Step('integration', 'engines', 'pytest tests/integration/engines', 20),
    Step('integration', 'wrapper', 'pytest tests/integration/wrapper', 20),
    Step('integration', 'sandbox', 'pytest tests/integration/sandbox', 20),
    Step('integration', 'webroots', 'pytest tests/integration/webroot', 20),
    Step('integration', 'drills', 'pytest tests/integration/drill', 20),
    Step('integration', 'restoring', 'pytest tests/integration/restoring', 20),
    Step('integration', 'staging', 'pytest tests/integration/staging', 15),
    Step('integration', 'paper', 'pytest tests/integration/paper', 20),
    Step('integration', 'playbooks', 'pytest tests/integration/playbooks', 15),
]
# Only where they are asked for by name: networks that are cut and slowed down take as long as they take.
ON_DEMAND = [
    Step('faults', 'faults', f'pytest {FAULTS}', 90),
]


class Outcome(NamedTuple):
    passed: int
    failed: int
    remark: str = ''


def environment() -> dict[str, str]:
    """The caller's environment, with this checkout's commands first and no Ansible setting from outside.

    Python keeps what it compiled, whatever the caller thinks of that: compiling is half the cost of starting `rawat`.
    """
    outside = ('ANSIBLE_', 'MOLECULE_', 'PYTEST_', 'PYTHONDONTWRITEBYTECODE')
    kept = {key: value for key, value in os.environ.items() if not key.startswith(outside)}
    return {
        **kept,
        'ANSIBLE_COLLECTIONS_PATH': str(CHECKOUT / '.cache' / 'collections'),
        'NO_COLOR': '1',
        'PATH': f'{BIN}:{os.environ.get("PATH", os.defpath)}',
        'PYTHONUNBUFFERED': '1',
        'RAWAT_CACHE': str(CACHE),
    }


def run(step: Step) -> tuple[int, str]:
    """The exit code, and the cause where it was not the command that decided it."""
    command = step.command.split()
    if command[0] == 'pytest':
        command.append(f'--junitxml={report_of(step)}')
        report_of(step).unlink(missing_ok=True)
    with log_of(step).open('wb') as log:
        child = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        RUNNING.add(child)
        try:
            return child.wait(timeout=step.minutes * 60), ''
        except subprocess.TimeoutExpired:
            stop(child)
            return 124, f'killed after {step.minutes} minutes'
        finally:
            RUNNING.discard(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """Interrupted first, so that tests stop the servers that they started; killed if that does not help."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        try:
            child.wait(timeout=30)
            return
        except subprocess.TimeoutExpired:
            continue


def log_of(step: Step) -> Path:
    return LOGS / f'{step.name}.log'


def report_of(step: Step) -> Path:
    return LOGS / f'{step.name}.xml'


def judge(step: Step, code: int) -> Outcome:
    """A checker is one test. pytest's own counts are taken from its report; no report or no test is a failure."""
    if not step.command.startswith('pytest'):
        return Outcome(int(code == 0), int(code != 0))
    try:
        suites = ElementTree.parse(report_of(step)).getroot().iter('testsuite')  # noqa: S314  (our own pytest wrote it)
    except (OSError, ElementTree.ParseError):
        return Outcome(0, 1, 'pytest wrote no report')
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get('tests', 0))
        failed += int(suite.get('failures', 0)) + int(suite.get('errors', 0))
        skipped += int(suite.get('skipped', 0))
    passed = max(total - failed - skipped, 0)
    if code != 0 and failed == 0:
        return Outcome(passed, 1, f'pytest ended with {code}')
    return Outcome(passed, failed, f'{skipped} skipped' if skipped else '')


def chosen(words: list[str]) -> list[Step]:
    known = {step.group for step in (*STEPS, *ON_DEMAND)} | {step.name for step in (*STEPS, *ON_DEMAND)}
    unknown = [word for word in words if word not in known]
    if unknown:
        sys.exit(f'no such group or step: {" ".join(unknown)}; there are: {" ".join(sorted(known))}')
    named = [step for step in (*STEPS, *ON_DEMAND) if step.group in words or step.name in words]
    return named if words else STEPS


def show_tail(step: Step) -> None:
    lines = log_of(step).read_text(encoding='utf-8', errors='replace').splitlines()
    print(f'    --- the end of {log_of(step)}', *(f'    {line}' for line in lines[-TAIL:]), '    ---', sep='\n',
          flush=True)


def run_and_report(step: Step) -> Outcome:
    started = time.monotonic()
    code, cause = run(step)
    outcome = judge(step, code)
    remark = ', '.join(text for text in (cause, outcome.remark) if text)
    line = (f'{"FAILED" if outcome.failed else "ok":6} {step.name:16} rc={code} {time.monotonic() - started:6.0f} s  '
            f'{outcome.passed} passed, {outcome.failed} failed{f" ({remark})" if remark else ""}')
    with PRINTING:
        print(line, flush=True)
        if outcome.failed:
            show_tail(step)
    return outcome


def main(words: list[str]) -> int:
    if words == ['--list']:
        print(*(f'{step.group:12} {step.name:16} {step.command}' for step in (*STEPS, *ON_DEMAND)), sep='\n')
        return 0
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever cancels us must not leave the tests' servers behind
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        waiting = [pool.submit(run_and_report, step) for step in chosen(words)]
        try:
            outcomes = [future.result() for future in waiting]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in list(RUNNING):
                stop(child)
            raise
    failed = sum(outcome.failed for outcome in outcomes)
    print(f'total time {time.monotonic() - began:.0f} s')
    print(f'{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
