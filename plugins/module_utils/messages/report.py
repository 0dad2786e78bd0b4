# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of the report. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
REPORT: dict[str, tuple[str, str]] = {
    # The report.
    'report.title': ('Laporan Hasil Pemeliharaan Website', 'Website Maintenance Report'),
    'subject.backup': ('Backup Database dan Web Aplikasi', 'Backup of databases and web applications'),
    'subject.verify': ('Uji Pulih Cadangan Situs', 'Restore drills of web sites'),
    'subject.period': ('Laporan Periode Disposisi Berkala', 'Report on the Period of a Standing Disposition'),
    'subject.restore': ('Pemulihan Situs dari Cadangan', 'Restore of web sites from backup'),
    'report.sop': (
        'SOP Nomor PPE.171.OT.02.02 Tahun 2025 (revisi 14 Januari 2025)',
        'SOP number PPE.171.OT.02.02 of 2025 (revision 14 January 2025)',
    ),
    'report.conclusion': ('Kesimpulan', 'Conclusion'),
    'report.all_good': ('{total} dari {total} situs BERHASIL.', '{total} of {total} sites: SUCCESS.'),
    'report.counts': ('Dari {total} situs: {parts}.', 'Of {total} sites: {parts}.'),
    'report.drills_counted': (
        'Uji pulih: {passed} dari {drilled} situs yang diuji lulus ({total} situs seluruhnya).',
        'Restore drills: {passed} of {drilled} drilled sites passed ({total} sites in all).',
    ),
    'report.no_sites': ('Tidak ada situs dalam pelaksanaan ini.', 'There was no site in this run.'),
    'report.died': (
        (
            'PELAKSANAAN TERHENTI: {how}. Yang dilaporkan di bawah adalah keadaan yang diketahui pada saat itu; '
            'situs yang sedang dikerjakan mungkin masih selesai di peladennya.'
        ),
        (
            'THE RUN DID NOT FINISH: {how}. Reported below is what was known at that time; a site at work may '
            'still have been finished on its server.'
        ),
    ),
    'report.basis': ('Dasar penugasan', 'Basis of assignment'),
    'report.assignment': ('Disposisi nomor', 'Disposition number'),
    'report.assignment_text': ('{number} tanggal {date}', '{number} dated {date}'),
    'report.no_assignment': (
        'Tidak ada disposisi yang dicatat untuk pelaksanaan ini.',
        'No disposition was recorded for this run.',
    ),
    'report.mode': ('Sifat penugasan', 'Kind of assignment'),
    'mode.single': ('sekali', 'single'),
    'mode.standing': ('berkala', 'standing'),
    'mode.emergency': ('darurat', 'emergency'),
    'report.valid_until': ('Berlaku sampai', 'Valid until'),
    'report.assigner': ('Pemberi tugas', 'Assigned by'),
    'report.officer': ('Pelaksana', 'Officer'),
    'report.run': ('Nomor pelaksanaan', 'Run'),
    'report.time': ('Waktu pelaksanaan', 'Time of the run'),
    'report.until': ('{start} sampai {end}', '{start} to {end}'),
    'report.tool': ('Dihasilkan oleh', 'Produced by'),
    'report.tool_text': ('rawat.website {version} di {controller}', 'rawat.website {version} on {controller}'),
    'report.steps': ('Pelaksanaan langkah SOP', 'Steps of the procedure'),
    'report.work': ('Pelaksanaan', 'What was done'),
    'report.steps_note': (
        (
            'Waktu langkah 2 dan 3 diukur di peladen. Langkah 1, 5, dan 6 (penugasan, penyerahan, selesai) '
            'dicatat pada disposisi dan tanda terima.'
        ),
        (
            'The times of steps 2 and 3 were measured on the servers. Steps 1, 5 and 6 (assignment, hand-over, '
            'closing) are recorded on the disposition and the receipt.'
        ),
    ),
    'activity.database_backup': ('JFU melakukan backup database', 'Officer backs up the databases'),
    'activity.webroot_backup': ('JFU melakukan backup web aplikasi', 'Officer backs up the web applications'),
    'activity.report': ('JFU membuat laporan hasil pemeliharaan website', 'Officer writes the maintenance report'),
    'activity.verify': (
        'Titik pulih dipulihkan ke tempat sementara dan dibandingkan',
        'Recovery points restored into a throw-away place and compared',
    ),
    'activity.restore': ('Situs dipulihkan dari titik pulih', 'Sites brought back from recovery points'),
    'report.number': ('No', 'No'),
    'report.activity': ('Kegiatan', 'Activity'),
    'report.started': ('Mulai', 'Start'),
    'report.finished': ('Selesai', 'Finish'),
    'report.result': ('Hasil', 'Result'),
    'report.summary': ('Ringkasan hasil per situs', 'Result per site'),
    'report.site': ('Situs', 'Site'),
    'report.databases': ('Database', 'Databases'),
    'report.webroots': ('Web aplikasi', 'Web applications'),
    'report.point': ('Titik pulih', 'Recovery point'),
    'report.status': ('Status', 'Status'),
    'report.files_count': ('{count} berkas', '{count} files'),
    'report.rows_count': ('{count} baris', '{count} rows'),
    'report.incomplete': ('tidak lengkap', 'incomplete'),
    'report.none_made': ('tidak ada', 'none'),
    'report.meaning': ('Arti status', 'What the words mean'),
    'meaning.complete': (
        'semua yang terdaftar tersimpan, dihitung, dan dibaca ulang setelah ditulis.',
        'everything listed was stored, counted, and read back after it was written.',
    ),
    'meaning.remarks': (
        (
            'titik pulih ada dan dibaca ulang, tetapi hal-hal pada bagian D tidak ikut tersimpan atau perlu '
            'diketahui sebelum dipulihkan.'
        ),
        (
            'the recovery point exists and was read back, but what part D lists was left out or must be known '
            'before it is restored.'
        ),
    ),
    'meaning.failed': (
        'tidak ada titik pulih yang dapat diandalkan dari pelaksanaan ini; titik pulih sebelumnya tidak berubah.',
        'this run left no recovery point to rely on; earlier recovery points are unchanged.',
    ),
    'meaning.unreachable': (
        'peladen tidak menjawab, sehingga tidak ada yang dikerjakan.',
        'the server did not answer, so nothing was done.',
    ),
    'report.problems': ('Permasalahan dan catatan', 'Problems and remarks'),
    'report.no_problems': ('Tidak ada permasalahan dan tidak ada catatan.', 'No problems and no remarks.'),
    'report.kind': ('Jenis', 'Kind'),
    'report.description': ('Uraian', 'Description'),
    'kind.problem': ('MASALAH', 'PROBLEM'),
    'kind.remark': ('Catatan', 'Remark'),
    'report.skipped_lines': (
        '{count} berkas tidak tersimpan; daftarnya pada lampiran',
        '{count} file(s) were not stored; the annex lists them',
    ),
    'report.received': ('Mengetahui/menerima,', 'Acknowledged/received,'),
    'report.received_on': ('Diterima tanggal: ………………', 'Received on: ………………'),
    'report.sub_coordinator': ('Subkoordinator Sistem Informasi', 'Sub-coordinator, Information Systems'),
    'report.officer_sign': ('Pelaksana,', 'Officer,'),
    'report.identity': ('NIP', 'ID'),
    'report.annex': ('Lampiran: rincian per situs', 'Annex: details per site'),
    'report.host': ('Peladen', 'Server'),
    'report.repository': ('Tempat simpan', 'Repository'),
    'report.skew': ('Selisih waktu database dan berkas', 'Time between databases and files'),
    'report.test_read': ('Uji baca', 'Test-read'),
    'report.test_read_text': (
        '{size} dibaca ulang dan dicocokkan, {duration} ({method})',
        '{size} read back and compared, {duration} ({method})',
    ),
    'report.error': ('Penyebab', 'Cause'),
    'report.remarks': ('Catatan', 'Remarks'),
    'report.engine': ('Mesin/versi', 'Engine/version'),
    'report.consistency': ('Konsistensi', 'Consistency'),
    'snapshot.exported': (
        'dump dan sensus dari satu snapshot yang diekspor',
        'dump and census from one exported snapshot',
    ),
    'snapshot.synchronised': (
        'dump dan sensus dari snapshot yang diselaraskan',
        'dump and census from synchronised snapshots',
    ),
    'snapshot.transaction': ('dump dan sensus dalam satu transaksi baca', 'dump and census in one read transaction'),
    'snapshot.separate': ('dump dan sensus dari snapshot yang terpisah', 'dump and census from separate snapshots'),
    'report.sizes': ('Ukuran sumber / tersimpan', 'Size of source / stored'),
    'report.census': ('Sensus', 'Census'),
    'report.census_text': ('{tables} tabel, {rows} baris', '{tables} tables, {rows} rows'),
    'report.duration': ('Lama', 'Duration'),
    'report.file_hash': ('Berkas dan SHA-256', 'File and SHA-256'),
    'report.record_hash': ('SHA-256 rekaman', 'SHA-256 of the record'),
    'report.sites': ('Situs', 'Sites'),
    'report.follow_up': ('Tindak lanjut (usulan)', 'Follow-up (proposed)'),
    'report.owner': ('Penanggung jawab', 'Owner'),
    'report.due': ('Tenggat', 'Due'),
    'report.sha256': ('SHA-256 isi', 'SHA-256 of the content'),
    'report.stored_sha256': ('SHA-256 tersimpan', 'SHA-256 as stored'),
    'report.list_sha256': ('SHA-256 daftar berkas', 'SHA-256 of the file list'),
    'report.content': ('Isi', 'Content'),
    'report.content_text': (
        '{files} berkas, {directories} direktori, {links} tautan',
        '{files} files, {directories} directories, {links} links',
    ),
    'report.changes': ('Baru / berubah / dihapus', 'New / changed / deleted'),
    'report.method': ('Cara simpan', 'Stored as'),
    'method.full': ('penuh', 'full'),
    'method.difference': ('selisih terhadap {base}', 'difference to {base}'),
    'method.snapshot': ('snapshot', 'snapshot'),
    'report.skipped': ('Berkas yang tidak tersimpan', 'Files that were not stored'),
    'report.path': ('Jalur', 'Path'),
    'report.reason': ('Sebab', 'Reason'),
    'report.page': ('Halaman', 'Page'),
    'report.page_of': ('dari', 'of'),
    'report.foot': (
        'Tampilan dari record.json; keutuhannya diperiksa dengan SHA256SUMS di direktori yang sama.',
        'A view of record.json; check its integrity with SHA256SUMS in the same directory.',
    ),
}
