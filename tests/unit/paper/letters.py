# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents for the tests of every format: an official letter about any number of sites, and one with every trouble."""

from __future__ import annotations

import hashlib
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.paper import model, seal
from ansible_collections.rawat.website.plugins.module_utils.register.checker import code_of_hash

NUMBER = '0007/BKP/2026'
LONG_HOST = 'layanan-informasi-publik-peraturan-perundang-undangan.direktorat-jenderal.contoh.go.id'
LONG_PATH = '/var/www/peraturan.contoh.go.id/unggahan/2026/01/' + 'rancangan-undang-undang_' * 8 + 'akhir.pdf'
NO_BREAK = 'x' * 120 + 'Y' * 80 + '0123456789' * 10
REMARK = ' '.join(f'Catatan{n} petugas tentang pemeriksaan berkas.' for n in range(125))[:5000]
HOSTILE = (
    '#panic("x") $x$ *b* _i_ @nowhere <label> [a](b) `raw` \\ // /* */ ~ -- ---',
    '</style></td><script>alert(1)</script><img src=x onerror=alert(1)>',
    '{{ 7*7 }}{% raw %} ${7*7} %(x)s {0}',
    '&amp; &#60; ]]> <!-- --> " \' \\22',
    '=HYPERLINK("http://x.example","y")',
    'abc\u202edef\u200bghi\x00\x1b[31m\ud800 tab\tline\nend',
    '中文 😀 العربية עברית e\u0301 \ufdd0 ﷽ ﬁ',
)
SOP = ('Subkoordinator menugaskan JFU/JFT untuk melakukan pemeliharaan website', 'JFU melakukan backup database')


def sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def closing(words: str = 'record') -> dict[str, Any]:
    digest = sha(words)
    lines = ['Kode QR ini adalah pengaman keutuhan rekaman internal, bukan tanda tangan elektronik.']
    return model.seal(NUMBER, digest, code_of_hash(digest), seal.qr_text(NUMBER, '2026-01-15', digest), lines)


def letter(blocks: list[model.Block], **changes: Any) -> dict[str, Any]:
    """An official letter around `blocks`."""
    settings: dict[str, Any] = {
        'timestamp': '2026-01-15T02:02:00Z',
        'subtitle': ['SOP Pemeliharaan Website', 'Nomor SOP: PPE.171.OT.02.02 Tahun 2025 (revisi 14 Januari 2025)'],
        'letterhead': {
            'lines': ['KEMENTERIAN HUKUM REPUBLIK INDONESIA', 'SUBDIREKTORAT SISTEM INFORMASI'],
            'address': 'Jalan H.R. Rasuna Said Kavling 6, Jakarta Selatan 12940',
            'logo': None,
        },
        'head': [('Nomor', '……………'), ('Sifat', 'Biasa'), ('Lampiran', '3 (tiga) berkas'), ('Hal', 'Laporan')],
        'date_line': 'Jakarta, 15 Januari 2026',
        'recipient': ['Yth. Subkoordinator Sistem Informasi'],
        'foot': f'Reg. {NUMBER}',
        'closing_seal': closing(),
        **changes,
    }
    return model.document('report', 'id', 'Laporan Hasil Pemeliharaan Website', blocks, **settings)


def report(sites: int) -> dict[str, Any]:
    """About as much as a real report holds: the summary upright, a page or two of tables for each site on its side."""
    names = [f'situs-{n:03}.direktorat-pengundangan.contoh.go.id' for n in range(sites)]
    said = ['MariaDB 10.11.14, 1,8 GiB', '214.882 berkas, 8,0 GiB', '3 dari 3', 'lulus', '21 menit 4 detik']
    rows: list[Any] = [
        [str(n), [model.text(name, strong=True), model.text(f'https://{name}/', small=True)], *said,
         model.text('BERHASIL', strong=True)]
        for n, name in enumerate(names, 1)
    ]  # fmt: skip
    heads = ['No', 'Situs', 'Database', 'Web aplikasi', 'Salinan terverifikasi', 'Uji pulih', 'RTO terukur', 'Status']
    blocks = [
        model.paragraph([model.text('Kesimpulan: ', strong=True), f'{sites} dari {sites} situs BERHASIL.'], 'lead'),
        model.heading('A. Dasar penugasan'),
        model.facts([('Disposisi nomor', 'DISP-0007/PPE.4.3/I/2026'), ('Pelaksana', ['Rina Wulandari', 'Pranata'])]),
        model.heading('B. Langkah'),
        model.table(['No', 'Kegiatan', 'Terpenuhi'], [['1', SOP[0], 'Ya'], ['2', SOP[1], 'TIDAK']], [6, 74, 20]),
        model.heading('C. Ringkasan hasil per situs'),
        model.table(heads, rows, [5, 22, 14, 14, 13, 8, 11, 13]),
        signing(),
        model.paragraph([model.text('Tembusan: ', strong=True), 'Koordinator Sistem Informasi; Arsip'], 'small'),
        model.landscape(),
        model.heading('Lampiran 1. Rincian per situs'),
    ]
    for name in names:
        blocks += [model.heading(name, 2), *site_tables(name)]
    return letter(blocks)


def signing() -> model.Block:
    received = model.signature('Subkoordinator', 'Budi Santoso', 'NIP 19800202', 'Mengetahui/menerima,', ['Diterima …'])
    return model.signatures([received, model.signature('Pelaksana,', 'Rina Wulandari', 'NIP 1990', 'Jakarta')])


def site_tables(name: str) -> list[model.Block]:
    file = [model.text(f'sites/{name}/D0007/databases/jdih.sql.zst', mono=True), model.text(sha(name), mono=True)]
    copy = ['server cadangan', 'srv-01:/srv/arsip', 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5s', 'Ya']
    return [
        model.table(
            ['Database', 'Mesin', 'Metode', 'Sumber', 'Cadangan', 'Tabel', 'Baris', 'Lama', 'Berkas dan SHA-256'],
            [['jdih', 'MariaDB 10.11', 'snapshot', '1,8 GiB', '212 MiB', '148', '3.214.882', '1 menit', file]],
            [9, 11, 12, 9, 9, 6, 9, 10, 30], 'small', 'lllrrrrll',
        ),
        model.table(['Salinan', 'Media', 'Enkripsi', 'Terverifikasi'], [copy] * 3, [20, 25, 42, 13], 'small'),
        model.facts([('Verifikasi', 'uji pulih penuh, lulus; RTO 21 menit 4 detik (target 4 jam)')]),
    ]  # fmt: skip


def troublesome() -> dict[str, Any]:
    """Every type of block, each with what makes it overflow or break."""
    narrow = ['TERVERIFIKASI', LONG_HOST, NO_BREAK]
    return letter([
        model.heading(f'Judul {LONG_HOST}'),
        model.heading('Tingkat tiga sesudah satu', 3),
        model.paragraph(f'{LONG_HOST} dan {LONG_PATH} dan {NO_BREAK}'),
        *(model.paragraph(style, style) for style in model.PARAGRAPHS),
        model.facts([('Nama inang yang panjang sekali', LONG_HOST), (LONG_HOST, NO_BREAK), ('Kosong', '')]),
        model.table(['No'] + ['Terverifikasi'] * 11, [['1', *narrow, *(['12-01-2026 09.12'] * 8)]], [1] * 12, 'small'),
        model.table(['Uraian', 'Situs'], [[REMARK, LONG_HOST], [model.text(sha('a'), mono=True), 'b']], [1, 3]),
        model.table(['Tanpa baris', 'sama sekali'], [], [1, 1]),
        model.bullets([LONG_HOST, [model.text('tebal ', strong=True), NO_BREAK]], ordered=True),
        model.bullets(['satu', 'dua']),
        model.bars([('Penugasan', 100, '12/12'), ('Penyampaian laporan', 8, '1/12'), (LONG_HOST, 0, '0/12')]),
        model.figures([('12/12', 'situs dicadangkan'), ('100.000.000/100.000.000', 'cadangan'), ('-', LONG_HOST)]),
        *(model.paragraph(words) for words in HOSTILE),
        model.table(['Jahat', *HOSTILE[:2]], [[it, it, model.text(it, mono=True)] for it in HOSTILE], [1, 1, 1]),
        model.facts([(words, [words, model.text(words, strong=True)]) for words in HOSTILE]),
        model.signatures([
            model.signature('Pelaksana,', LONG_HOST, 'NIP 1', 'Jakarta', [NO_BREAK]), model.signature('Saksi')
        ]),
        model.signatures([model.signature('Direktur')]),
        model.page_break(),
        model.labels([model.label(f'Media {n}', [LONG_HOST, sha(str(n))], f'SOPBK1|{n}') for n in range(15)]),
        model.landscape(),
        model.paragraph(NO_BREAK * 2),
        model.portrait(),
        model.paragraph('Tegak lagi.'),
    ], foot=f'Reg. {NUMBER} {HOSTILE[0]}')  # fmt: skip
