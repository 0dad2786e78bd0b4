# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat demo`: a sample site is really backed up on this machine, and how to check that by hand is shown."""

from __future__ import annotations

import json
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from rawat.commands.backup import run_backup
from rawat.options import AsJson
from rawat.request import OK, Request, UsageProblem
from rawat.sample_site import database, make_sample_site, site_in_use
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
    try:
        _prepare(place, inventory)
        with site_in_use(place / 'site'):
            code = run_backup(Request(inventory, as_json=as_json))
    except OSError as error:
        raise UsageProblem([say('usage.cannot_write', path=place, reason=error)]) from error
    if code == OK and not as_json:
        _show_checks(place, inventory)
    raise typer.Exit(code)


def _prepare(place: Path, inventory: Path) -> None:
    """Make site and inventory; a directory that an earlier demo made is used again, any other is left alone."""
    if (inventory / 'hosts.yml').is_file():
        return
    if place.exists() and any(place.iterdir()):
        raise UsageProblem([say('usage.exists', path=place)])
    make_sample_site(place / 'site')
    inventory.mkdir(parents=True)
    (inventory / 'hosts.yml').write_text(_inventory_text(place), encoding='utf-8')


def _inventory_text(place: Path) -> str:
    """The inventory as YAML; its values as JSON strings, which YAML reads, so that any path is safe in it."""
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
          url: http://demo.example/
          webroots:
            - path: {root}
          databases:
            - {{engine: sqlite, path: {data}}}
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
