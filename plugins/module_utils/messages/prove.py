# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of drills and restores, on the command line and in the report. Part of the catalogue in `messages`."""

from __future__ import annotations

# key: (Indonesian, English)
PROVE: dict[str, tuple[str, str]] = {
    # Grades of a drill: letter first, so that they are told apart at a glance.
    'grade.A': ('situs menjawab seperti tercatat', 'the site answered as recorded'),
    'grade.B': (
        'database dan berkas sama; aplikasi belum terbukti berjalan',
        'databases and files are equal; the application was not shown to work',
    ),
    'grade.C': (
        'hanya keutuhan data tersimpan yang diperiksa',
        'only the integrity of what is stored was checked',
    ),
    'grade.F': ('BERBEDA dari yang dicatat', 'DIFFERS from what was recorded'),
    'drill.title': ('Uji pulih', 'Restore drill'),
    'drill.grade': ('Nilai', 'Grade'),
    'drill.not_done': ('tidak dilaksanakan', 'not done'),
    'drill.reason': ('Alasan nilai', 'Reason of the grade'),
    'drill.rto': ('Lama pemulihan (RTO)', 'Time to restore (RTO)'),
    'drill.rpo': ('Umur titik pulih terbaru (RPO)', 'Age of the newest point (RPO)'),
    'drill.phases': ('Lama per tahap', 'Time of each phase'),
    'drill.host': ('Tempat uji', 'Where it was done'),
    'drill.databases': ('Database sama dengan sensus', 'Databases equal the census'),
    'drill.files': ('Berkas sama dengan daftarnya', 'Files equal their list'),
    'drill.pages': ('Halaman yang dijawab seperti tercatat', 'Pages that answered as recorded'),
    'drill.pages_text': ('{equal} dari {total}', '{equal} of {total}'),
    'drill.differences': ('Yang berbeda', 'What differs'),
    'drill.limitations': ('Keterbatasan tempat uji', 'What the place of the drill lacked'),
    'drill.uncompared': ('Yang tidak dapat dibandingkan', 'What cannot be compared'),
    'drill.integrity': ('Data tersimpan yang dibaca ulang', 'Stored data that was read'),
    'drill.integrity_text': (
        'bagian {share} dari {of}: {size}, {duration} ({method})',
        'share {share} of {of}: {size}, {duration} ({method})',
    ),
    'equal.True': ('ya', 'yes'),
    'equal.False': ('TIDAK', 'NO'),
    'equal.None': ('tidak dibandingkan', 'not compared'),
    'phase.fetch_webroots': ('mengambil berkas', 'fetching files'),
    'phase.load_databases': ('memuat database', 'loading databases'),
    'phase.compare_databases': ('membandingkan database', 'comparing databases'),
    'phase.compare_files': ('membandingkan berkas', 'comparing files'),
    'phase.application': ('aplikasi', 'application'),
    'phase.integrity': ('keutuhan data tersimpan', 'integrity of what is stored'),
    'phase.safety_point': ('titik pengaman', 'safety point'),
    'phase.transform': ('menulis ulang alamat', 'rewriting addresses'),
    'phase.write_out': ('penulisan ke cakram', 'writing to the disk'),
    'phase.exchange': ('penggantian', 'exchange'),
    'phase.probes': ('meminta halaman', 'asking for pages'),
    # What the outcomes mean for a drill and for a restore.
    'proof.complete': (
        'titik pulih dipulihkan di tempat sementara, sama dengan yang dicatat, dan situs menjawab (nilai A).',
        'the recovery point was restored in a throw-away place, equals what was recorded, and the site answered (A).',
    ),
    'proof.remarks': (
        'tidak ada yang berbeda, tetapi tidak semuanya dapat diuji; sebabnya pada bagian D (nilai B atau C).',
        'nothing differs, but not everything could be tried; part D says why (grade B or C).',
    ),
    'proof.failed': (
        'titik pulih berbeda dari yang dicatat (nilai F), atau uji pulih tidak dapat dilaksanakan.',
        'the recovery point differs from what was recorded (grade F), or the drill could not be done.',
    ),
    'proof.unreachable': (
        'peladen tidak menjawab, sehingga tidak ada yang dikerjakan.',
        'the server did not answer, so nothing was done.',
    ),
    'restored.complete': (
        'situs dipulihkan, dibandingkan dengan yang dicatat, dan menjawab.',
        'the site was brought back, compared with what was recorded, and it answers.',
    ),
    'restored.remarks': (
        'situs dipulihkan; hal-hal pada bagian D perlu diketahui.',
        'the site was brought back; part D lists what must be known.',
    ),
    'restored.failed': (
        'pemulihan gagal atau tidak selesai; lihat penyebab dan jalan kembali.',
        'the restore failed or was not finished; see the cause and the way back.',
    ),
    'restored.unreachable': (
        'peladen tidak menjawab, sehingga tidak ada yang dikerjakan.',
        'the server did not answer, so nothing was done.',
    ),
    # The restore: plan and result.
    'mode.in_place': ('di tempat', 'in place'),
    'mode.elsewhere': ('ke tempat lain', 'to another place'),
    'mode.clone': ('salinan dengan alamat lain', 'a clone under another address'),
    'mode.empty': ('ke peladen kosong', 'to an empty server'),
    'mode.resume': ('melanjutkan pemulihan yang terhenti', 'finishing an interrupted restore'),
    'mode.undo': ('kembali ke keadaan sebelum pemulihan', 'back to what was before the restore'),
    'mode.discard_old': ('membuang yang lama', 'removing what was kept'),
    'part.webroot': ('berkas web', 'webroot'),
    'part.database': ('database', 'database'),
    'part.table': ('tabel', 'table'),
    'part.files': ('berkas', 'files'),
    'restore.title': ('Pemulihan', 'Restore'),
    'restore.parts': ('Yang dipulihkan', 'What is brought back'),
    'restore.to': ('Ke', 'To'),
    'restore.overwritten': ('Yang tertimpa', 'What is overwritten'),
    'restore.overwritten_text': ('{to}: {size}', '{to}: {size}'),
    'restore.nothing_overwritten': ('tidak ada', 'nothing'),
    'restore.lost': ('Perubahan yang hilang', 'Changes that are lost'),
    'restore.lost_text': (
        'semua perubahan sejak titik pulih dibuat, {age} yang lalu',
        'every change since the recovery point was made, {age} ago',
    ),
    'restore.safety': ('Titik pengaman', 'Safety recovery point'),
    'restore.kept': ('Yang lama disimpan di', 'What was replaced is kept at'),
    'restore.way_back': ('Jalan kembali', 'The way back'),
    'restore.cannot_keep': ('Yang tidak dapat dikembalikan', 'What cannot be brought back'),
    'restore.files': ('Berkas ditulis / dihapus / tetap', 'Files written / deleted / unchanged'),
    'restore.where': ('Tempat pemulihan', 'Where it was done'),
    # The restore on the command line.
    'plan.head': (
        'Rencana pemulihan {site} di {host}: {mode}, dari titik pulih {point}',
        'Plan to restore {site} on {host}: {mode}, from the recovery point {point}',
    ),
    'plan.overwrites': (
        '{kind} {name} ({bytes}) MENIMPA {to} ({live})',
        '{kind} {name} ({bytes}) OVERWRITES {to} ({live})',
    ),
    'plan.creates': ('{kind} {name} ({bytes}) dibuat di {to}', '{kind} {name} ({bytes}) is made at {to}'),
    'plan.lost': (
        'Yang hilang: semua perubahan sejak titik pulih dibuat, {age} yang lalu.',
        'Lost is every change since the recovery point was made, {age} ago.',
    ),
    'plan.space': (
        'Ruang: perlu {needed}, kosong {free}.',
        'Room: {needed} are needed, {free} are free.',
    ),
    'plan.safety': (
        'Sebelumnya dibuat titik pengaman; yang lama disimpan sampai dibuang dengan --discard-old.',
        'A safety recovery point is taken first; what is replaced is kept until --discard-old removes it.',
    ),
    'plan.maintenance': (
        'Pengunjung melihat halaman pemeliharaan selama penggantian.',
        'Visitors see a maintenance page while it is replaced.',
    ),
    'plan.remark': ('Catatan: {text}', 'Remark: {text}'),
    'plan.impossible': ('TIDAK DAPAT: {text}', 'CANNOT BE DONE: {text}'),
    'plan.unchanged': (
        'Tidak ada yang diubah. Untuk melaksanakannya: ulangi dengan --confirm {site}',
        'Nothing was changed. To do it: the same again with --confirm {site}',
    ),
    'plan.ask': (
        'Ketik nama situs untuk melaksanakannya ({site}): ',
        'Type the name of the site to do it ({site}): ',
    ),
    'plan.refused': (
        'Bukan {site}: tidak ada yang diubah.',
        'That is not {site}: nothing was changed.',
    ),
    'end.way_back': ('Jalan kembali untuk {site}:', 'The way back for {site}:'),
    # status
    'status.never': ('belum pernah', 'never'),
    'status.drilled': ('{grade}, {age} lalu', '{grade}, {age} ago'),
    'status.unproved': (
        '{site}: titik pulih terbaru belum pernah diuji pulih; `rawat verify --only {site}` membuktikannya',
        '{site}: the newest recovery point was never drilled; `rawat verify --only {site}` proves it',
    ),
    # What a drill or a restore is doing.
    'step.fetch': ('mengambil', 'fetching'),
    'step.load': ('memuat', 'loading'),
    'step.compare': ('membandingkan', 'comparing'),
    'step.application': ('aplikasi', 'application'),
    'step.integrity': ('keutuhan', 'integrity'),
    'step.plan': ('rencana', 'plan'),
    'step.safety_point': ('titik pengaman', 'safety point'),
    'step.fetch_webroots': ('mengambil berkas', 'fetching files'),
    'step.load_databases': ('memuat database', 'loading databases'),
    'step.compare_databases': ('membandingkan database', 'comparing databases'),
    'step.compare_files': ('membandingkan berkas', 'comparing files'),
    'step.transform': ('menulis ulang alamat', 'rewriting addresses'),
    'step.write_out': ('penulisan ke cakram', 'writing to the disk'),
    'step.exchange': ('penggantian', 'exchange'),
    'step.probes': ('meminta halaman', 'asking for pages'),
    'step.undo': ('kembali', 'going back'),
    'step.resume': ('menyelesaikan', 'finishing'),
    'step.discard_old': ('membuang yang lama', 'removing the old'),
    'column.grade': ('Nilai', 'Grade'),
    'column.rto': ('RTO', 'RTO'),
    'column.rpo': ('RPO', 'RPO'),
    'column.what': ('Keterangan', 'What'),
    'column.drill': ('Uji pulih terakhir', 'Last drill'),
    'column.brought_back': ('Dipulihkan', 'Brought back'),
    'column.safety': ('Titik pengaman', 'Safety point'),
    # The demonstration
    'demo.drill': (
        'Titik pulih itu sekarang dibuktikan: dipulihkan ke tempat sementara, dibandingkan, dan situsnya dijalankan.',
        'That recovery point is now proved: restored into a throw-away place, compared, and the site started.',
    ),
    'demo.limited': (
        'Di mesin ini nilainya {grade}, bukan A: {reason}',
        'On this machine the grade is {grade}, not A: {reason}',
    ),
    # usage errors
    'usage.restore_one': (
        'rawat restore memulihkan satu situs: sebutkan dengan --only SITUS, atau --all untuk peladen kosong',
        'rawat restore is for one site: name it with --only SITE, or say --all for an empty server',
    ),
    # Help of the command line.
    'help.verify': (
        'Membuktikan titik pulih: dipulihkan ke tempat sementara, dibandingkan, dan situsnya diminta menjawab.',
        'Prove recovery points: restored into a throw-away place, compared, and the site asked for pages.',
    ),
    'help.restore': (
        'Memulihkan situs; tanpa konfirmasi hanya menunjukkan rencana dan tidak mengubah apa pun.',
        'Bring a site back; without confirmation only show the plan, and change nothing.',
    ),
    'help.point': ('Titik pulih ini (bawaan: yang terbaru).', 'This recovery point (default: the newest).'),
    'help.sample': ('Sekian titik pulih tiap situs, dipilih acak.', 'So many points of each site, chosen by chance.'),
    'help.before': ('Titik pulih terbaru sebelum waktu ini.', 'The newest recovery point before this time.'),
    'help.of_register': (
        'Titik pulih dari nomor register, kode pada kertas, pelaksanaan, atau disposisi ini.',
        'The point of this register number, code on paper, run or assignment.',
    ),
    'help.database': ('Hanya database ini.', 'Only this database.'),
    'help.table': ('Hanya tabel ini.', 'Only this table.'),
    'help.file': ('Hanya berkas atau folder ini (boleh berulang).', 'Only this file or folder (may be repeated).'),
    'help.to_path': ('Berkas dipulihkan ke direktori ini.', 'Restore files into this directory.'),
    'help.to_database': ('Database dipulihkan dengan nama ini.', 'Restore the database under this name.'),
    'help.to_host': ('Peladen inventaris tempat memulihkan.', 'The inventory host on which to restore.'),
    'help.url': ('Membuat salinan untuk alamat ini.', 'Make a clone for this address.'),
    'help.confirm': ('Nama situs yang boleh ditimpa.', 'The name of the site that may be overwritten.'),
    'help.plan': ('Hanya menunjukkan rencana.', 'Only show the plan.'),
    'help.maintenance': (
        'Halaman pemeliharaan selama penggantian.',
        'Show visitors a maintenance page while the site is replaced.',
    ),
    'help.resume': ('Menyelesaikan pemulihan yang terhenti.', 'Finish an interrupted restore.'),
    'help.undo': ('Kembali ke keadaan sebelum pemulihan.', 'Go back to what was before the restore.'),
    'help.discard_old': ('Membuang yang lama.', 'Remove what the last restore replaced and kept.'),
    'help.all': ('Semua situs, untuk peladen kosong.', 'Every site, for an empty server.'),
}
