# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of runs that were made in pieces, and of their evidence."""

from __future__ import annotations

# key: (Indonesian, English)
EVIDENCE: dict[str, tuple[str, str]] = {
    'evidence.no_library': (
        (
            '{documents} tidak dibuat: Python pada {host} tidak memiliki {library}; sebutkan di website_filing_python '
            "Python yang memilikinya (pip install 'rawat[paper]'); catatan sudah diarsipkan"
        ),
        (
            '{documents} not drawn: the Python of {host} lacks {library}; name one that has it in '
            "website_filing_python (pip install 'rawat[paper]'); the record is filed"
        ),
    ),
    'evidence.missing': (
        'pelaksanaan {run} tidak lengkap: {hosts} dari {of} server ({sites} situs) tidak dilaksanakan: {named}',
        'run {run} is not whole: {hosts} of {of} servers ({sites} sites) were not done: {named}',
    ),
    'evidence.other_assignment': (
        'situs {site} dicadangkan berdasarkan disposisi {other}, bukan {number}: laporan ini hanya menyebut {number}',
        'site {site} was backed up under assignment {other}, not {number}: this report names {number} alone',
    ),
    'evidence.given_assignment': (
        'laporan diminta untuk disposisi {given}, tetapi titik pemulihan dibuat berdasarkan {number}: {number} berlaku',
        'the report was asked for under assignment {given}, but the points were made under {number}: {number} counts',
    ),
}
