# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check an archive of website backups: paper -> record -> register -> documents -> recovery points. Offline.

A copy of all of this lies in every archive as one file, `verify.py`, which `standalone.script` joins; so these modules
import the standard library and each other only, and run on Python 3.8.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.register.checker.basics import (
    REGISTER,
    below,
    cause,
    open_file,
    parse,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.chain import (
    FIRST,
    NUMBER,
    SHORT,
    code_of,
    code_of_hash,
    named,
    number_text,
    plain_code,
    read_chain,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.findings import (
    FAILED,
    Finding,
    Problem,
    as_document,
    exit_code,
    lines,
)
from ansible_collections.rawat.website.plugins.module_utils.register.checker.pdf import embedded_record
from ansible_collections.rawat.website.plugins.module_utils.register.checker.pdf_values import inflate
from ansible_collections.rawat.website.plugins.module_utils.register.checker.whole_check import check
from ansible_collections.rawat.website.plugins.module_utils.register.checker.words import TEXTS, text

__all__ = [
    'FAILED',
    'FIRST',
    'NUMBER',
    'REGISTER',
    'SHORT',
    'TEXTS',
    'Finding',
    'Problem',
    'as_document',
    'below',
    'cause',
    'check',
    'code_of',
    'code_of_hash',
    'embedded_record',
    'exit_code',
    'inflate',
    'lines',
    'named',
    'number_text',
    'open_file',
    'parse',
    'plain_code',
    'read_chain',
    'text',
]
