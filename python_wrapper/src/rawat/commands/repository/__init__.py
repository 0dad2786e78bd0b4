# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rawat repository`: the verbs that look after repositories."""

from __future__ import annotations

import typer

from rawat.commands.repository.identities import escrow, new_identity
from rawat.commands.repository.keys import rotate_key
from rawat.commands.repository.locks import check, unlock
from rawat.terminal import say

repository = typer.Typer(help=say('help.repository'), no_args_is_help=True)
repository.command('rotate-key', help=say('help.rotate_key'))(rotate_key)
repository.command('unlock', help=say('help.unlock'))(unlock)
repository.command('check', help=say('help.repository_check'))(check)
repository.command('new-identity', help=say('help.new_identity'))(new_identity)
repository.command('escrow', help=say('help.escrow'))(escrow)
