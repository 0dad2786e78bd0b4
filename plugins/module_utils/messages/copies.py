# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Further copies, and the proof that nothing can be removed."""

from __future__ import annotations

# key: (Indonesian, English)
COPIES: dict[str, tuple[str, str]] = {
    'help.copy': (
        'Menyelesaikan salinan yang tertunda ke repositori lain, tanpa membuat cadangan baru.',
        'Finish pending copies to further repositories, without a backup.',
    ),
    'subject.copy': ('Penyalinan Cadangan Situs', 'Copying of web site backups'),
    'letter.copy': ('Laporan Penyalinan Cadangan', 'Report on Copies of Backups'),
    'activity.copy': (
        'Titik pulih disalin ke repositori lain dan dibaca ulang',
        'Recovery points copied to further repositories and read back',
    ),
    'step.vault': ('pemeriksaan repositori', 'looking at the repository'),
    'step.intake': ('penerimaan dari kotak masuk', 'intake from the inbox'),
    'step.copy': ('penyalinan', 'copying'),
    'step.canary': ('uji hapus', 'trial deletion'),
    'column.copy': ('Salinan', 'Copy'),
    'column.status': ('Status', 'Status'),
    'copy.title': ('Salinan titik pulih', 'Copies of the recovery point'),
    'copy.plain': ('tidak terenkripsi', 'not encrypted'),
    'copy.name': ('Salinan', 'Copy'),
    'copy.primary': ('utama', 'primary'),
    'copy.optional': ('tidak wajib', 'optional'),
    'copy.status': ('Status', 'Status'),
    'copied.verified': ('terverifikasi', 'verified'),
    'copied.pending': ('TERTUNDA', 'PENDING'),
    'copied.failed': ('GAGAL', 'FAILED'),
    'copy.line': ('{site}: salinan: {copies}', '{site}: copies: {copies}'),
    'copy.later_line': (
        '{site}: {count} salinan titik lama diselesaikan sekarang',
        '{site}: {count} copies of older points were finished now',
    ),
    'copy.none': ('tidak ada salinan', 'no copies'),
    'copy.later': ('Salinan titik lama yang diselesaikan kemudian', 'Copies of older points, finished later'),
    'copy.rule': ('Aturan 3-2-1-1-0', 'The 3-2-1-1-0 rule'),
    'rule.copies': ('{count} salinan terverifikasi (baku 3)', '{count} verified copies (standard 3)'),
    'rule.machines': ('pada {count} mesin berbeda (baku 2 media)', 'on {count} different machines (standard 2 media)'),
    'rule.offsite': (
        'di luar lokasi: tidak dapat diketahui mesin, diisi petugas: {blank}',
        'off-site: the machine cannot know; the officer fills in: {blank}',
    ),
    'rule.immutable': ('tidak dapat dihapus: terbukti', 'cannot be removed: proved'),
    'rule.offline': ('luring (media lepas): ya', 'offline (removable medium): yes'),
    'rule.removable': (
        'tidak dapat dihapus atau luring: belum terbukti',
        'immutable or offline: not proved',
    ),
    'rule.errors': ('{count} galat setelah verifikasi (baku 0)', '{count} errors after verification (standard 0)'),
    'rule.kept': ('terpenuhi sejauh dapat diperiksa mesin', 'kept as far as a machine can check'),
    'rule.not_kept': ('BELUM terpenuhi', 'NOT kept'),
    'canary.title': ('Uji penghapusan dari peladen situs', 'Trial deletion from the target'),
    'canary.refused': ('DITOLAK', 'REFUSED'),
    'canary.not_refused': ('TIDAK DITOLAK', 'NOT REFUSED'),
    'canary.text': (
        '{verdict} pada {at}. Cara: {method}. Jawaban repositori: {answer}',
        '{verdict} at {at}. What was tried: {method}. Answer of the repository: {answer}',
    ),
    'intake.title': ('Diterima dari kotak masuk', 'Taken in from the inbox'),
    'intake.text': (
        '{files} berkas, {size}, pada {at} ke {location}',
        '{files} files, {size}, at {at} into {location}',
    ),
    'swept.title': ('Sisa proses mati yang dibersihkan', 'Leftovers of dead runs that were removed'),
    'todo.copy': (
        'Perbaiki penyebabnya, lalu jalankan rawat copy; cadangan utama tetap sah.',
        'Mend the cause, then run rawat copy; the primary backup stands.',
    ),
    # What the outcomes mean for a run that copied.
    'copying.complete': (
        'setiap salinan wajib dari titik ini dibaca ulang di tempatnya.',
        'every required copy of the point was read back where it lies.',
    ),
    'copying.remarks': (
        'ada salinan yang tertunda atau catatan lain; titik utama tetap sah.',
        'a copy is pending, or there is something else to look at; the primary point stands.',
    ),
    'copying.failed': (
        'ada salinan wajib yang gagal; titik utama tetap sah.',
        'a required copy failed; the primary point stands.',
    ),
    'copying.unreachable': ('peladen tidak dapat dihubungi.', 'the server could not be reached.'),
}
