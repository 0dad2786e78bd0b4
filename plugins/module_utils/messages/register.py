# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of the register and the check of archives. Part of the catalogue in `messages`, where the rules stand.

What a check finds is said by the checker itself, which must stand alone.
"""

from __future__ import annotations

# key: (Indonesian, English)
REGISTER: dict[str, tuple[str, str]] = {
    'column.number': ('Nomor', 'Number'),
    'column.date': ('Tanggal', 'Date'),
    'column.assignment': ('Disposisi', 'Assignment'),
    'column.sites': ('Situs', 'Sites'),
    'column.deadlines': ('Tepat waktu', 'In time'),
    'column.state': ('Keadaan', 'State'),
    'register.open': ('menunggu diterima', 'waiting to be accepted'),
    'register.accepted': ('diterima', 'accepted'),
    'register.returned': ('dikembalikan', 'returned'),
    'register.empty': ('Register masih kosong.', 'The register is empty.'),
    'register.not_found': (
        'Tidak ada nomor yang cocok. Cari dengan nama situs, tanggal (2026-01-12), disposisi, atau nomor.',
        'No number matches. Search by site, date (2026-01-12), assignment or number.',
    ),
    'register.none': (
        'Tidak ada register di {path}: pelaksanaan pertama yang berdisposisi membuatnya. Di tempat lain? --filing',
        'There is no register in {path}: the first run under an assignment makes it. Is it elsewhere? --filing',
    ),
    'register.one_thing': (
        '--attach, --note, --hold, dan --release berdiri sendiri: satu setiap kali, tanpa kata cari atau --format',
        '--attach, --note, --hold and --release stand alone: one at a time, without search words or --format',
    ),
    'register.due_words': (
        '--due-for-destruction meliputi seluruh register: tanpa kata cari',
        '--due-for-destruction is about the whole register: leave the search words out',
    ),
    'register.format': (
        '--format {value}: pilih satu atau beberapa dari {known}, dipisahkan koma',
        '--format {value}: choose one or more of {known}, separated by commas',
    ),
    'register.written': ('Ditulis: {path}', 'Written: {path}'),
    'register.attached': (
        'Baris {row}: {name} dilampirkan pada {number}.',
        'Row {row}: {name} is attached to {number}.',
    ),
    'register.noted': ('Baris {row}: catatan atas {number}.', 'Row {row}: a note on {number}.'),
    'register.now_held': (
        'Baris {row}: {number} ditahan dan tidak akan diusulkan musnah.',
        'Row {row}: {number} is held; its destruction will not be proposed.',
    ),
    'register.freed': ('Baris {row}: penahanan {number} berakhir.', 'Row {row}: the hold on {number} has ended.'),
    'register.line_note': ('Koreksi atas {number}: {text}', 'Correction of {number}: {text}'),
    'register.line_attachment': (
        'Lampiran {number}: {path} ({description})',
        'Attached to {number}: {path} ({description})',
    ),
    'register.line_hold': ('{number} DITAHAN: {reason}', '{number} is HELD: {reason}'),
    'register.line_returned': ('{number} dikembalikan: {reason}', '{number} was returned: {reason}'),
    'register.restore_none': (
        '--register {number}: laporan {run} ({kind}) tanpa titik pulih baik {sites}; pilih yang lain, atau --point',
        '--register {number}: report {run} ({kind}) has no good recovery point of {sites}; choose another, or --point',
    ),
    'check.what': (
        'Berkas (PDF, record.json, apa pun yang terdaftar), kode pada kertas, teks QR, atau nomor register.',
        'A file (PDF, record.json, anything registered), the code on the paper, the QR text, or a register number.',
    ),
    'check.deep': (
        'Baca semua berkas titik pulih, betapapun besarnya.',
        'Read every file of the recovery points, however large.',
    ),
    'help.words': (
        'Kata yang dicari: situs, tanggal, disposisi, nomor, nama.',
        'Words to search for: site, date, assignment, number, name.',
    ),
    'help.year': ('Hanya tahun ini.', 'This year alone.'),
    'help.attach': (
        'Simpan pindaian kertas bertanda tangan pada nomor ini.',
        'File the scan of the signed paper under this number.',
    ),
    'help.description': ('Keterangan lampiran (dengan --attach).', 'What the attached file is (with --attach).'),
    'help.note': (
        'Catat koreksi atas nomor ini; baris lama tetap ada.',
        'Enter a correction of this number; the old row stays.',
    ),
    'help.hold': ('Tahan nomor ini: tidak diusulkan musnah.', 'Hold this number: its destruction is not proposed.'),
    'help.release': ('Akhiri penahanan nomor ini.', 'End the hold on this number.'),
    'help.due': (
        'Tulis daftar usul musnah: yang retensinya habis dan tidak ditahan.',
        'Write the list of what may be proposed for destruction: past its retention and not held.',
    ),
    'help.formats': (
        'Tulis buku register sebagai berkas: satu atau beberapa bentuk.',
        'Write the register book as files: one or more formats.',
    ),
    'help.export_directory': ('Direktori untuk berkas itu.', 'The directory for these files.'),
}
