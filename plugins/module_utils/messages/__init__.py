# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message catalogue: everything that people at the desk read, in Indonesian and English, under one key each.

Evidence (errors, remarks, paths) is never translated: it stays in the words in which it was recorded.
"""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.messages.assignment import ASSIGNMENT
from ansible_collections.rawat.website.plugins.module_utils.messages.board import BOARD
from ansible_collections.rawat.website.plugins.module_utils.messages.command import COMMAND
from ansible_collections.rawat.website.plugins.module_utils.messages.copies import COPIES
from ansible_collections.rawat.website.plugins.module_utils.messages.discovery import DISCOVERY
from ansible_collections.rawat.website.plugins.module_utils.messages.document import DOCUMENT
from ansible_collections.rawat.website.plugins.module_utils.messages.evidence import EVIDENCE
from ansible_collections.rawat.website.plugins.module_utils.messages.issue import ISSUE
from ansible_collections.rawat.website.plugins.module_utils.messages.keys import KEYS
from ansible_collections.rawat.website.plugins.module_utils.messages.media import MEDIA
from ansible_collections.rawat.website.plugins.module_utils.messages.notice import NOTICE
from ansible_collections.rawat.website.plugins.module_utils.messages.prove import PROVE
from ansible_collections.rawat.website.plugins.module_utils.messages.recap import RECAP
from ansible_collections.rawat.website.plugins.module_utils.messages.register import REGISTER
from ansible_collections.rawat.website.plugins.module_utils.messages.report import REPORT
from ansible_collections.rawat.website.plugins.module_utils.messages.repository import REPOSITORY
from ansible_collections.rawat.website.plugins.module_utils.messages.retention import RETENTION
from ansible_collections.rawat.website.plugins.module_utils.messages.schedule import SCHEDULE
from ansible_collections.rawat.website.plugins.module_utils.messages.time import TIME
from ansible_collections.rawat.website.plugins.module_utils.messages.vault import VAULT
from ansible_collections.rawat.website.plugins.module_utils.messages.workers import WORKERS

LANGUAGES = ('id', 'en')

# key: (Indonesian, English)
SHARED: dict[str, tuple[str, str]] = {
    # Outcomes: words that are told apart in black and white, never by colour alone.
    'outcome.complete': ('BERHASIL', 'SUCCESS'),
    'outcome.remarks': ('BERHASIL DENGAN CATATAN', 'SUCCESS WITH REMARKS'),
    'outcome.failed': ('GAGAL', 'FAILED'),
    'outcome.unreachable': ('TIDAK DILAKSANAKAN', 'NOT DONE'),
    'outcome.ready': ('SIAP', 'READY'),
    'outcome.not_ready': ('BELUM SIAP', 'NOT READY'),
    'died.timeout': ('batas waktu terlampaui', 'its time limit was reached'),
    'died.cancelled': ('dihentikan oleh pengguna', 'it was interrupted'),
    'died.killed': ('proses Ansible berhenti sebelum selesai', 'the Ansible process ended before its work did'),
}
PARTS = (
    *(SHARED, COMMAND, REPORT, PROVE, ASSIGNMENT, TIME, REGISTER, DOCUMENT, RECAP, ISSUE),
    *(VAULT, REPOSITORY, COPIES, RETENTION, MEDIA, KEYS),
    *(EVIDENCE, WORKERS, DISCOVERY, BOARD, NOTICE, SCHEDULE),
)
CATALOGUE = {key: texts for part in PARTS for key, texts in part.items()}


def message(key: str, language: str, **values: object) -> str:
    """The text of `key` in `language` ('id' or 'en') with `values` filled in; KeyError for an unknown key."""
    text = CATALOGUE[key][LANGUAGES.index(language)]
    return text.format(**values) if values else text
