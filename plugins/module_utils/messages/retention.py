# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retention, holds, pruning and its papers."""

from __future__ import annotations

# key: (Indonesian, English)
RETENTION: dict[str, tuple[str, str]] = {
    'step.prune': ('pemangkasan', 'prune'),
    'subject.prune': ('Pemangkasan Titik Pulih Menurut Retensi', 'Removal of recovery points by retention'),
    'activity.prune': ('Pemangkasan titik pulih menurut retensi', 'Removal of recovery points by rule'),
    'pruning.complete': ('semua yang boleh dihapus sudah dihapus', 'all that was to go is gone'),
    'pruning.remarks': (
        'yang boleh dihapus sudah dihapus, dengan catatan',
        'what was to go is gone, with remarks',
    ),
    'pruning.failed': ('ada yang tidak dapat dibaca atau dihapus', 'something could not be read or removed'),
    'pruning.unreachable': ('tidak terjangkau; tidak ada yang dihapus', 'not reached; nothing was removed'),
    # The rules, as they stand in the destruction list and on the terminal.
    'rule.keep_last': ('terbaru', 'newest'),
    'rule.keep_hourly': ('per jam', 'hourly'),
    'rule.keep_daily': ('harian', 'daily'),
    'rule.keep_weekly': ('mingguan', 'weekly'),
    'rule.keep_monthly': ('bulanan', 'monthly'),
    'rule.keep_yearly': ('tahunan', 'yearly'),
    'rule.keep_within': ('dalam jangka waktu', 'within the time'),
    'rule.last_complete': ('titik lengkap terakhir', 'last complete point'),
    'rule.last_drilled': ('titik teruji terakhir', 'last drilled point'),
    'rule.last_clean': ('titik tanpa catatan terakhir', 'last point without a remark'),
    'rule.hold_site': ('situs ditahan', 'site on hold'),
    'rule.hold_point': ('titik ditahan', 'point on hold'),
    'rule.needed': ('dibutuhkan titik lain', 'needed by another point'),
    'rule.failed_recent': ('gagal, masih baru', 'failed, still recent'),
    'rule.safety_recent': ('pengaman pemulihan, masih baru', 'safety point, still recent'),
    'rule.damaged': ('tidak terbaca: perlu diperiksa', 'cannot be read: look at it'),
    'rule.clock': ('jam mendahului titik terbaru', 'the clock is before the newest point'),
    'rule.no_policy': ('tidak ada aturan retensi', 'no retention rule'),
    'rule.expired': ('tidak ada aturan yang menyimpannya', 'no rule keeps it'),
    'rule.failed_expired': ('gagal dan lewat waktu', 'failed and past its days'),
    'rule.safety_expired': ('pengaman pemulihan yang lewat waktu', 'safety point past its days'),
    # The destruction list.
    'pruned.title': ('Daftar Pemusnahan Titik Pulih', 'Destruction list of recovery points'),
    'pruned.subtitle': ('Pelaksanaan {run}, {moment}', 'Run {run}, {moment}'),
    'pruned.lead': (
        '{count} titik pulih ({size}) dimusnahkan menurut aturan retensi yang berlaku.',
        '{count} recovery points ({size}) are removed by the retention rules in force.',
    ),
    'pruned.place': ('{site} ({host}): {place}', '{site} ({host}): {place}'),
    'pruned.primary': ('repositori utama', 'repository'),
    'pruned.where': ('Tempat', 'Place'),
    'pruned.policy': ('Aturan retensi', 'Retention'),
    'pruned.made': ('Dibuat', 'Made'),
    'pruned.size': ('Ukuran', 'Size'),
    'pruned.rule': ('Aturan yang memutuskan', 'Rule that decided'),
    'pruned.basis': (
        (
            'Daftar ini dibuat dan dicatat dalam register sebelum ada yang dihapus. Hasilnya ada dalam rekaman '
            'pelaksanaan ini. Titik lengkap, titik teruji, dan titik tanpa catatan yang terakhir serta semua yang '
            'ditahan tidak pernah dihapus.'
        ),
        (
            'This list was made and entered into the register before anything was removed; what became of it is in '
            'the record of the run. The last complete, the last drilled and the last clean point, and whatever is on '
            'hold, are never removed.'
        ),
    ),
    'pruned.officer': ('Petugas,', 'Officer,'),
    'pruned.superior': ('Mengetahui,', 'Seen by,'),
    'pruned.foot': ('Daftar pemusnahan titik pulih, {run}', 'Destruction list of recovery points, {run}'),
    'book.kind_pruned': (
        'daftar pemusnahan {count} titik pulih ({run})',
        'destruction list of {count} recovery points ({run})',
    ),
    'book.kind_hold_site': ('{what} ditahan', '{what} put on hold'),
    'book.kind_release_site': ('penahanan {what} dicabut', 'hold of {what} released'),
    # rawat prune.
    'help.prune': (
        'Menghapus titik pulih menurut aturan retensi; dengan --plan hanya memperlihatkannya.',
        'Remove recovery points by the retention rules; with --plan only show what would go.',
    ),
    'help.prune_plan': ('Perlihatkan saja; tidak ada yang dihapus.', 'Show only; nothing is removed.'),
    'help.prune_days': ('Lihat sekian hari ke depan.', 'Look so many days ahead.'),
    'help.prune_policy': (
        'Aturan yang dicoba sebagai ganti yang berlaku, misalnya keep_daily=7,keep_weekly=5.',
        'Rules to try instead of those in force, such as keep_daily=7,keep_weekly=5.',
    ),
    'help.prune_history': (
        'Berkas JSON berisi riwayat titik pulih sebagai ganti repositori (docs/retention.md).',
        'A JSON file with a history of recovery points instead of the repositories (docs/retention.md).',
    ),
    'help.prune_confirm': (
        'Situs yang boleh kehilangan lebih dari bagian prune_share.',
        'A site of which more than the share prune_share may go.',
    ),
    'prune.plan_only': ('{option} hanya bersama --plan', '{option} goes with --plan only'),
    'prune.history': (
        '{path} bukan riwayat titik pulih: {reason}',
        '{path} is no history of recovery points: {reason}',
    ),
    'prune.policy': (
        'aturan {value!r} tidak dapat dipakai: {reason}',
        'the rules {value!r} cannot be used: {reason}',
    ),
    'prune.keeps': (
        '{site}, {place}: {kept} tinggal, {gone} pergi ({size})',
        '{site}, {place}: {kept} stay, {gone} go ({size})',
    ),
    'prune.under': ('aturan: {policy}', 'rules: {policy}'),
    'prune.none': ('tidak ada: semuanya tinggal', 'none: everything stays'),
    'prune.held': ('Ditahan ({what}): {reason}', 'On hold ({what}): {reason}'),
    'prune.ahead': (
        'Sesudah {days} hari: {points} titik, {size}; paling banyak {largest}',
        'After {days} days: {points} points, {size}; at most {largest}',
    ),
    'prune.full': ('Penuh pada {date}: sisa {free}', 'Full on {date}: {free} are free'),
    'prune.confirm': (
        'Lebih dari bagian yang diizinkan akan pergi; pelaksanaan perlu --confirm {site}.',
        'More than the allowed share would go; the run needs --confirm {site}.',
    ),
    'prune.unchanged': ('Tidak ada yang dihapus.', 'Nothing was removed.'),
    'prune.list': ('Daftar pemusnahan: {path}', 'Destruction list: {path}'),
    'column.place': ('Salinan', 'Place'),
    'column.made': ('Dibuat', 'Made'),
    'column.fate': ('Nasib', 'Fate'),
    'column.rules': ('Aturan', 'Rules'),
    'column.removed': ('Dihapus', 'Removed'),
    'column.kept': ('Tinggal', 'Kept'),
    'column.freed': ('Ruang kembali', 'Room freed'),
    'prune.stays': ('tinggal', 'stays'),
    'prune.goes': ('PERGI', 'GOES'),
    # rawat hold and rawat release.
    'help.hold_verb': (
        'Menahan situs, titik pulih, atau nomor register: tidak akan dipangkas.',
        'Put a site, a recovery point or a register number on hold: it will not be pruned.',
    ),
    'help.release_verb': ('Mencabut penahanan.', 'End a hold.'),
    'help.held': ('Situs, SITUS/TITIK, atau nomor register.', 'A site, SITE/POINT, or a register number.'),
    'help.reason': ('Alasan; masuk register.', 'Why; it goes into the register.'),
    'hold.entered': ('Register baris {row}: {what} ditahan.', 'Register row {row}: {what} is on hold.'),
    'hold.released': (
        'Register baris {row}: penahanan {what} dicabut.',
        'Register row {row}: the hold of {what} ended.',
    ),
    'hold.in_repository': ('{site}: juga dicatat di {location}.', '{site}: noted in {location}, too.'),
    'hold.not_in_repository': (
        '{site}: tidak dapat dicatat di repositori ({reason}); penahanan tetap berlaku melalui register.',
        '{site}: it could not be noted in the repository ({reason}); the hold is in force through the register.',
    ),
    'release.not_in_repository': (
        '{site}: tidak dapat dicabut di repositori ({reason}); di sana masih ditahan: ulangi perintah ini.',
        '{site}: it could not be ended in the repository ({reason}); it is still on hold there: say this again.',
    ),
    'hold.unknown': (
        '{what!r} bukan situs dan bukan nomor register. Titik pulih ditulis SITUS/TITIK',
        '{what!r} is neither a site nor a register number. A recovery point is written SITE/POINT',
    ),
    # rawat status.
    'alarm.prune_failed': (
        '{site}: pemangkasan terakhir ({run}) gagal: {reason}',
        '{site}: the last prune ({run}) failed: {reason}',
    ),
    'alarm.prune_overdue': (
        '{site}: tidak dipangkas selama lebih dari {days} hari, padahal {count} titik sudah lewat waktu',
        '{site}: not pruned for more than {days} days, though {count} points are past their time',
    ),
    'alarm.copy_pending': (
        '{site}: salinan {copy} belum lengkap: {reason}',
        '{site}: the copy {copy} is wanting: {reason}',
    ),
    'alarm.drill_overdue': (
        '{site}: tidak ada uji pulih yang berhasil dalam {days} hari (kebijakan)',
        '{site}: no drill has succeeded within {days} days (policy)',
    ),
    'alarm.space': (
        '{site}: {location} akan penuh pada {date} (sisa {free})',
        '{site}: {location} will be full on {date} ({free} are free)',
    ),
}
