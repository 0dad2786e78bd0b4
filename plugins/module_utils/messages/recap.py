# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of recap and summary, and those of `messages_book`; the rules of the catalogue stand in `messages`."""

from __future__ import annotations

from ansible_collections.rawat.website.plugins.module_utils.messages.book import BOOK

# key: (Indonesian, English)
RECAP: dict[str, tuple[str, str]] = {
    **BOOK,
    # The recap of a month.
    'recap.title': ('REKAPITULASI PEMELIHARAAN WEBSITE BULAN {month}', 'RECAP OF WEBSITE MAINTENANCE, {month}'),
    'recap.sop': ('SOP Nomor {number} (revisi {revision})', 'SOP number {number} (revision {revision})'),
    'recap.foot': ('Rekapitulasi {month} · ujung register {tip}', 'Recap {month} · register tip {tip}'),
    'recap.not_over': (
        'SEMENTARA: bulan ini belum berakhir; yang dihitung adalah keadaan sampai dengan {date}.',
        'PROVISIONAL: this month is not over; what is counted is the state up to {date}.',
    ),
    'recap.replaces': ('Menggantikan rekapitulasi {former}.', 'Replaces the recap {former}.'),
    'recap.no_sites': (
        'Tidak ada situs dalam inventaris, dan tidak ada pelaksanaan pada bulan ini.',
        'There is no site in the inventory, and nothing was run in this month.',
    ),
    'recap.column_number': ('No.', 'No.'),
    'recap.column_site': ('Situs', 'Site'),
    'recap.column_host': ('Server', 'Server'),
    'recap.column_status': ('Status', 'Status'),
    'recap.column_assignment': ('Disposisi', 'Assignment'),
    'recap.column_register': ('Register', 'Register'),
    'recap.column_databases': ('Cadangan DB', 'DB backups'),
    'recap.column_webroots': ('Cadangan web', 'Web backups'),
    'recap.column_size': ('Ukuran', 'Size'),
    'recap.column_copies': ('Salinan OK', 'Copies OK'),
    'recap.column_drill': ('Uji pulih terakhir', 'Last drill'),
    'recap.column_rto': ('RTO', 'RTO'),
    'recap.column_steps': ('Waktu baku', 'On time'),
    'recap.column_remarks': ('Keterangan', 'Remarks'),
    'recap.sheet_ok': ('{what}: berhasil', '{what}: good'),
    'recap.sheet_of': ('{what}: seluruhnya', '{what}: all'),
    'recap.sheet_bytes': ('Ukuran (byte)', 'Size (bytes)'),
    'recap.sheet_drill_date': ('Uji pulih: tanggal', 'Drill: date'),
    'recap.sheet_drill_grade': ('Uji pulih: nilai', 'Drill: grade'),
    'recap.sheet_rto': ('RTO (detik)', 'RTO (seconds)'),
    'recap.sheet_met': ('Waktu baku: terpenuhi', 'Standard time: met'),
    'recap.sheet_late': ('Waktu baku: terlambat', 'Standard time: late'),
    'recap.sheet_steps': ('Waktu baku: langkah', 'Standard time: steps'),
    'recap.total': ('JUMLAH', 'TOTAL'),
    'recap.total_sites': (
        '{ok} dari {of} situs inventaris dicadangkan',
        '{ok} of {of} sites of the inventory backed up',
    ),
    'recap.many': ('{first} s.d. {last} ({count})', '{first} to {last} ({count})'),
    'recap.pending': ('{count} menunggu', '{count} pending'),
    'recap.unknown': ('{count} tidak dapat dinilai', '{count} cannot be judged'),
    'recap.grade': ('nilai {grade}', 'grade {grade}'),
    'recap.cut': ('… (selengkapnya dalam laporan)', '… (in full in the report)'),
    # What is to be said of a site.
    'recap.not_done': ('tidak ada pencadangan pada bulan ini', 'no backup in this month'),
    'recap.no_good_backup': (
        'tidak satu pun dari {of} pencadangan berhasil',
        'not one of {of} backups succeeded',
    ),
    'recap.newest_failed': (
        'pencadangan terakhir gagal ({count} dari {of} gagal)',
        'the last backup failed ({count} of {of} failed)',
    ),
    'recap.some_failed': (
        '{count} dari {of} pencadangan gagal, kemudian berhasil',
        '{count} of {of} backups failed, later ones succeeded',
    ),
    'recap.remarks': ('{count} catatan', 'remarks: {count}'),
    'recap.overdue': (
        'cadangan baik terakhir {date}, {days} hari yang lalu (kebijakan: {policy} hari)',
        'the last good backup is of {date}, {days} days ago (policy: {policy} days)',
    ),
    'recap.never': (
        'tidak ada cadangan yang baik dalam dua belas bulan terakhir',
        'no good backup in the last twelve months',
    ),
    'recap.unverified': (
        '{ok} dari {of} salinan terverifikasi',
        '{ok} of {of} copies verified',
    ),
    'recap.late': ('langkah {number} pada {register} terlambat', 'step {number} of {register} was late'),
    'recap.late_no_reason': ('alasan belum diisi', 'no reason was given'),
    'recap.not_in_inventory': ('tidak lagi tercantum dalam inventaris', 'no longer in the inventory'),
    'recap.drill_none': (
        'belum diuji pulih dalam dua belas bulan terakhir',
        'not drilled in the last twelve months',
    ),
    'recap.drill_failed': ('uji pulih {date} GAGAL', 'the drill of {date} FAILED'),
    'recap.drill_unproven': (
        'uji pulih {date} belum membuktikan seluruh data',
        'the drill of {date} did not prove all data',
    ),
    'recap.drill_old': (
        'uji pulih terakhir {date}, lebih dari {policy} hari yang lalu (kebijakan)',
        'the last drill was on {date}, more than {policy} days ago (policy)',
    ),
    'recap.rto': (
        'RTO {rto} melampaui sasaran {policy} jam (kebijakan)',
        'the RTO {rto} exceeds the goal of {policy} h (policy)',
    ),
    'recap.record_altered': (
        'rekaman {register} telah berubah dan tidak dihitung',
        'the record of {register} was altered and is not counted',
    ),
    'recap.record_missing': (
        'rekaman {register} tidak ada dan tidak dihitung',
        'the record of {register} is missing and is not counted',
    ),
    'recap.record_unreadable': (
        'rekaman {register} tidak dapat dibaca dan tidak dihitung',
        'the record of {register} cannot be read and is not counted',
    ),
    # Below the table.
    'recap.register_heading': ('Register dan ujung rantai', 'Register and tip of the chain'),
    'recap.numbers': ('Nomor register bulan ini', 'Register numbers of the month'),
    'recap.numbers_none': ('tidak ada', 'none'),
    'recap.numbers_range': ('{first} s.d. {last}, {count} laporan', '{first} to {last}, {count} reports'),
    'recap.gap_free': ('tanpa nomor yang terlewat', 'no number is missing'),
    'recap.gaps': ('NOMOR TERLEWAT: {missing}', 'NUMBERS MISSING: {missing}'),
    'recap.open_reports': ('Laporan yang belum diterima', 'Reports not accepted yet'),
    'recap.open_emergencies': (
        'Darurat yang disposisinya belum dilengkapi',
        'Emergencies without their assignment letter',
    ),
    'recap.dated': ('{number} ({date})', '{number} ({date})'),
    'recap.returned': ('{number} ({date}, dikembalikan)', '{number} ({date}, returned)'),
    'recap.pruned': ('Titik pemulihan yang dipangkas', 'Recovery points pruned'),
    'recap.pruned_unknown': ('belum dicatat dalam register', 'not entered into the register yet'),
    'recap.outside': ('Pelaksanaan di luar register', 'Runs outside the register'),
    'recap.tip': ('Ujung register (baris {row})', 'Tip of the register (row {row})'),
    'recap.unfit': ('Tidak dihitung', 'Not counted'),
    'recap.unfit_altered': ('{path} telah berubah', '{path} was altered'),
    'recap.unfit_missing': ('{path} tidak ada', '{path} is missing'),
    'recap.unfit_unreadable': ('{path} tidak dapat dibaca', '{path} cannot be read'),
    'recap.notes': (
        (
            'Waktu baku: langkah SOP yang tepat waktu dari seluruh langkah berbatas waktu; baris jumlah menghitung '
            'setiap laporan satu kali. Ukuran: cadangan baik yang terbaru dari setiap situs. Salinan OK: salinan '
            'yang telah dibaca ulang dan cocok. Tanggal menurut {zone}.'
        ),
        (
            'On time: steps of the SOP that met their standard time, of all timed steps; the total counts each report '
            'once. Size: the newest good backup of each site. Copies OK: copies that were read back and matched. Dates '
            'are in {zone}.'
        ),
    ),
    'recap.policy': (
        (
            'Kebijakan, bukan SOP: rekapitulasi dan uji pulih; cadangan paling lama {frequency} hari; uji pulih paling '
            'lama {drill} hari; RTO {rto} jam. Pemusnahan hanya diusulkan.'
        ),
        (
            'Policy, not SOP: recap and drills; a backup every {frequency} days at least; a drill every {drill} days '
            'at least; RTO {rto} h. Destruction is only proposed.'
        ),
    ),
    'recap.page': ('Halaman', 'Page'),
    'recap.page_of': ('dari', 'of'),
    # The executive summary.
    'summary.title': ('RINGKASAN EKSEKUTIF', 'EXECUTIVE SUMMARY'),
    'summary.subtitle': ('{name}, {month}', '{name}, {month}'),
    'summary.sites': ('situs dicadangkan', 'sites backed up'),
    'summary.databases': ('cadangan basis data berhasil ({percent})', 'database backups good ({percent})'),
    'summary.drills': ('situs lulus uji pulih; RTO¹ terlama {rto}', 'sites passed a restore drill; worst RTO¹ {rto}'),
    'summary.steps': ('langkah SOP tepat waktu ({percent})', 'SOP steps on time ({percent})'),
    'summary.conclusion': ('Kesimpulan.', 'Conclusion.'),
    'summary.no_sites': ('Tidak ada situs dalam inventaris', 'There is no site in the inventory'),
    'summary.all': ('Seluruh {of} situs terbukti dapat dipulihkan', 'All {of} sites are proven to be recoverable'),
    'summary.none': (
        'Belum satu pun dari {of} situs terbukti dapat dipulihkan',
        'Not one of {of} sites is proven to be recoverable yet',
    ),
    'summary.some': (
        '{ok} dari {of} situs terbukti dapat dipulihkan, {left} belum',
        '{ok} of {of} sites are proven to be recoverable, {left} are not yet',
    ),
    'summary.not_backed_up': (
        '{count} situs tanpa cadangan yang baik bulan ini',
        'without a good backup this month: {count}',
    ),
    'summary.late': ('{count} langkah SOP terlambat', 'SOP steps late: {count}'),
    'summary.unfit': ('{count} berkas arsip tidak dapat dipercaya', 'archived files that cannot be trusted: {count}'),
    'summary.decisions': ('Yang perlu keputusan', 'Decisions asked'),
    'summary.no_decision': ('Tidak ada.', 'None.'),
    'summary.decide_back_up': (
        'Penugasan pencadangan bagi {count} situs yang tidak atau terlalu lama tidak dicadangkan: {sites}.',
        'Assign the backup of sites that were not backed up, or not for too long ({count}): {sites}.',
    ),
    'summary.decide_repair': (
        'Perbaikan penyebab kegagalan pada {count} situs: {sites}.',
        'Have the cause of failure repaired ({count}): {sites}.',
    ),
    'summary.decide_drill': (
        'Penjadwalan uji pulih bagi {count} situs: {sites}.',
        'Schedule restore drills ({count}): {sites}.',
    ),
    'summary.decide_inventory': (
        'Penetapan apakah {count} situs masih dipelihara: {sites}.',
        'Decide whether these sites are still to be maintained ({count}): {sites}.',
    ),
    'summary.decide_accept': (
        'Penerimaan {count} laporan yang masih terbuka: {numbers}.',
        'Have open reports accepted ({count}): {numbers}.',
    ),
    'summary.decide_emergency': (
        'Penerbitan disposisi bagi {count} pemeliharaan darurat: {numbers}.',
        'Issue the assignment letter of emergencies ({count}): {numbers}.',
    ),
    'summary.decide_archive': (
        'Pemeriksaan arsip: {count} berkas berubah atau hilang, atau nomor register terlewat.',
        'Have the archive examined: files altered or missing ({count}), or register numbers missing.',
    ),
    'summary.more': ('{names}, dan {count} lainnya', '{names}, and {count} more'),
    'summary.steps_heading': ('Pemenuhan waktu baku per langkah SOP', 'Standard time met, by step of the SOP'),
    'summary.step1': ('1. Penugasan', '1. Assignment'),
    'summary.step2': ('2. Pencadangan basis data', '2. Database backup'),
    'summary.step3': ('3. Pencadangan aplikasi web', '3. Web application backup'),
    'summary.step4': ('4. Pembuatan laporan', '4. Writing the report'),
    'summary.step5': ('5. Penyampaian laporan', '5. Handing in the report'),
    'summary.no_steps': (
        'Tidak ada laporan berdisposisi pada bulan ini, sehingga tidak ada langkah yang dinilai.',
        'There was no report under an assignment in this month, so no step was judged.',
    ),
    'summary.not_judged': ('belum dinilai', 'not judged yet'),
    'summary.sites_heading': ('Situs berstatus merah dan kuning', 'Sites in red and yellow'),
    'summary.no_bad_sites': ('Tidak ada.', 'None.'),
    'summary.column_level': ('Status', 'Status'),
    'summary.column_cause': ('Sebab', 'Cause'),
    'summary.red': ('MERAH', 'RED'),
    'summary.yellow': ('KUNING', 'YELLOW'),
    'summary.more_causes': ('dan {count} hal lain', 'and {count} more'),
    'summary.more_sites': (
        'Masih ada {count} situs lain ({red} merah, {yellow} kuning); semuanya tercantum dalam rekapitulasi.',
        '{count} more sites ({red} red, {yellow} yellow) are listed in the recap.',
    ),
    'summary.rto': (
        (
            '¹ RTO: waktu yang diperlukan untuk mengembalikan situs dari cadangan, diukur pada uji pulih. Sasarannya '
            '{rto} jam (kebijakan, bukan SOP).'
        ),
        (
            '¹ RTO: the time that it took to bring a site back from its backup, measured in a drill. The goal is '
            '{rto} h (policy, not SOP).'
        ),
    ),
    'summary.sources': (
        (
            'Sumber: Buku Register Cadangan, {numbers}; sidik akhir register (baris {row}): {tip}. Angka dihitung '
            'mesin dari rekaman yang sama dengan laporan; rinciannya dalam Rekapitulasi {month}.'
        ),
        (
            'Sources: the backup register, {numbers}; its closing fingerprint (row {row}): {tip}. The figures were '
            'counted by machine from the records behind the reports; for details see the recap of {month}.'
        ),
    ),
    'summary.foot': ('Ringkasan eksekutif {month}', 'Executive summary {month}'),
    # The command.
    'recap.bad_month': (
        '{value} bukan bulan: tuliskan tahun dan bulan, misalnya 2026-01',
        '{value} is no month: write year and month, as 2026-01',
    ),
    'recap.future_month': (
        'bulan {value} belum dimulai (hari ini {today}): pilih bulan ini atau bulan sebelumnya',
        'the month {value} has not begun (today is {today}): choose this month or an earlier one',
    ),
    'recap.no_filing': (
        'folder arsip {path} tidak ada: periksa website_filing dalam inventaris, atau sebutkan --filing',
        'there is no filing directory {path}: check website_filing in the inventory, or give --filing',
    ),
    'recap.bad_format': (
        '--format {value} tidak dikenal: pilih dari {known}, dipisahkan koma',
        '--format {value} is not known: choose from {known}, separated by commas',
    ),
    'recap.no_extra': (
        'tanpa pustaka untuk {formats}: pasang dengan pip install "rawat[paper]"; yang lain telah dibuat',
        'without the libraries for {formats}: install them with pip install "rawat[paper]"; the rest was made',
    ),
    'recap.needs_extra': (
        '--format {formats} memerlukan pustaka tambahan: pasang dengan pip install "rawat[paper]"',
        '--format {formats} needs further libraries: install them with pip install "rawat[paper]"',
    ),
    'recap.sites_twice': (
        'inventaris {path} memuat situs bernama sama ({names}): beri setiap situs nama sendiri',
        'the inventory {path} has more than one site named {names}: give each a name of its own',
    ),
    'recap.failed': (
        'rekapitulasi {month} tidak diterbitkan: {reason}',
        'the recap of {month} was not issued: {reason}',
    ),
    'recap.issued': (
        'Rekapitulasi {month} diterbitkan: {folder}',
        'Recap of {month} issued: {folder}',
    ),
    'recap.counts': (
        '{ok} dari {of} situs dicadangkan; nomor register: {numbers}',
        '{ok} of {of} sites backed up; register numbers: {numbers}',
    ),
    'inventory.unreadable': (
        'inventaris {path} tidak dapat dibaca: {reason} (sandi vault: ANSIBLE_VAULT_PASSWORD_FILE)',
        'the inventory {path} cannot be read: {reason} (vault password: ANSIBLE_VAULT_PASSWORD_FILE)',
    ),
    'inventory.templated': (
        'inventaris {path}: {field} pada {hosts} adalah templat, yang tidak dapat dibaca di sini: tuliskan nilainya',
        'the inventory {path}: {field} of {hosts} is a template, which cannot be read here: write the value itself',
    ),
    'inventory.malformed': (
        'inventaris {path}: {field} pada {hosts} bukan yang diharapkan; jalankan rawat doctor',
        'the inventory {path}: {field} of {hosts} is not what it must be; run rawat doctor',
    ),
    'inventory.differs': (
        'inventaris {path}: {field} berbeda antarhost ({values}): tuliskan satu kali dalam group_vars/all',
        'the inventory {path}: {field} differs between hosts ({values}): write it once, in group_vars/all',
    ),
    'inventory.office': (
        'inventaris {path}: {problem}',
        'the inventory {path}: {problem}',
    ),
    'help.recap_formats': (
        'bentuk, dipisahkan koma: pdf, xlsx, csv, html; html dan rekaman JSON selalu dibuat',
        'formats, separated by commas: pdf, xlsx, csv, html; html and the JSON are always made',
    ),
    'help.month': ('bulan, misalnya 2026-01', 'the month, as 2026-01'),
}
