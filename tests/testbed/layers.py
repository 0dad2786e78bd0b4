# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Saved layers: what a host wrote, kept as a read-only image on which any run starts hosts in seconds.

There is one layer, `sites`: the three web sites of sites.sh. Its image is an ext4 file system of bounded size.
"""

from __future__ import annotations

import os
import pathlib
import sys
import time
from typing import TYPE_CHECKING

from . import base_tree, identity, machine

if TYPE_CHECKING:
    from .hosts import Host

SCRIPTS = {'sites': pathlib.Path(__file__).with_name('sites.sh')}
SIZE = '6G'  # sparse; the sites take 1.2 GB of it


def image(layer: str) -> pathlib.Path:
    """Where the image of a layer lies or will lie; a changed script or base tree gives another name."""
    if layer not in SCRIPTS:
        raise machine.TestbedError(f'there is no layer {layer!r}, only {", ".join(SCRIPTS)}')
    base = base_tree.path()
    spec = base_tree.fingerprint(base.name, SCRIPTS[layer].read_text())
    return base.with_name(f'layer-{layer}-{spec}.img')


def ensure(layer: str) -> pathlib.Path:
    """The path of the finished image; builds it when it is not there. Safe for two runs at once."""
    kept = image(layer)
    if not kept.exists():
        base_tree.ensure()
        with machine.file_lock(kept.with_name('.layers.lock')):
            if not kept.exists():
                build(layer, kept)
    os.utime(kept)  # `prune` goes by the last use
    return kept


def build(layer: str, kept: pathlib.Path) -> None:
    """Run the layer's script on a host of a run of its own and keep what that host wrote."""
    from .runs import Testbed  # a run may ask for a layer, and a layer is made by a run

    started = time.monotonic()
    print(f'testbed: building the layer {kept} (about two minutes, once) ...', file=sys.stderr, flush=True)
    with Testbed(f'layer-{os.getpid()}') as testbed:
        (host,) = testbed.up('builder', disk=SIZE)
        run_script(host, SCRIPTS[layer], kept.with_suffix('.log'))
        if image(layer) != kept:
            raise machine.TestbedError(f'{SCRIPTS[layer].name} was changed while it ran; nothing is kept: start again')
        host.stop()
        upper = host.writes() / 'upper'
        identity.forget(upper)
        machine.call('fstrim', upper.parent, check=False)  # fewer blocks to keep; not every kernel can
        machine.unmount(upper.parent)
        unfinished = kept.with_suffix('.unfinished')
        machine.call('cp', '--sparse=always', host.directory / 'root.img', unfinished)
        unfinished.rename(kept)
    print(f'testbed: layer {layer} built in {time.monotonic() - started:.0f} s', file=sys.stderr, flush=True)


def run_script(host: Host, script: pathlib.Path, log: pathlib.Path) -> None:
    """Run a script on a host as root; it lies in /run meanwhile, which no layer keeps."""
    host.path('/run/layer.sh').write_text(script.read_text())
    result = host.run(['bash', '/run/layer.sh'], check=False, timeout=900)
    log.write_text(result.stdout + result.stderr)
    if result.returncode:
        raise machine.TestbedError(f'{script.name} failed with exit {result.returncode}; the end of {log}:\n'
                                   + '\n'.join((result.stdout + result.stderr).splitlines()[-15:]))
