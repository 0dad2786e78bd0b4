# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of alarms and of the digest of a run. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
NOTICE: dict[str, tuple[str, str]] = {
    # The digest: what kind of run it was.
    'notice.backup': ('Pencadangan situs web', 'Backup of web sites'),
    'notice.verify': ('Uji pulih', 'Restore drill'),
    'notice.restore': ('Pemulihan situs web', 'Restore of web sites'),
    'notice.copy': ('Penyalinan titik pemulihan', 'Copying of recovery points'),
    'notice.prune': ('Pemangkasan titik pemulihan', 'Pruning of recovery points'),
    'notice.export': ('Ekspor ke media', 'Export to media'),
    'notice.period': ('Laporan disposisi berkala', 'Report on a standing assignment'),
    'notice.database_backup': ('pencadangan database', 'backup of the databases'),
    'notice.webroot_backup': ('pencadangan aplikasi web', 'backup of the web applications'),
    'notice.count': ('{count} dari {total} situs', '{count} of {total} sites'),
    'notice.all': ('{total} situs', '{total} sites'),
    'notice.recovered': ('PULIH KEMBALI', 'GOOD AGAIN'),
    'notice.recovered_text': (
        'Pelaksanaan sebelumnya gagal; kali ini semua situs selesai.',
        'The run before this one failed; this time every site is done.',
    ),
    'notice.run': ('Pelaksanaan {run}, selesai {finished}', 'Run {run}, ended {finished}'),
    'notice.number': ('Nomor laporan: {number}', 'Report number: {number}'),
    'notice.assignment': ('Disposisi: {number}', 'Assignment: {number}'),
    'notice.died': (
        'Proses berhenti sebelum selesai: {reason}. Situs yang belum melapor dihitung gagal.',
        'The run ended before its work did: {reason}. Sites that had not reported are counted as failed.',
    ),
    'notice.failures': ('APA YANG GAGAL', 'WHAT FAILED'),
    'notice.remarks': ('CATATAN', 'REMARKS'),
    'notice.procedure': ('ARTINYA BAGI PROSEDUR', 'WHAT IT MEANS FOR THE PROCEDURE'),
    'notice.next': ('LANGKAH BERIKUTNYA', 'WHAT TO DO NEXT'),
    'notice.cause': ('Sebab: {text}', 'Cause: {text}'),
    'notice.remedy': ('Tindakan: {text}', 'Remedy: {text}'),
    'notice.evidence': ('Bukti ({site}): {text}', 'Evidence ({site}): {text}'),
    'notice.more': ('dan {count} lainnya', 'and {count} more'),
    'notice.repeat': (
        'Setelah sebabnya diatasi, ulangi situs yang belum selesai: {command}',
        'Once the cause is removed, repeat the sites that are not done: {command}',
    ),
    'notice.report': ('Laporan lengkap: {folder}', 'The whole report: {folder}'),
    'notice.machine': (
        'Pesan ini dibuat otomatis oleh rawat. Satu pesan untuk satu pelaksanaan.',
        'This message was made by rawat. There is one for each run.',
    ),
    # Causes and remedies, by the kind of the error.
    'cause.unreachable': (
        'server tidak menjawab sehingga tidak ada yang dapat dikerjakan di sana',
        'the server did not answer, so that nothing could be done there',
    ),
    'remedy.unreachable': (
        'periksa apakah server hidup dan jaringannya tersambung, serta akun SSH-nya; untuk memeriksa: rawat doctor',
        'see whether the server is up and on the network, and its SSH account; to check: rawat doctor',
    ),
    'cause.died': (
        'proses di mesin pengendali berhenti sebelum situs ini melapor',
        'the process on the control machine ended before this site reported',
    ),
    'remedy.died': (
        (
            'periksa apakah mesin pengendali dimatikan atau kehabisan memori, lalu jalankan lagi; sisa yang terputus '
            'dibersihkan sendiri'
        ),
        (
            'see whether the control machine was switched off or out of memory, and run it again; what was left '
            'half-done is swept up by itself'
        ),
    ),
    'cause.space': ('tempat penyimpanan penuh', 'there is no room left on the disk'),
    'remedy.space': (
        'kosongkan ruang pada tempat yang disebut dalam bukti, atau pangkas titik lama: rawat prune --plan',
        'make room at the place that the evidence names, or remove old points: rawat prune --plan',
    ),
    'cause.grants': (
        'akun pencadangan tidak berhak membaca seluruh isi database',
        'the backup account may not read all of the database',
    ),
    'remedy.grants': (
        'minta pengelola database menjalankan perintah GRANT yang tertulis dalam bukti',
        'ask who runs the database to execute the GRANT that the evidence names',
    ),
    'cause.login': (
        'server database menolak akun atau kata sandi pencadangan',
        'the database server refused the account or password of the backup',
    ),
    'remedy.login': (
        'cocokkan login_user dan login_password dalam inventaris dengan akun di server database',
        'compare login_user and login_password of the inventory with the account on the database server',
    ),
    'cause.repository_key': (
        'repositori tidak dapat dibuka dengan kata sandi atau kunci yang diberikan',
        'the repository does not open with the password or key that was given',
    ),
    'remedy.repository_key': (
        'cocokkan kata sandi atau kunci repositori dengan lembar simpanan (escrow); jangan membuat repositori baru',
        'compare the password or key of the repository with the escrow sheet; do not make a new repository',
    ),
    'cause.busy': ('pelaksanaan lain sedang memakai repositori', 'another run was using the repository'),
    'remedy.busy': (
        'tunggu sampai pelaksanaan itu selesai, lalu ulangi; atur jadwal agar tidak bersamaan',
        'wait until that run is over and repeat; keep schedules from overlapping',
    ),
    'cause.repository': (
        'repositori (tempat cadangan disimpan) tidak ada atau tidak dapat dihubungi',
        'the repository, where backups are kept, is not there or cannot be reached',
    ),
    'remedy.repository': (
        'periksa apakah disk atau server cadangan terpasang dan hidup, dan apakah website_repository.location benar',
        'see whether the disk or backup server is attached and up, and whether website_repository.location is right',
    ),
    'cause.damaged': (
        'data cadangan yang tersimpan rusak atau berbeda dari yang ditulis',
        'what is stored is damaged, or is not what was written',
    ),
    'remedy.damaged': (
        'jangan hapus apa pun; buat cadangan baru ke tempat lain, periksa disk, lalu laporkan kepada subkoordinator',
        'delete nothing; make a new backup elsewhere, check the disk, and tell the sub-coordinator',
    ),
    'cause.drill': (
        'cadangan tidak terbukti dapat dipulihkan seperti semula',
        'the backup was not proved to come back as it was',
    ),
    'remedy.drill': (
        'bacalah perbedaannya dalam laporan, buat cadangan baru, lalu ulangi uji pulih: rawat verify',
        'read the differences in the report, make a new backup, and drill it again: rawat verify',
    ),
    'cause.database': (
        'server database tidak menjawab atau memutus sambungan',
        'the database server did not answer, or broke the connection off',
    ),
    'remedy.database': (
        'periksa apakah layanan database di server itu berjalan, lalu ulangi',
        'see whether the database service of that server runs, and repeat',
    ),
    'cause.program': (
        'program yang diperlukan belum terpasang di server',
        'a program that is needed is not installed on the server',
    ),
    'remedy.program': (
        'pasang paket yang disebut dalam bukti; untuk memeriksa semuanya: rawat doctor',
        'install the package that the evidence names; to check everything: rawat doctor',
    ),
    'cause.time': ('pekerjaan melewati batas waktunya', 'the work went beyond its time limit'),
    'remedy.time': (
        (
            'lihat apakah server atau jaringan sedang lambat; bila datanya memang bertambah, perpanjang '
            'website_settings.deadline'
        ),
        'see whether the server or the network was slow; if the data has grown, extend website_settings.deadline',
    ),
    'cause.permission': (
        'ada berkas atau folder yang tidak boleh dibaca atau ditulis',
        'a file or folder may not be read or written',
    ),
    'remedy.permission': (
        'perbaiki hak akses pada tempat yang disebut dalam bukti',
        'correct the access rights at the place that the evidence names',
    ),
    'cause.dump': (
        'salinan database terputus sebelum lengkap sehingga tidak disimpan',
        'the dump of the database broke off before it was whole, so it was not kept',
    ),
    'remedy.dump': (
        'periksa catatan (log) server database pada waktu itu, lalu ulangi',
        'look into the log of the database server at that time, and repeat',
    ),
    'cause.missing': (
        'berkas atau folder yang disebut dalam inventaris tidak ada',
        'a file or folder that the inventory names is not there',
    ),
    'remedy.missing': (
        'periksa apakah situs dipindahkan atau disknya belum terpasang; bila dipindahkan, perbaiki inventaris',
        'see whether the site was moved or its disk is not mounted; if it was moved, correct the inventory',
    ),
    'cause.other': ('lihat bukti di bawah ini', 'see the evidence below'),
    'remedy.other': (
        'teruskan bukti ini kepada pengelola server; keadaan setiap situs: rawat status',
        'hand this evidence to whoever runs the server; the state of each site: rawat status',
    ),
    # What it means for the procedure.
    'effect.step': (
        'Langkah {number} SOP ({name}) belum selesai untuk {sites}. Batasnya {due} {left}.',
        'Step {number} of the SOP ({name}) is not done for {sites}. It is due on {due} {left}.',
    ),
    'effect.step_unknown': (
        (
            'Langkah {number} SOP ({name}) belum selesai untuk {sites}. Batasnya tidak dapat dihitung: kalender hari '
            'kerja belum ditetapkan.'
        ),
        (
            'Step {number} of the SOP ({name}) is not done for {sites}. Its deadline cannot be counted: there is no '
            'calendar of working days.'
        ),
    ),
    'effect.no_assignment': (
        'Pelaksanaan ini tanpa disposisi, sehingga tidak ada batas waktu SOP yang berjalan.',
        'This run had no assignment, so that no deadline of the SOP is running.',
    ),
    'effect.left': ('(sisa hari kerja: {days})', '(working days left: {days})'),
    'effect.today': ('(HARI INI)', '(TODAY)'),
    'effect.late': ('(SUDAH LEWAT)', '(ALREADY PAST)'),
    'effect.uncounted': ('(sisa hari kerja tidak diketahui)', '(working days left are not known)'),
    'effect.late_reason': (
        'Alasan keterlambatan dicantumkan pada pelaksanaan ulang: --late-reason {number}=ALASAN',
        'The reason for the delay is given when the run is repeated: --late-reason {number}=REASON',
    ),
    'effect.rpo_until': (
        (
            'Situs {site}: cadangan baik terakhir {taken}. Sasaran RPO {hours} jam (kebijakan, bukan SOP) terlampaui '
            'bila sampai {until} belum ada yang baru.'
        ),
        (
            'Site {site}: the last good backup is of {taken}. The RPO of {hours} hours (policy, not SOP) is missed '
            'unless there is a new one by {until}.'
        ),
    ),
    'effect.rpo_missed': (
        (
            'Situs {site}: cadangan baik terakhir {taken}. Sasaran RPO {hours} jam (kebijakan, bukan SOP) SUDAH '
            'TERLAMPAUI sejak {until}.'
        ),
        (
            'Site {site}: the last good backup is of {taken}. The RPO of {hours} hours (policy, not SOP) has been '
            'MISSED since {until}.'
        ),
    ),
    'effect.rpo_never': (
        (
            'Situs {site}: dalam arsip ini belum pernah ada cadangan yang baik. Bila situs rusak sekarang, TIDAK ADA '
            'yang dapat dipulihkan.'
        ),
        'Site {site}: this filing knows of no good backup ever. If it breaks now, NOTHING can be brought back.',
    ),
    'effect.report': (
        'Laporan {number} tetap diserahkan dan diterima (langkah 5) paling lambat {due} {left}.',
        'Report {number} is handed over and accepted (step 5) all the same, by {due} {left}.',
    ),
    'effect.emergency': (
        'Disposisi darurat untuk laporan {number} dilengkapi paling lambat {due} {left}.',
        'The emergency assignment of report {number} is completed by {due} {left}.',
    ),
    'effect.verify': (
        (
            'Cadangan {sites} ada, tetapi belum terbukti dapat dipulihkan. Uji pulih wajib setiap {days} hari '
            '(kebijakan, bukan SOP).'
        ),
        (
            'Backups of {sites} exist, but are not proved to come back. A drill is due every {days} days (policy, not '
            'SOP).'
        ),
    ),
    'effect.restore': (
        (
            'Pemulihan {sites} belum selesai. Sasaran waktu pulih (RTO) {hours} jam (kebijakan, bukan SOP), terhitung '
            'sejak {since}: sampai {until}.'
        ),
        (
            'The restore of {sites} is not done. The time to be back (RTO) is {hours} hours (policy, not SOP), from '
            '{since}: until {until}.'
        ),
    ),
    'effect.copy': (
        'Cadangan {sites} belum mempunyai semua salinannya; bila tempat utama hilang, cadangan ini ikut hilang.',
        'Backups of {sites} lack a copy; if the first place is lost, they are lost with it.',
    ),
    'effect.prune': (
        (
            'Titik lama {sites} tidak dipangkas; cadangannya sendiri tidak berkurang, tetapi tempat penyimpanan dapat '
            'penuh.'
        ),
        'Old points of {sites} were not removed; backups are all there, but the disk may fill up.',
    ),
    'effect.export': (
        'Salinan {sites} pada media belum lengkap dan belum dapat diarsipkan.',
        'What the medium holds of {sites} is not whole and cannot be filed yet.',
    ),
    # rawat status --check.
    'help.status_check': (
        'tulis satu baris dan kode keluar untuk Nagios, Icinga dan sejenisnya',
        'say one line and an exit code for Nagios, Icinga and the like',
    ),
    'help.openmetrics': (
        'tulis angkanya ke berkas ini untuk Prometheus (textfile dari node_exporter)',
        'write the figures into this file for Prometheus (textfile of node_exporter)',
    ),
    'finding.counts': (
        '{critical} gawat, {warning} peringatan, {sites} situs',
        '{critical} critical, {warning} warnings, {sites} sites',
    ),
    'finding.end': ('Rincian: rawat status', 'Details: rawat status'),
    'finding.one_output': (
        '--check dan --json: pilih salah satu',
        '--check and --json: choose one of them',
    ),
    'finding.not_written': (
        '{path} tidak dapat ditulis: {reason}; buat foldernya atau perbaiki haknya',
        '{path} could not be written: {reason}; make its folder or correct its rights',
    ),
    'finding.problem': ('{reason}', '{reason}'),
    'finding.died': (
        'pemeriksaan tidak selesai: {reason}',
        'the check did not come to its end: {reason}',
    ),
    'finding.unreadable': (
        'situs {site}: repositori tidak dapat dibaca dari {host}, sehingga tidak ada yang terbukti: {reason}',
        'site {site}: its repository could not be read from {host}, so that nothing is proved: {reason}',
    ),
    'finding.no_point': (
        'situs {site}: tidak ada titik pemulihan yang baik; jalankan: rawat backup --only {site}',
        'site {site}: there is no good recovery point; run: rawat backup --only {site}',
    ),
    'finding.unprotected': (
        '{host}: {webroot} ({what}) tidak dicadangkan siapa pun; jalankan: rawat discover',
        '{host}: nobody backs up {webroot} ({what}); run: rawat discover',
    ),
    'finding.rpo': (
        'situs {site}: titik pemulihan terbaru yang baik berumur {age}, lebih dari RPO {hours} jam',
        'site {site}: its newest good recovery point is {age} old, more than the RPO of {hours} hours',
    ),
    'finding.never_proved': (
        'situs {site}: belum pernah terbukti dapat dipulihkan; jalankan: rawat verify --only {site}',
        'site {site}: was never proved to come back; run: rawat verify --only {site}',
    ),
    'finding.untold': (
        'pemberitahuan belum terkirim; pelaksanaan berikutnya mencobanya lagi',
        'nobody was told of this yet; the next run tries again',
    ),
    'finding.open': ('{text}', '{text}'),
    'finding.run_never': (
        'dalam {filing} tidak ada satu pun pencadangan yang tercatat',
        'no backup at all is filed in {filing}',
    ),
    'finding.run_missing': (
        'pencadangan terakhir ({run}) sudah {age} yang lalu, lebih dari {days} hari: apakah jadwalnya berjalan?',
        'the last backup ({run}) was {age} ago, more than {days} days: does its schedule run?',
    ),
    'finding.run_unfinished': (
        'pelaksanaan {run} dimulai tetapi tidak pernah dicatat selesai; lihat {log}',
        'run {run} began and never filed an end; see {log}',
    ),
}
