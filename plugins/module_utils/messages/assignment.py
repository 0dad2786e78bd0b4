# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of assignments and office settings. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
ASSIGNMENT: dict[str, tuple[str, str]] = {
    # What is wrong with an assignment: field, value, remedy.
    'assignment.refused': (
        'pelaksanaan ditolak dan tidak ada yang disentuh; perbaiki dahulu: {problems}',
        'the run is refused and nothing was touched; mend this first: {problems}',
    ),
    'assignment.missing': (
        (
            'website_assignment belum diisi (website_assignment.number, website_assignment.date): pelaksanaan ini '
            'wajib berdasarkan disposisi; buat berkasnya dengan `rawat assign` dan sertakan dengan '
            '`rawat backup --assignment BERKAS` atau `ansible-playbook -e @BERKAS`'
        ),
        (
            'website_assignment is missing (website_assignment.number, website_assignment.date): this run needs a '
            'disposition; write its file with `rawat assign` and hand it over with `rawat backup --assignment FILE` '
            'or `ansible-playbook -e @FILE`'
        ),
    ),
    'assignment.shape': (
        'website_assignment {value!r} bukan daftar isian: tulis isian seperti number, date, mode, sites',
        'website_assignment {value!r} is no set of fields: write fields such as number, date, mode, sites',
    ),
    'assignment.unknown': (
        '{field} tidak dikenal: hapus atau perbaiki; isian yang dikenal: {known}',
        '{field} is unknown: remove or correct it; known fields: {known}',
    ),
    'assignment.empty': ('{field} belum diisi: isi {hint}', '{field} is missing: give {hint}'),
    'assignment.text': (
        '{field} {value!r} bukan teks: tulis di antara tanda kutip, agar angka nol di depan tidak hilang',
        '{field} {value!r} is no text: put it into quotes, so that leading zeros are not lost',
    ),
    'assignment.unprintable': (
        '{field} {value!r} memuat karakter yang tidak terlihat: hapus karakter itu',
        '{field} {value!r} holds an invisible character: remove it',
    ),
    'assignment.long': (
        '{field} terdiri atas {length} karakter: persingkat menjadi paling banyak {limit}',
        '{field} has {length} characters: shorten it to {limit} at most',
    ),
    'assignment.date': (
        '{field} {value!r} bukan tanggal: tulis TTTT-BB-HH, misalnya 2026-01-12',
        '{field} {value!r} is no date: write YYYY-MM-DD, for example 2026-01-12',
    ),
    'assignment.moment': (
        '{field} {value!r} bukan waktu UTC: tulis seperti 2026-01-12T02:12:00Z',
        '{field} {value!r} is no time in UTC: write it like 2026-01-12T02:12:00Z',
    ),
    'assignment.mode': (
        '{field} {value!r} tidak dikenal: pilih single (sekali), standing (berkala), atau emergency (darurat)',
        '{field} {value!r} is unknown: choose single, standing or emergency',
    ),
    'assignment.person': (
        '{field} {value!r} bukan data orang: tulis name, id, dan position',
        '{field} {value!r} is no person: write name, id and position',
    ),
    'assignment.sites': (
        '{field} {value!r} bukan daftar nama situs: tulis seperti [peraturan, arsip]',
        '{field} {value!r} is no list of names of sites: write it like [peraturan, arsip]',
    ),
    'assignment.scan': (
        '{field} {value!r} tidak dapat dipakai: tulis name (nama berkas saja) dan sha256 (64 digit heksadesimal)',
        '{field} {value!r} is not usable: write name (of the file alone) and sha256 (64 hexadecimal digits)',
    ),
    'assignment.same': (
        (
            'website_assignment.officer {officer!r} sama dengan website_assignment.assigner: pemberi tugas dan '
            'pelaksana harus dua orang yang berbeda; perbaiki salah satunya'
        ),
        (
            'website_assignment.officer {officer!r} is the website_assignment.assigner, too: who assigns and who '
            'carries out must be two people; correct one of them'
        ),
    ),
    'assignment.future': (
        '{field} {value} lebih lambat daripada hari ini ({today}): perbaiki tanggalnya',
        '{field} {value} is later than today ({today}): correct the date',
    ),
    'assignment.standing': (
        (
            "website_assignment.mode 'standing': disposisi berkala tidak diperbolehkan oleh "
            'website_office.standing_allowed; mintakan disposisi untuk pekerjaan ini (mode single)'
        ),
        (
            "website_assignment.mode 'standing': website_office.standing_allowed allows no standing dispositions; "
            'ask for a disposition of this piece of work (mode single)'
        ),
    ),
    'assignment.reversed': (
        '{first} {value} lebih lambat daripada {second} {other}: perbaiki salah satunya',
        '{first} {value} is later than {second} {other}: correct one of them',
    ),
    'assignment.expired': (
        (
            'website_assignment.valid_until {value} sudah lewat (hari ini {today}): disposisi tidak berlaku lagi; '
            'mintakan disposisi baru'
        ),
        (
            'website_assignment.valid_until {value} has passed (today is {today}): the disposition has expired; ask '
            'for a new one'
        ),
    ),
    'assignment.early': (
        (
            'website_assignment.valid_from {value} belum tiba (hari ini {today}): disposisi belum berlaku; '
            'tunggu sampai tanggal itu atau perbaiki tanggalnya'
        ),
        (
            'website_assignment.valid_from {value} has not come yet (today is {today}): the disposition is not yet '
            'valid; wait until that day or correct it'
        ),
    ),
    'assignment.uncovered': (
        (
            'website_assignment.sites tidak mencakup situs {site!r}: lengkapi disposisinya, atau batasi pelaksanaan '
            'dengan only (`--only SITUS`); yang dicakup: {covered}'
        ),
        (
            'website_assignment.sites does not cover the site {site!r}: have the disposition extended, or limit the '
            'run with only (`--only SITE`); covered are: {covered}'
        ),
    ),
    # What a missing field should hold.
    'hint.number': ('nomor surat disposisi', 'the number of the letter'),
    'hint.date': ('tanggal surat disposisi, misalnya 2026-01-12', 'the date of the letter, for example 2026-01-12'),
    'hint.assigner': ('nama pemberi tugas', 'the name of the one who assigned'),
    'hint.officer': ('nama pelaksana', 'the name of the one who carries it out'),
    'hint.valid_until': (
        'hari terakhir disposisi berkala, misalnya 2026-03-31',
        'the last day of a standing disposition, for example 2026-03-31',
    ),
    'hint.reason': (
        'alasan keadaan darurat, karena pekerjaan mendahului disposisi',
        'the reason of the emergency, as the work comes before its letter',
    ),
    'hint.name': ('nama lengkap', 'the full name'),
    # The file that cannot be read.
    'assignment.unreadable': (
        'berkas penugasan {path} tidak dapat dibaca: {reason}; buat berkasnya dengan `rawat assign`',
        'the assignment file {path} cannot be read: {reason}; `rawat assign` writes one',
    ),
    'assignment.not-yaml': (
        'berkas penugasan {path} bukan YAML yang benar: {reason}; bandingkan dengan berkas buatan `rawat assign`',
        'the assignment file {path} is no proper YAML: {reason}; compare it with one that `rawat assign` writes',
    ),
    'assignment.twice': (
        'berkas penugasan {path}: isian {name!r} ditulis dua kali (baris {line}): hapus salah satunya',
        'the assignment file {path}: the field {name!r} is written twice (line {line}): remove one of them',
    ),
    'assignment.large': (
        'berkas penugasan {path} lebih besar daripada {limit} bita: ini bukan berkas penugasan',
        'the assignment file {path} is larger than {limit} bytes: this is no assignment file',
    ),
    'assignment.altered-scan': (
        (
            'website_assignment.scan: berkas {path} tidak sama dengan yang dicatat (SHA-256 {found}, tercatat '
            '{expected}): kembalikan pindaian aslinya atau catat disposisinya lagi'
        ),
        (
            'website_assignment.scan: the file {path} is not the one that was recorded (SHA-256 {found}, recorded '
            '{expected}): bring the original scan back or record the disposition again'
        ),
    ),
    # Comments of the file that `rawat assign` writes.
    'comment.file': (
        (
            'Disposisi sebagai dasar pelaksanaan. Dipakai dengan: rawat backup --assignment BERKAS, atau '
            'ansible-playbook … -e @BERKAS'
        ),
        (
            'The disposition under which the work is done. Use it with: rawat backup --assignment FILE, or '
            'ansible-playbook … -e @FILE'
        ),
    ),
    'comment.number': ('Nomor surat, persis seperti di surat', 'Number of the letter, exactly as on it'),
    'comment.date': ('Tanggal surat', 'Date of the letter'),
    'comment.mode': (
        'single (sekali), standing (berkala, sampai valid_until), emergency (darurat, disposisi menyusul)',
        'single, standing (until valid_until), emergency (the letter follows)',
    ),
    'comment.assigner': ('Pemberi tugas; id = NIP', 'Who assigned; id = personnel number'),
    'comment.officer': (
        'Pelaksana; bukan orang yang sama dengan pemberi tugas',
        'Who carries it out; not the same person as the assigner',
    ),
    'comment.valid_from': (
        'Hari pertama berlakunya; kosong: tanggal surat',
        'First day; empty: the date of the letter',
    ),
    'comment.valid_until': ('Hari terakhir berlakunya', 'Last day'),
    'comment.sites': ('Situs yang dicakup; kosong: semua situs', 'Sites that it covers; empty: all sites'),
    'comment.instruction': ('Isi disposisi', 'What the letter says'),
    'comment.reason': ('Alasan keadaan darurat', 'Reason of the emergency'),
    'comment.recorded': (
        'Waktu disposisi dicatat (UTC): mulai langkah 1',
        'When the letter was recorded (UTC): step 1 begins',
    ),
    'comment.received': (
        'Waktu disposisi diterima pelaksana (UTC): akhir langkah 1; kosong: saat pelaksanaan dimulai',
        'When the officer had it (UTC): step 1 ends; empty: when the run starts',
    ),
    'comment.scan': ('Pindaian surat yang ditandatangani', 'Scan of the signed letter'),
    # `rawat assign`, and what other verbs take of the procedure.
    'assign.written': ('Disposisi dicatat: {path}', 'Disposition recorded: {path}'),
    'assign.next': (
        'Langkah berikutnya: rawat backup --assignment {path}',
        'Next: rawat backup --assignment {path}',
    ),
    'assign.completed': (
        'Register {number}: disposisi {letter} dicatat menyusul (baris {row}).',
        'Register {number}: the disposition {letter} that follows is entered (row {row}).',
    ),
    'assign.already': (
        'register {number} sudah berdasarkan disposisi {letter}: tidak ada yang perlu disusulkan',
        'register {number} has its disposition {letter} already: there is nothing to complete',
    ),
    'assign.no-emergency': (
        'register {number} bukan pelaksanaan darurat: --complete hanya untuk disposisi yang menyusul keadaan darurat',
        'register {number} is no emergency: --complete is for the disposition that follows an emergency',
    ),
    'assign.scan': ('pindaian {path} tidak dapat dibaca: {reason}', 'the scan {path} cannot be read: {reason}'),
    'assign.time': (
        '{option} {value!r} bukan waktu dengan zona: tulis seperti "2026-01-12 09:12 WIB" atau 2026-01-12T02:12:00Z',
        '{option} {value!r} is no time with a zone: write it like "2026-01-12 09:12 WIB" or 2026-01-12T02:12:00Z',
    ),
    'usage.late-reason': (
        '--late-reason {value!r}: tulis LANGKAH=ALASAN dengan langkah 1 sampai 6, misalnya "4=server padam"',
        '--late-reason {value!r}: write STEP=TEXT with a step from 1 to 6, for example "4=the server was down"',
    ),
    'help.assignment': (
        'Berkas disposisi yang mendasari pekerjaan (dibuat dengan rawat assign).',
        'File of the disposition under which this happens (rawat assign writes it).',
    ),
    'help.late_reason': (
        'Alasan bila langkah terlambat (boleh berulang).',
        'Why a step was late (may be repeated).',
    ),
    'help.remark': (
        'Keterangan petugas, dicetak sebagai keterangannya (boleh berulang).',
        "The officer's remark, printed as his (may be repeated).",
    ),
    'help.letter_number': (
        'Nomor surat disposisi, persis seperti di surat.',
        'Number of the letter, exactly as on it.',
    ),
    'help.letter_date': ('Tanggal surat disposisi.', 'Date of the letter.'),
    'help.mode': (
        'Sekali, berkala (sampai --valid-until), atau darurat (disposisi menyusul).',
        'Once, standing (until --valid-until), or emergency (the letter follows).',
    ),
    'help.assigner': ('Nama pemberi tugas.', 'Name of the one who assigned.'),
    'help.officer': ('Nama pelaksana.', 'Name of the one who carries it out.'),
    'help.person_id': ('NIP-nya.', 'Their personnel number.'),
    'help.position': ('Jabatannya.', 'Their position.'),
    'help.assigned_site': (
        'Situs yang dicakup (boleh berulang); tanpa ini semua situs.',
        'A site that it covers (may be repeated); all sites without.',
    ),
    'help.valid_from': ('Hari pertama berlakunya.', 'First day of its validity.'),
    'help.valid_until': ('Hari terakhir berlakunya.', 'Last day of its validity.'),
    'help.instruction': ('Isi disposisi.', 'What the letter says.'),
    'help.emergency_reason': (
        'Alasan pekerjaan mendahului disposisi (darurat).',
        'Why the work comes before its letter (emergency).',
    ),
    'help.scan': (
        'Pindaian surat; nama dan SHA-256-nya dicatat.',
        'Scan of the letter; its name and SHA-256 are recorded.',
    ),
    'help.recorded': (
        'Waktu disposisi dicatat, dengan zona; tanpa ini sekarang.',
        'When the letter was recorded, with its zone; now without.',
    ),
    'help.received': (
        'Waktu disposisi diterima pelaksana, dengan zona.',
        'When the officer had the letter, with its zone.',
    ),
    'help.assignment_output': (
        'Berkas yang ditulis; tidak pernah menimpa.',
        'The file to write; never overwrites.',
    ),
    'help.complete': (
        'Disposisi ini menyusul pelaksanaan darurat dengan nomor register ini.',
        'This letter follows the emergency run with this register number.',
    ),
}
