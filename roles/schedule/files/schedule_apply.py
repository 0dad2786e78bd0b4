# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the schedules of this machine what a plan says: the work of the role schedule, in one piece on one machine.

The role hands this file to Python with the call of `main` added, whose argument is the plan: the role's variables
without their prefix, and `program`, the text of schedule_job.py. It prints {problems: [], changed: []}. With problems,
nothing was written; `--check` as argument changes nothing.

No value of a job stands in a unit, a crontab or a shell's line but when it starts and what starts when it fails, and
both are checked: the rest is data in a JSON file. Python 3.9 and its standard library.
"""

from __future__ import annotations

import base64
import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import zoneinfo

UNITS, STAMPS = '/etc/systemd/system', '/var/lib/systemd/timers'
PREFIX, CRONTAB = 'rawat-schedule-', '/etc/cron.d/rawat-schedule'
HEAD = (
    '# SPDX-FileCopyrightText: 2026 The rawat.website authors\n# SPDX-License-Identifier: GPL-3.0-or-later\n'
    '# Written by the role rawat.website.schedule: change schedule_jobs, not this file.\n'
)
NAME = re.compile(r'[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?')
UNIT = re.compile(r'[A-Za-z0-9@%:_.-]+\.(service|target)')
WINDOW = re.compile(r'([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)')
VERB = re.compile(r'[a-z]+( [a-z]+)?')
PLAIN_PATH = re.compile(r'/[A-Za-z0-9/._+-]+')
MAIL = re.compile(r'[A-Za-z0-9@._+,-]*')
MONTHS = ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec')
DAYS = ('sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat')
CRON = (
    *(('minute', 0, 59, ()), ('hour', 0, 23, ()), ('day', 1, 31, ())),
    *(('month', 1, 12, MONTHS), ('weekday', 0, 7, DAYS)),
)
CRON_WORDS = ('@hourly', '@daily', '@weekly', '@monthly', '@yearly')


# ---------------------------------------------------------------- what is wrong
def problems(plan):
    """Everything that is wrong with the plan, one line each."""
    jobs = plan['jobs']
    if not jobs:
        return []
    found = [line for job in jobs for line in _job_problems(job, plan['manager'])]
    names = [job['name'] for job in jobs]
    twice = sorted({name for name in names if names.count(name) > 1})
    found += [f'schedule_jobs: the name {name!r} is used twice' for name in twice]
    found += _machine_problems(plan)
    if not found and plan['manager'] == 'systemd':
        found = _judged(units(plan))
    return found


def _machine_problems(plan):
    try:
        pwd.getpwnam(plan['user'])
    except KeyError:
        yield f'schedule_user: there is no account {plan["user"]!r} here: make it, or name another'
    if not os.access(plan['command'], os.X_OK):
        yield f'schedule_command: {plan["command"]} is no program here: install rawat, or say where it is'
    for name in ('inventory', 'directory', 'vault_password_file'):
        if plan[name] and not os.path.exists(plan[name]):
            yield f'schedule_{name}: there is no {plan[name]} here'
    for name in ('python', 'library', 'settings', 'locks', 'vault_password_file'):
        if plan[name] and not PLAIN_PATH.fullmatch(plan[name]):
            yield f'schedule_{name}: {plan[name]!r}: an absolute path of letters, digits and /._+- is needed'
    if plan['time_zone'] and plan['time_zone'] not in zoneinfo.available_timezones():
        yield f'schedule_time_zone: {plan["time_zone"]!r} is no time zone, e.g. Asia/Jakarta'
    if not MAIL.fullmatch(plan['mailto']):
        yield f'schedule_mailto: {plan["mailto"]!r} is no mail address'


def _job_problems(job, manager):
    where = f'schedule_jobs: {job["name"]!r}'
    if not NAME.fullmatch(job['name']) or job['name'] == 'all':
        yield f'{where}: a name is 1 to 40 of a-z, 0-9 and "-", and not "all"'
    if not VERB.fullmatch(job['verb']):
        yield f'{where}: verb {job["verb"]!r} is not one of rawat, e.g. backup'
    if job.get('window') and (not WINDOW.fullmatch(job['window']) or len(set(job['window'].split('-'))) < 2):
        yield f'{where}: window {job["window"]!r}: write HH:MM-HH:MM, as 22:00-05:00'
    for key in ('jitter', 'timeout'):
        if (job.get(key) or 0) < 0:
            yield f'{where}: {key} {job[key]} is no number of seconds'
    if not 0 <= (job.get('nice') or 0) <= 19:
        yield f'{where}: nice {job["nice"]}: 0 to 19'
    if job.get('on_failure') and not UNIT.fullmatch(job['on_failure']):
        yield f'{where}: on_failure {job["on_failure"]!r} is no unit, e.g. alarm@%p.service'
    yield from (_timer_problems if manager == 'systemd' else _cron_problems)(where, job)


def _timer_problems(where, job):
    calendar = job.get('calendar') or ''
    if not calendar or not calendar.isprintable():
        yield f'{where}: calendar {calendar!r}: say when it runs, e.g. "Mon..Fri 01:30 Asia/Jakarta"'
        return
    try:
        asked = _run('systemd-analyze', 'calendar', '--', calendar)
    except FileNotFoundError:
        yield 'schedule_manager: there is no systemd-analyze here: use a machine with systemd 250 or newer, or cron'
        return
    if asked.returncode:
        yield f'{where}: calendar {calendar!r}: {(asked.stderr or asked.stdout).strip()}'


def _cron_problems(where, job):
    for key in ('persistent', 'on_failure'):
        if job.get(key):
            yield f'{where}: {key} needs schedule_manager: systemd; cron cannot do it'
    text = job.get('cron') or ''
    if text in CRON_WORDS:
        return
    fields = text.split(' ')
    if len(fields) != len(CRON):
        yield f'{where}: cron {text!r}: five fields with one space between them, e.g. "30 1 * * 1-5"'
        return
    for field, (name, low, high, names) in zip(fields, CRON):
        if not all(_cron_part(part, low, high, names) for part in field.split(',')):
            yield f'{where}: cron {text!r}: {field!r} is no {name}'


def _cron_part(part, low, high, names):
    value, slash, step = part.partition('/')
    if slash and not (step.isdecimal() and 0 < int(step) <= high and (value == '*' or '-' in value)):
        return False
    if value == '*' or value.lower() in names:
        return True
    ends = value.split('-')
    if len(ends) > 2 or not all(end.isdecimal() and low <= int(end) <= high for end in ends):
        return False
    return int(ends[0]) <= int(ends[-1])


def _judged(files):
    """What systemd says of units that are not installed yet."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            pathlib.Path(folder, name).write_text(text, encoding='utf-8')
        paths = [os.path.join(folder, name) for name in files]
        verdict = _run('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', *paths)
        about = [line for line in verdict.stderr.splitlines() if folder in line]  # other units are not ours to judge
        found = about or (verdict.stderr.splitlines()[-1:] or ['refused without a word'] if verdict.returncode else [])
        return [f'systemd-analyze verify: {line.replace(folder + "/", "")}' for line in found]


def _run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


# ---------------------------------------------------------------- what is wanted
def units(plan):
    """{name: text} of all units."""
    found = {}
    for job in plan['jobs'] if plan['manager'] == 'systemd' else []:
        found[f'{PREFIX}{job["name"]}.service'] = _service(job, plan)
        found[f'{PREFIX}{job["name"]}.timer'] = _timer(job)
    return found


def _start(job, plan):
    return f'{plan["python"]} -I {plan["library"]}/schedule_job.py {plan["settings"]}/{job["name"]}.json'


def _service(job, plan):
    on_failure = [f'OnFailure={job["on_failure"]}'] if job.get('on_failure') else []
    password = plan['vault_password_file']
    return HEAD + '\n'.join([
        *('[Unit]', f'Description=rawat.website: {job["name"]}'),
        *('Wants=network-online.target', 'After=network-online.target', 'StartLimitIntervalSec=0', *on_failure, ''),
        *('[Service]', 'Type=oneshot', f'User={plan["user"]}', f'ExecStart={_start(job, plan)}'),
        '# The program keeps the time limit itself, from when the job begins; a stopped run writes its record first.',
        *('TimeoutStartSec=infinity', 'TimeoutStopSec=150', 'KillMode=mixed', f'Nice={job.get("nice") or 0}'),
        f'IOSchedulingClass={job.get("io_class") or "best-effort"}',
        *([f'LoadCredential=vault-password:{password}'] if password else []),
        *(line.replace('\n', ' ') for line in plan['hardening']),
        '',
    ])  # fmt: skip


def _timer(job):
    persistent = 'false' if job.get('persistent') is False else 'true'
    return HEAD + '\n'.join([
        *('[Unit]', f'Description=rawat.website: when {job["name"]} begins', ''),
        *('[Timer]', f'OnCalendar={job["calendar"]}', f'RandomizedDelaySec={job.get("jitter") or 0}'),
        *('AccuracySec=1s', f'Persistent={persistent}', ''),
        *('[Install]', 'WantedBy=timers.target', ''),
    ])  # fmt: skip


def _crontab(plan):
    lines = [f'{job["cron"]} {plan["user"]} {_start(job, plan)}\n' for job in plan['jobs']]
    path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n'
    return f'{HEAD}SHELL=/bin/sh\n{path}MAILTO={plan["mailto"] or plan["user"]}\n{"".join(lines)}'


def _settings(job, plan):
    """What schedule_job.py reads."""
    inventory = ['-i', plan['inventory']] if plan['inventory'] else []
    only = [f'--only={site}' for site in job.get('only') or []]
    settings = {
        'name': job['name'],
        'command': [plan['command'], *job['verb'].split(), *inventory, *only, *(job.get('arguments') or [])],
        'overlap': job.get('overlap') or plan['overlap'],
        **{key: job.get(key) for key in ('window', 'outside', 'timeout')},
        **{key: plan[key] for key in ('directory', 'environment', 'vault_password_file', 'time_zone', 'overlap_wait')},
        'state': plan['locks'],
    }
    if plan['manager'] == 'cron':  # what a unit says elsewhere
        ranks = ['nice', '-n', str(job.get('nice') or 0), 'ionice', '-c', job.get('io_class') or 'best-effort']
        log = f'{plan["locks"]}/{job["name"]}.log'
        settings |= {'jitter': job.get('jitter') or 0, 'prefix': ranks, 'log': log}
    return json.dumps(settings, indent=2, sort_keys=True) + '\n'


def wanted(plan):
    """{path: (text, owner, mode)} of every file that is to be there."""
    files = {f'{UNITS}/{name}': (text, 'root', 0o644) for name, text in units(plan).items()}
    for job in plan['jobs']:
        files[f'{plan["settings"]}/{job["name"]}.json'] = (_settings(job, plan), plan['user'], 0o600)
    if plan['jobs']:
        files[f'{plan["library"]}/schedule_job.py'] = (plan['program'], 'root', 0o644)
    if plan['jobs'] and plan['manager'] == 'cron':
        files[CRONTAB] = (_crontab(plan), 'root', 0o644)
    return files


# ---------------------------------------------------------------- making it so
class Machine:
    """This machine; with `dry` it is only looked at. `changed` lists what was (or would be) done."""

    def __init__(self, dry):
        self.dry, self.changed = dry, []

    def apply(self, plan):
        """Make files and timers what the plan wants."""
        files = wanted(plan)
        leftovers = [path for path in self._ours(plan) if path not in files]
        for path in leftovers:
            self._stop(path)
        folders = {plan[name]: ('root', 0o755) for name in ('library', 'settings')}
        folders[plan['locks']] = (plan['user'], 0o700)
        for path, (owner, mode) in folders.items() if plan['jobs'] else ():
            self._folder(path, owner, mode)
        written = [path for path, (text, owner, mode) in files.items() if self._file(path, text, owner, mode)]
        for path in leftovers:
            self._do(f'removed {path}', os.unlink, path)
        for path in folders if not plan['jobs'] else ():
            if os.path.lexists(path):
                self._do(f'removed {path}', shutil.rmtree, path)
        if any(path.startswith(UNITS) for path in written + leftovers):
            self._do('systemctl daemon-reload', self._systemctl, 'daemon-reload')
        for path in files:
            if path.endswith('.timer'):
                self._timer(os.path.basename(path), path in written)

    def _ours(self, plan):
        """Every file that an earlier plan may have made."""
        found = [*pathlib.Path(UNITS).glob(f'{PREFIX}*.service'), *pathlib.Path(UNITS).glob(f'{PREFIX}*.timer')]
        found += [*pathlib.Path(plan['settings']).glob('*.json'), pathlib.Path(CRONTAB)]
        return sorted(str(path) for path in found if os.path.lexists(path))

    def _stop(self, path):
        """A job that is at work is left to its end: only its timer stops. Its stamp goes, too: should the job come back
        later, it must not catch up on the time between."""
        name = os.path.basename(path)
        if name.endswith('.timer'):
            self._do(f'stopped {name}', self._systemctl, 'disable', '--now', '--quiet', name)
            self._do(f'forgot when {name} ran', lambda: pathlib.Path(STAMPS, f'stamp-{name}').unlink(missing_ok=True))

    def _timer(self, name, new):
        if new or _run('systemctl', 'is-enabled', '--quiet', name).returncode:
            self._do(f'enabled {name}', self._systemctl, 'enable', '--quiet', name)
        if new or _run('systemctl', 'is-active', '--quiet', name).returncode:
            self._do(f'started {name}', self._systemctl, 'restart', name)

    def _systemctl(self, *words):
        done = _run('systemctl', *words)
        if done.returncode:
            raise SystemExit(f'systemctl {" ".join(words)}: {done.stderr.strip() or done.returncode}')

    def _folder(self, path, owner, mode):
        if not os.path.isdir(path):
            self._do(f'made {path}', os.makedirs, path)
        self._rights(path, owner, mode)

    def _file(self, path, text, owner, mode):
        """Whether its text changed. It is never half there, and never readable by more than it shall."""
        known = pathlib.Path(path)
        old = known.read_text(encoding='utf-8', errors='replace') if known.is_file() else None
        if old != text:
            self._do(f'wrote {path}', self._write, path, text, owner, mode)
        self._rights(path, owner, mode)
        return old != text

    def _write(self, path, text, owner, mode):
        descriptor, new = tempfile.mkstemp(dir=os.path.dirname(path), prefix='.')
        with os.fdopen(descriptor, 'w', encoding='utf-8') as handle:
            handle.write(text)
        entry = pwd.getpwnam(owner)
        os.chown(new, entry.pw_uid, entry.pw_gid)
        os.chmod(new, mode)
        os.replace(new, path)

    def _rights(self, path, owner, mode):
        if not os.path.exists(path):
            return  # it would have been made
        found, entry = os.stat(path), pwd.getpwnam(owner)
        if (found.st_uid, found.st_gid, found.st_mode & 0o7777) != (entry.pw_uid, entry.pw_gid, mode):
            self._do(f'rights of {path}', lambda: (os.chown(path, entry.pw_uid, entry.pw_gid), os.chmod(path, mode)))

    def _do(self, what, work, *arguments):
        self.changed.append(what)
        if not self.dry:
            work(*arguments)


def main(encoded):
    """Judge the plan (JSON in Base64), apply it."""
    plan = json.loads(base64.b64decode(encoded))
    found = list(problems(plan))
    machine = Machine('--check' in sys.argv[1:])
    if not found:
        machine.apply(plan)
    print(json.dumps({'problems': found, 'changed': machine.changed}))
