# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat demo`: a sample site is really backed up on this machine, and how to check that by hand is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from rawat.copies import backup_end
from rawat.options import AsJson
from rawat.proof import drills_of, verify_end
from rawat.request import OK, Request, UsageProblem
from rawat.sample_site import PROGRAM, database, free_port, make_sample_site, site_in_use
from rawat.session import Session, run_playbook, site_entries
from rawat.summary import print_json, run_facts
from rawat.terminal import say

SITE = 'demo'
DIRECTORY = Path('rawat-demo')


def demo(
    directory: Annotated[
        Path, typer.Option('--directory', metavar='DIRECTORY', help=say('help.directory'))
    ] = DIRECTORY,
    as_json: AsJson = False,
) -> None:
    place = directory.absolute()
    inventory = place / 'inventory'
    request = Request(inventory, as_json=as_json)
    try:
        _prepare(place, inventory)
        with site_in_use(place / 'site', _port(inventory)):
            backed_up = run_playbook('backup', request, filed=True)
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=place, reason=error)]) from error
    code = backup_end(backed_up, as_json=False) if not as_json else _code(backed_up)
    proved = _prove(request) if code == OK else None
    if as_json:
        code = code or (_code(proved) if proved else OK)
        runs = {'backup': backed_up, 'verify': proved}
        facts = {name: run_facts(run, site_entries(run.outcome)) for name, run in runs.items() if run}
        print_json({'exit_code': code, **facts})
    elif proved:
        code = verify_end(proved, as_json=False)
        _say_why_it_is_no_a(proved)
        _show_checks(place, inventory)
    raise typer.Exit(code)


def _code(session: Session) -> int:
    return session.outcome.exit_code(site_entries(session.outcome))


def _prove(request: Request) -> Session:
    """Drill the point that was just made; the live site is not even running any more."""
    if not request.as_json:
        typer.echo(say('demo.drill'))
    return run_playbook('verify', request, filed=True)


def _say_why_it_is_no_a(proved: Session) -> None:
    for drill in [drill for entry in site_entries(proved.outcome) for drill in drills_of(entry)]:
        if drill['grade'] in 'BC':
            typer.echo(say('demo.limited', grade=drill['grade'], reason=drill['reason']))


def _prepare(place: Path, inventory: Path) -> None:
    """Make site and inventory; a directory that an earlier demo made is used again, any other is left alone."""
    if (inventory / 'hosts.yml').is_file() and (place / 'site' / PROGRAM).is_file():
        return
    if place.exists() and any(place.iterdir()):
        raise UsageProblem([say('usage.exists', path=place)])
    make_sample_site(place / 'site')
    inventory.mkdir(parents=True)
    (inventory / 'hosts.yml').write_text(_inventory_text(place), encoding='utf-8')


def _port(inventory: Path) -> int:
    """The port at which the sample site is served, as its inventory says."""
    (url,) = re.findall(r'url: http://localhost:([0-9]+)/', (inventory / 'hosts.yml').read_text(encoding='utf-8'))
    return int(url)


def _inventory_text(place: Path) -> str:
    """The inventory as YAML; its values as JSON strings, which YAML reads, so that any path is safe in it."""
    port = free_port()
    root, data = json.dumps(str(place / 'site')), json.dumps(str(database(place / 'site')))
    return f"""---
all:
  hosts:
    localhost:
      ansible_connection: local
      ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"
      ansible_become: false
      website_sites:
        - name: {SITE}
          url: http://localhost:{port}/
          webroots:
            - path: {root}
          databases:
            - {{engine: sqlite, path: {data}}}
          application: {{kind: command, command: [python3, {PROGRAM}], port: {port}}}
          probes:
            - {{path: /, contains: Peraturan}}
      website_repository: {{store: archive, location: {json.dumps(str(place / 'repository'))}, create: true}}
      website_filing: {json.dumps(str(place / 'filing'))}
"""


def _show_checks(place: Path, inventory: Path) -> None:
    """The commands that prove the recovery point without this product."""
    points = sorted(
        path for path in (place / 'repository' / SITE).iterdir() if path.is_dir() and not path.name.startswith('.')
    )
    typer.echo(say('demo.check'))
    typer.echo(f'  cd {quote(str(points[-1]))} && sha256sum -c SHA256SUMS && cat RESTORE.md')
    typer.echo(f'  rawat status -i {quote(str(inventory))}')
