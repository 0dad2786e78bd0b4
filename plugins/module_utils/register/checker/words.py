# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the checker in Indonesian and English: it stands alone, so it brings its own."""

from __future__ import annotations

from typing import Any

# key: (Indonesian, English)
TEXTS = {
    'medium_empty': (
        'tidak ada titik pemulihan pada media ini',
        'there is no recovery point on this medium',
    ),
    'medium_unlisted': (
        'tidak tercantum di {path} pada media ini: ekspor yang terhenti sebelum selesai, atau folder yang diubah',
        'is not in {path} of this medium: an export that ended before its time, or a folder that was changed',
    ),
    'medium_lost': (
        'tercantum di {path} tetapi tidak ada lagi pada media ini',
        'is in {path} but not on this medium any more',
    ),
    'row_damaged': (
        'baris {row} register rusak atau diubah: {reason}',
        'row {row} of the register is damaged or was changed: {reason}',
    ),
    'row_removed': (
        'baris {row} register hilang: sesudah baris {before} langsung baris {after}',
        'row {row} of the register was removed: after row {before} comes row {after}',
    ),
    'row_order': (
        'urutan baris register diubah: baris {after} berdiri di tempat baris {row}',
        'rows of the register were reordered: row {after} stands where row {row} belongs',
    ),
    'row_twice': (
        'baris {row} register ada dua kali',
        'row {row} stands in the register twice',
    ),
    'row_chain': (
        'rantai putus pada baris {row}: baris {before} ditulis ulang sesudah baris {row} dicatat',
        'the chain breaks at row {row}: row {before} was rewritten after row {row} had been entered',
    ),
    'number_gap': (
        'nomor {number} tidak ada di register: baris {row} sudah memuat {after}',
        'number {number} is missing from the register: row {row} already holds {after}',
    ),
    'number_twice': (
        'nomor {number} dipakai dua kali: baris {before} dan baris {row}',
        'number {number} is claimed twice: by row {before} and by row {row}',
    ),
    'number_unknown': (
        'baris {row} merujuk nomor {number} yang tidak ada di register',
        'row {row} speaks of number {number}, which the register does not hold',
    ),
    'register_whole': (
        '{rows} baris, rantai utuh, nomor tanpa celah; ujung rantai {tip}',
        'the chain of rows 1 to {rows} is whole, no number is missing; tip {tip}',
    ),
    'register_torn': (
        'berakhir dengan {bytes} bita yang bukan baris utuh: penulisnya terhenti, atau berkas diubah',
        'ends in {bytes} bytes that are no whole row: its writer was killed, or the file was changed',
    ),
    'register_none': (
        'tidak ada {path} di sini: rekaman tidak dapat dicocokkan dengan register',
        'there is no {path} here: nothing could be compared with the register',
    ),
    'register_cut': (
        'register terpotong atau ditulis ulang: {path} menyebut ujung rantai {tip} yang tidak ada lagi',
        'the register was cut off or rewritten: {path} names the tip {tip}, which is not in it any more',
    ),
    'register_lacks': (
        'register terpotong atau ditulis ulang: {path} bernomor {number}, yang tidak ada lagi di register',
        'the register was cut off or rewritten: {path} has the number {number}, which is not in it any more',
    ),
    'register_unissued': (
        '{path} bernomor {number} yang tidak ada di register: belum terdaftar (rawat report), atau register terpotong',
        '{path} has the number {number}, not in the register: never entered (rawat report does), or it was cut off',
    ),
    'recap_tip': (
        'baris {row} (rekapitulasi {month}) menyebut ujung rantai lain daripada baris sebelumnya',
        'row {row} (recap of {month}) names another tip than that of the row before it',
    ),
    'entry_found': ('register baris {row}: nomor {number}', 'row {row} of the register: number {number}'),
    'entry_none': ('bukan berkas, dan tidak ada di register', 'is no file, and is not in the register'),
    'entry_many': (
        '{what} dapat berarti {numbers}: tulis nomor lengkap',
        '{what} may mean {numbers}: write the whole number',
    ),
    'record_same': (
        'sama dengan yang terdaftar; kode {code} (cocokkan dengan kertas)',
        'is the one that was registered; code {code} (compare it with the paper)',
    ),
    'record_changed': (
        'bukan rekaman yang terdaftar sebagai {number}: SHA-256 {found}, seharusnya {expected}',
        'is not the record that was registered as {number}: its SHA-256 is {found} instead of {expected}',
    ),
    'record_claims': (
        'nomor {number} diaku dua rekaman: register memuat pelaksanaan {registered}, rekaman ini {run}',
        'two records claim the number {number}: the register holds run {registered}, this record is of run {run}',
    ),
    'record_unregistered': (
        'rekaman bernomor {number} tidak ada di register, yang berakhir pada {last}',
        'the record with the number {number} is not in the register, which ends at {last}',
    ),
    'record_plain': (
        'rekaman tanpa nomor (pelaksanaan tanpa disposisi tersendiri); kode {code}',
        'a record without a number (a run without an assignment of its own); code {code}',
    ),
    'record_alone': (
        'nomor {number}, kode {code}: cocokkan dengan kertas',
        'number {number}, code {code}: compare both with the paper',
    ),
    'record_number': (
        'menyebut nomor {found}, register {expected}',
        'says number {found}, the register {expected}',
    ),
    'row_code': (
        'kode {found} di register bukan kode rekaman',
        'the code {found} in the register is not the code of the record',
    ),
    'file_same': ('sama dengan yang terdaftar', 'is the one that was registered'),
    'file_changed': (
        'diubah: SHA-256 {found}, seharusnya {expected} ({where})',
        'was changed: its SHA-256 is {found} instead of {expected} ({where})',
    ),
    'file_gone': ('tidak ada ({reason})', 'is not there ({reason})'),
    'file_unsafe': (
        'nama atau letaknya keluar dari arsip: tidak dibaca',
        'its name or place leads out of the archive: not read',
    ),
    'file_unknown': (
        'tidak dikenal: bukan rekaman dan tidak ada di register',
        'is unknown: no record, and not in the register',
    ),
    'file_broken': ('rusak: {reason}', 'is damaged: {reason}'),
    'file_unregistered': (
        'tidak tercatat di register: penulisnya terhenti (ulangi), atau register terpotong',
        'is not in the register: its writer was killed (do it again), or the register was cut off',
    ),
    'embedded_broken': (
        'rekaman yang tertanam rusak atau diubah: {reason}',
        'the record embedded in it is damaged or was changed: {reason}',
    ),
    'embedded_differs': (
        'rekaman yang tertanam bukan record.json di sampingnya',
        'the record embedded in it is not the record.json beside it',
    ),
    'receipt_differs': (
        'tanda terima menyebut {what} lain daripada register',
        'the receipt names another {what} than the register',
    ),
    'sums_hold': ('{count} berkas cocok', '{count} files match'),
    'sums_none': ('tidak ada, maka tidak diperiksa', 'is not there, so it was not checked'),
    'sums_line': ('baris {line} bukan jumlah periksa', 'line {line} is no checksum'),
    'sums_lacks': ('tidak memuat {name}', 'does not name {name}'),
    'point_whole': ('{count} berkas titik pulih cocok', '{count} files of the recovery point match'),
    'point_present': (
        'ada, manifes cocok; {bytes} bita tidak dibaca (--deep membacanya)',
        'is there, its manifest matches; {bytes} bytes were not read (--deep does)',
    ),
    'point_elsewhere': (
        'repositori {location} tidak ada di mesin ini',
        'the repository {location} is not on this machine',
    ),
    'point_restic': (
        'repositori restic {location}: periksa dengan rawat verify atau restic check',
        'restic repository {location}: check it with rawat verify or restic check',
    ),
    'point_denied': (
        'repositori {location} tidak dapat dibaca di sini: {reason}',
        'the repository {location} cannot be read here: {reason}',
    ),
    'point_pruned': (
        'titik pulih dipangkas menurut aturan pada {date}; daftar pemusnahan: {path}',
        'the recovery point was pruned by rule on {date}; destruction list: {path}',
    ),
    'point_gone': (
        'titik pulih tidak ada lagi di {location}, dan tidak ada daftar pemusnahan yang memuatnya: hilang',
        'the recovery point is not in {location} any more, and no destruction list names it: lost',
    ),
    'part_differs': (
        '{file}: register memuat SHA-256 lain daripada SHA256SUMS titik pulih',
        '{file}: the register holds another SHA-256 than SHA256SUMS of the recovery point',
    ),
    'all_good': ('BENAR: {count} butir diperiksa dan cocok{rest}', 'GOOD: {count} items were checked and hold{rest}'),
    'some_bad': ('SALAH: {item}: {text}', 'FAILED: {item}: {text}'),
    'unproved': (
        'TIDAK TERBUKTI: tidak ada register yang memuatnya di sini (--filing DIREKTORI); {count} butir tidak diperiksa',
        'NOT PROVED: no register is here that knows it (--filing DIRECTORY); {count} items could not be checked',
    ),
    'unchecked': ('; {count} butir tidak dapat diperiksa di sini', '; {count} items could not be checked here'),
    'word_true': ('benar', 'good'),
    'word_false': ('SALAH', 'FAILED'),
    'word_none': ('tidak diperiksa', 'not checked'),
    'needs_filing': (
        '{what} bukan berkas, dan tidak ada register.jsonl di sini: sebutkan berkas, atau --filing DIREKTORI',
        '{what} is no file, and there is no register.jsonl here: name a file, or give --filing DIRECTORY',
    ),
    'needs_what': (
        'sebutkan berkas, kode pada kertas, atau nomor register',
        'name a file, the code on the paper, or a register number',
    ),
    'usage': ('Memeriksa arsip cadangan situs web, luring.', 'Check an archive of website backups, offline.'),
    'usage_what': (
        'berkas (PDF, JSON, apa pun yang terdaftar), direktori, kode pada kertas, teks QR, atau nomor register',
        'a file (PDF, JSON, anything registered), a folder, the code on the paper, the QR text, or a register number',
    ),
    'usage_filing': ('direktori arsip yang memuat register.jsonl', 'the filing directory, which holds register.jsonl'),
    'usage_deep': (
        'baca semua berkas titik pulih, betapapun besarnya',
        'read every file of the recovery points, however large',
    ),
    'usage_json': ('hasil sebagai JSON', 'the result as JSON'),
    'usage_language': ('bahasa', 'language'),
}


def text(key: str, language: str, **values: Any) -> str:
    """A text of this file in 'id' or 'en', with nothing in it that a terminal could be fooled by."""
    return printable(TEXTS[key][language != 'id'].format(**values))


def printable(value: Any) -> str:
    """`value` with everything invisible written out."""
    return ''.join(
        letter if letter.isprintable() else letter.encode('unicode_escape').decode() for letter in str(value)
    )
