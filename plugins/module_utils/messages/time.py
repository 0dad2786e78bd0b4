# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of steps, deadlines and calendars. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
TIME: dict[str, tuple[str, str]] = {
    'weekday.1': ('Senin', 'Monday'),
    'weekday.2': ('Selasa', 'Tuesday'),
    'weekday.3': ('Rabu', 'Wednesday'),
    'weekday.4': ('Kamis', 'Thursday'),
    'weekday.5': ('Jumat', 'Friday'),
    'weekday.6': ('Sabtu', 'Saturday'),
    'weekday.7': ('Minggu', 'Sunday'),
    # The rule by which deadlines are counted, as it is printed below the table of steps.
    'rule.day': (
        (
            'Cara menghitung (kebijakan, bukan SOP): "1 hari" dalam SOP dihitung sebagai satu hari kerja. Waktu suatu '
            'langkah mulai dihitung ketika langkah sebelumnya berakhir; batasnya pukul {close} pada hari kerja pertama '
            'sesudah hari berakhirnya langkah sebelumnya.'
        ),
        (
            'How time is counted (policy, not SOP): "1 day" of the SOP is one working day. The clock of a step starts '
            'when the step before it ends; it is due at {close} on the first working day after the day on which that '
            'step ended.'
        ),
    ),
    'rule.joint_free': (
        'Hari kerja: Senin sampai dengan Jumat, selain hari libur nasional dan cuti bersama.',
        'Working days: Monday to Friday, except national holidays and joint leave (cuti bersama).',
    ),
    'rule.joint_works': (
        'Hari kerja: Senin sampai dengan Jumat, selain hari libur nasional; cuti bersama dihitung sebagai hari kerja.',
        'Working days: Monday to Friday, except national holidays; joint leave (cuti bersama) counts as working days.',
    ),
    'rule.standing': (
        (
            'Disposisi berkala: batas langkah 2 dan 3 adalah pukul {close} pada hari terakhir masa berlaku disposisi; '
            'waktu langkah 4 dihitung paling cepat sejak saat itu.'
        ),
        (
            'Standing assignment: steps 2 and 3 are due at {close} on the last day of its validity; the clock of '
            'step 4 starts then at the earliest.'
        ),
    ),
    'rule.holidays': ('Hari libur yang menggeser batas waktu: {days}.', 'Holidays that moved a deadline: {days}.'),
    'rule.no_holidays': ('Tidak ada hari libur yang menggeser batas waktu.', 'No holiday moved a deadline.'),
    'holiday.national': ('{day} ({name})', '{day} ({name})'),
    'holiday.joint_leave': ('{day} (cuti bersama {name})', '{day} (joint leave, {name})'),
    'rule.calendar': ('Kalender {year}: {decree}.', 'Calendar of {year}: {decree}.'),
    'rule.provisional': (
        'Kalender {year} bersifat sementara dan dapat berubah: {decree}.',
        'The calendar of {year} is provisional and may change: {decree}.',
    ),
    'rule.no_decree': ('belum ada keputusan bersama', 'there is no joint decree yet'),
    'rule.missing': (
        (
            'Kalender belum ditetapkan untuk tahun {years}: batas waktu yang jatuh pada tahun itu tidak dihitung, dan '
            'pemenuhannya tidak dapat dinyatakan.'
        ),
        (
            'There is no calendar yet for {years}: deadlines that fall into it are not counted, and whether they '
            'were met cannot be said.'
        ),
    ),
    # Warnings of `rawat status`.
    'deadline.moment': ('{day} pukul {time}', '{day} at {time}'),
    'deadline.none': ('tidak dapat dihitung ({reason})', 'cannot be counted ({reason})'),
    'deadline.no_start': ('waktu mulainya tidak tercatat', 'its start was not recorded'),
    'deadline.late': ('TERLAMBAT: {text}', 'LATE: {text}'),
    'deadline.soon': ('SEGERA: {text}', 'SOON: {text}'),
    'deadline.unknown': ('PERHATIAN: {text}', 'NOTE: {text}'),
    'deadline.acceptance': (
        'laporan {number} belum diterima (langkah 5), batasnya {due}; setelah diserahkan: rawat accept {number}',
        'report {number} is not accepted yet (step 5), due {due}; once it is handed over: rawat accept {number}',
    ),
    'deadline.returned': (
        'laporan {number} dikembalikan untuk diperbaiki (langkah 5), batasnya {due}',
        'report {number} was returned for correction (step 5), due {due}',
    ),
    'deadline.emergency': (
        'disposisi darurat laporan {number} belum dilengkapi, batasnya {due}: rawat assign --complete {number}',
        'the emergency assignment of report {number} is not completed, due {due}: rawat assign --complete {number}',
    ),
    'deadline.assignment': (
        'belum ada pencadangan berdasarkan disposisi {number} (langkah 2), batasnya {due}: rawat backup',
        'nothing was backed up under assignment {number} yet (step 2), due {due}: rawat backup',
    ),
    'deadline.unfit': (
        'berdasarkan disposisi dalam inventaris tidak dapat dijalankan pencadangan: {reason}',
        'no backup would begin under the assignment of the inventory: {reason}',
    ),
    'deadline.expiry': (
        'masa berlaku disposisi berkala {number} berakhir {due}; mintalah disposisi baru',
        'the standing assignment {number} expires on {due}; ask for a new one',
    ),
    'deadline.overdue': (
        'situs {site}: titik pemulihan terbaru yang baik berumur {age}, lebih dari {days} hari (kebijakan, bukan SOP)',
        'site {site}: its newest good recovery point is {age} old, more than {days} days (policy, not SOP)',
    ),
    'deadline.unread': (
        'batas waktu tidak dapat diperiksa: {reason}',
        'deadlines could not be checked: {reason}',
    ),
}
