# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of schedules and of what CI systems are told."""

from __future__ import annotations

SCHEDULE: dict[str, tuple[str, str]] = {
    'step.turn': ('menunggu giliran', 'waiting for its turn'),
    'help.junit': (
        'Tulis hasil setiap situs sebagai JUnit XML ke berkas ini, untuk sistem CI.',
        'Write the result of each site as JUnit XML to this file, for CI systems.',
    ),
    'help.summary': (
        'Tulis ringkasan dalam Markdown ke berkas ini; tanpa opsi ini: berkas dari GITHUB_STEP_SUMMARY, jika ada.',
        'Write a summary in Markdown to this file; without this option: the file of GITHUB_STEP_SUMMARY, if any.',
    ),
    'ci.place': (
        '{option} {path}: tidak dapat ditulis: {reason}; sebutkan berkas lain',
        '{option} {path}: it cannot be written: {reason}; name another file',
    ),
    'ci.unwritten': (
        '{path}: laporan untuk CI tidak dapat ditulis: {reason}',
        '{path}: the report for CI could not be written: {reason}',
    ),
    'ci.remedy': (
        'Perbaiki penyebabnya, lalu ulangi: rawat {verb} --only {site}',
        'Mend the cause, then repeat: rawat {verb} --only {site}',
    ),
    'ci.exit': ('Kode keluar: {code}', 'Exit code: {code}'),
    'ci.count': ('{good} dari {total} situs baik', '{good} of {total} sites good'),
    'ci.cut': ('… selebihnya ada di laporan.', '… the rest is in the report.'),
}
