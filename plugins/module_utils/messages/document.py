# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of the documents of a run. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
DOCUMENT: dict[str, tuple[str, str]] = {
    # The letter head of the office's layout.
    'head.number': ('Nomor', 'Number'),
    'head.nature': ('Sifat', 'Nature'),
    'head.enclosures': ('Lampiran', 'Enclosures'),
    'head.subject': ('Hal', 'Subject'),
    'nature.ordinary': ('Biasa', 'Ordinary'),
    'office.coordinator': ('Koordinator Sistem Informasi', 'Coordinator, Information Systems'),
    'office.archive': ('Arsip', 'Archive'),
    'office.sop_name': (
        'Pemeliharaan Website (Backup Database/Web Aplikasi)',
        'Website Maintenance (Backup of Databases/Web Applications)',
    ),
    'document.to': ('Yth. {addressee}', 'To: {addressee}'),
    'document.enclosures': ('{count} berkas', '{count} files'),
    'document.subject': ('Laporan Hasil {name}', 'Report on {name}'),
    'document.sop_name': ('SOP {name}', 'SOP {name}'),
    'document.sop_line': ('Nomor SOP: {number} (revisi {revision})', 'SOP number: {number} (revision {revision})'),
    'document.copies_to': ('Tembusan', 'Copies'),
    # Part A: the assignment.
    'document.instruction': ('Isi disposisi', 'Instruction'),
    'document.reason': ('Alasan keadaan darurat', 'Reason of the emergency'),
    'document.valid_from': ('Berlaku mulai', 'Valid from'),
    'document.assigned_sites': ('Situs yang ditugaskan', 'Assigned sites'),
    'document.sites_count': ('{count} situs', '{count} sites'),
    'document.recorded': ('Disposisi dicatat', 'Disposition recorded'),
    'document.received': ('Disposisi diterima pelaksana', 'Received by the officer'),
    'document.scan': ('Pindaian lembar disposisi', 'Scan of the disposition sheet'),
    'document.no_number': (
        'belum bernomor (penugasan darurat); wajib dilengkapi',
        'not numbered yet (emergency); must be completed',
    ),
    'document.emergency': ('PENUGASAN DARURAT: {reason}.', 'EMERGENCY ASSIGNMENT: {reason}.'),
    'document.emergency_incomplete': (
        'Disposisi wajib dilengkapi dalam satu hari kerja.',
        'The disposition must be completed within one working day.',
    ),
    'document.register': ('Nomor register arsip', 'Archive register no.'),
    'document.register_text': (
        '{number} (klasifikasi {archive_class})',
        '{number} (class {archive_class})',
    ),
    'document.in_period': (
        'tidak dinomori sendiri: pelaksanaan di bawah disposisi berkala dicatat pada laporan periodenya',
        'not numbered by itself: a run under a standing disposition is recorded in the report of its period',
    ),
    'document.awx': ('AWX {user} (job {job})', 'AWX {user} (job {job})'),
    # Part B: steps and time.
    'document.steps': (
        'Pelaksanaan langkah SOP dan pemenuhan waktu baku',
        'SOP steps and time standard',
    ),
    'steps.number': ('No', 'No'),
    'steps.activity': ('Kegiatan', 'Activity'),
    'steps.actor': ('Pelaksana', 'Actor'),
    'steps.started': ('Mulai', 'Start'),
    'steps.finished': ('Selesai', 'Finish'),
    'steps.standard': ('Baku', 'Standard'),
    'steps.deadline': ('Batas', 'Due'),
    'steps.met': ('Terpenuhi', 'Met'),
    'activity.assignment': (
        'Subkoordinator menugaskan JFU/JFT untuk melakukan pemeliharaan website',
        'Sub-coordinator assigns the officer (JFU/JFT) to maintain the website',
    ),
    'activity.hand_over': (
        'JFU melaporkan hasil pemeliharaan website kepada Subkoordinator',
        'Officer reports the result to the Sub-coordinator',
    ),
    'activity.done': ('Selesai', 'Done'),
    'actor.sub_coordinator': ('Subkoordinator', 'Sub-coordinator'),
    'actor.officer': ('JFU/JFT', 'Officer'),
    'actor.coordinator': ('Koordinator (tembusan)', 'Coordinator (copy)'),
    'actor.owner': ('Pelaksana', 'Officer'),
    'met.yes': ('Ya', 'Yes'),
    'met.no': ('TIDAK', 'NO'),
    'met.pending': ('menunggu', 'pending'),
    'met.unknown': ('tidak dapat dinilai', 'cannot be told'),
    'met.none': ('\u2013', '\u2013'),
    'document.standard_days': ('{count} hari', '{count} day'),
    'document.late': ('Langkah {number} melewati batas:', 'Step {number} missed its deadline:'),
    'document.no_reason': ('alasan belum diisi', 'no reason was given'),
    'document.steps_note': (
        (
            'Waktu langkah 2 dan 3 diukur di peladen. Langkah 5 dan 6 dicatat pada Tanda Terima (dokumen penutup) '
            'saat laporan diterima; Koordinator menerima tembusan.'
        ),
        (
            'The times of steps 2 and 3 were measured on the servers. Steps 5 and 6 are recorded on the Receipt '
            '(closing document) when the report is accepted; the Coordinator gets a copy.'
        ),
    ),
    # Part C: the sites.
    'document.copies': ('Salinan terverifikasi', 'Verified copies'),
    'document.of': ('{part} dari {total}', '{part} of {total}'),
    'document.more': ('dan {count} lagi', 'and {count} more'),
    'drilled.none': ('tidak diuji', 'not drilled'),
    'drilled.A': ('lulus', 'passed'),
    'drilled.B': ('lulus dengan catatan', 'passed with remarks'),
    'drilled.C': ('hanya keutuhan data', 'integrity only'),
    'drilled.F': ('TIDAK LULUS', 'NOT PASSED'),
    'document.over_target': ('melebihi sasaran', 'over the target'),
    'document.targets': (
        (
            'RTO: lama pemulihan terukur; RPO: umur titik pulih terbaru pada saat uji. Sasaran RTO {rto} jam dan RPO '
            '{rpo} jam adalah kebijakan, bukan SOP. Salinan terverifikasi: salinan yang dibaca ulang dan dicocokkan.'
        ),
        (
            'RTO: measured time to restore; RPO: age of the newest point at the drill. The targets, RTO {rto} h and '
            'RPO {rpo} h, are policy, not SOP. Verified copies: those that were read back and compared.'
        ),
    ),
    'document.period': (
        'Periode {start} sampai {end}: {count} pelaksanaan.',
        'Period {start} to {end}: {count} runs.',
    ),
    'document.newest': ('Hasil terbaru setiap situs', 'Newest result of each site'),
    'document.runs': ('Pelaksanaan', 'Runs'),
    'document.runs_of_period': ('Pelaksanaan dalam periode', 'Runs of the period'),
    # Parts D and E, and the end.
    'document.problems': ('Permasalahan dan tindak lanjut', 'Problems and follow-up'),
    'todo.unreachable': (
        'Periksa jaringan, SSH, dan akun; lalu ulangi langkah 2 dan 3.',
        'Check network, SSH and the account; then repeat steps 2 and 3.',
    ),
    'todo.database': (
        'Perbaiki penyebabnya, lalu ulangi langkah 2 untuk situs ini.',
        'Mend the cause, then repeat step 2 for this site.',
    ),
    'todo.webroot': (
        'Perbaiki penyebabnya, lalu ulangi langkah 3 untuk situs ini.',
        'Mend the cause, then repeat step 3 for this site.',
    ),
    'todo.site': ('Perbaiki penyebabnya, lalu ulangi untuk situs ini.', 'Mend the cause, then repeat for this site.'),
    'todo.drill': (
        'Jangan andalkan titik pulih ini; buat yang baru dan ulangi uji pulih.',
        'Do not rely on this recovery point; make a new one and repeat the drill.',
    ),
    'todo.skipped': (
        'Perbaiki izin berkas atau kecualikan dengan sengaja, lalu ulangi langkah 3.',
        'Mend the permissions or exclude on purpose, then repeat step 3.',
    ),
    'todo.remark': ('Nilai catatan ini; perbaiki bila perlu.', 'Judge this remark; mend it where needed.'),
    'document.officer_remarks': (
        'Keterangan petugas (teks bebas, bukan hasil mesin)',
        "The officer's remarks (free text, not from the machines)",
    ),
    'document.annexes': ('Lampiran', 'Annexes'),
    'document.annex_details': ('Rincian per situs (halaman berikut)', 'Details per site (following pages)'),
    'document.annex_scan': (
        'Pindaian lembar disposisi: {name} (SHA-256 pada bagian A)',
        'Scan of the disposition sheet: {name} (its SHA-256 is in part A)',
    ),
    'document.annex_record': (
        'Rekaman mesin: record.json (tertanam dalam PDF laporan ini)',
        'Machine record: record.json (embedded in the PDF of this report)',
    ),
    # The seal.
    'document.no_signature': (
        'Kode ini pengaman keutuhan rekaman internal, bukan tanda tangan elektronik.',
        'This code is an internal record integrity seal, not an electronic signature.',
    ),
    'document.check_number': (
        'Verifikasi: rawat check {code}, atau Buku Register nomor {number}.',
        'To verify: rawat check {code}, or the Register, number {number}.',
    ),
    'document.made_by': (
        'rawat.website {version}, pelaksanaan {run}, dijalankan oleh {operator}.',
        'rawat.website {version}, run {run}, started by {operator}.',
    ),
    'document.foot': ('Reg. {number} · {code}', 'Reg. {number} · {code}'),
    # Copies of a recovery point.
    'copy.place': ('Lokasi', 'Location'),
    'copy.medium': ('Media', 'Medium'),
    'copy.encryption': ('Enkripsi', 'Encryption'),
    'copy.locked': ('Terkunci sampai', 'Locked until'),
    'copy.verified': ('Terverifikasi', 'Verified'),
    'copy.unverified': ('BELUM', 'NOT YET'),
    # The disposition sheet.
    'sheet.title': ('Lembar Disposisi dan Hasil Pelaksanaan', 'Disposition Sheet with Results'),
    'sheet.machine': ('Dicatat mesin', 'Recorded by machine'),
    'sheet.initial': ('Paraf', 'Initial'),
    'sheet.assigner': ('Pemberi tugas,', 'Assigned by,'),
    'sheet.initial_note': (
        'Langkah 2 sampai 4 dicatat oleh mesin dari bukti di peladen; paraf dibubuhkan oleh petugas yang bersangkutan.',
        'Steps 2 to 4 were recorded by the machine from evidence on the servers; initials are for people to give.',
    ),
    # Minutes of restore drills.
    'minutes.title': ('Berita Acara Uji Pulih', 'Minutes of Restore Drills'),
    'minutes.number': ('Nomor: {number}', 'Number: {number}'),
    'minutes.opening': (
        (
            'Pada tanggal {day} telah dilaksanakan uji pulih terhadap {count} situs: titik pulih dipulihkan ke '
            'lingkungan sementara yang terisolasi, dibandingkan dengan yang dicatat saat pencadangan, lalu dibuang.'
        ),
        (
            'On {day}, restore drills were held of {count} sites: a recovery point was restored into an isolated, '
            'temporary environment, compared with what was recorded when it was made, and removed again.'
        ),
    ),
    'minutes.results': ('Hasil uji pulih', 'Results'),
    'minutes.policy': ('Dasar uji', 'Basis of drills'),
    'minutes.policy_text': (
        'uji pulih berkala adalah kebijakan, bukan SOP',
        'regular drills are policy, not SOP',
    ),
    'minutes.databases': ('Database sama', 'Databases equal'),
    'minutes.files': ('Berkas sama', 'Files equal'),
    'minutes.pages': ('Halaman', 'Pages'),
    'minutes.grades': (
        (
            'Nilai A: situs menjawab seperti tercatat. B: database dan berkas sama, aplikasi belum terbukti berjalan. '
            'C: hanya keutuhan data tersimpan yang diperiksa. F: berbeda dari yang dicatat.'
        ),
        (
            'Grade A: the site answered as recorded. B: databases and files are equal, the application was not shown '
            'to work. C: only the integrity of what is stored was checked. F: differs from what was recorded.'
        ),
    ),
    'minutes.closing': (
        'Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.',
        'These minutes were drawn up truthfully, to be used as is due.',
    ),
    'minutes.witness': ('Mengetahui/menyaksikan,', 'Acknowledged/witnessed,'),
    # Labels for media.
    'labels.title': ('Label Media Cadangan', 'Labels for Backup Media'),
    'labels.note': (
        'Gunting dan tempelkan pada media atau kotaknya. "Simpan sampai" diisi menurut kebijakan retensi.',
        'Cut out and stick on the medium or its box. "Keep until" is filled in by the retention policy.',
    ),
    'labels.none': (
        'Tidak ada titik pulih dari pelaksanaan ini; tidak ada yang perlu dilabeli.',
        'This run made no recovery point; there is nothing to label.',
    ),
    'labels.number': ('Register', 'Register'),
    'labels.date': ('Tanggal', 'Date'),
    'labels.keep': ('Simpan sampai', 'Keep until'),
    'labels.code': ('Kode rekaman', 'Code of the record'),
    # The receipt.
    'receipt.title': ('Tanda Terima Laporan', 'Receipt of a Report'),
    'receipt.subtitle': ('Penutup laporan nomor register {number}', 'Closing the report of register number {number}'),
    'receipt.opening': (
        (
            'Laporan hasil pemeliharaan website dengan nomor register {number} telah diterima. Tanda terima ini '
            'mencatat langkah 5 dan 6 dan menutup laporan tersebut, yang tidak diubah lagi.'
        ),
        (
            'The website maintenance report with the register number {number} was accepted. This receipt records '
            'steps 5 and 6 and closes that report, which is not changed any more.'
        ),
    ),
    'receipt.report': ('Laporan', 'Report'),
    'receipt.report_text': ('pelaksanaan {run}, tanggal {day}', 'run {run}, of {day}'),
    'receipt.delivered': ('Dikirim', 'Delivered'),
    'receipt.accepted': ('Diterima', 'Accepted'),
    'receipt.accepted_by': ('Diterima oleh', 'Accepted by'),
    'receipt.remark': ('Catatan penerima', 'Remark of the receiver'),
    'receipt.steps': ('Langkah penutup dan pemenuhan waktu baku', 'Closing steps and time standard'),
    'receipt.documents': ('Dokumen (lainnya: receipt.json)', 'Documents (others: receipt.json)'),
    'receipt.handed_over': ('Yang menyerahkan,', 'Handed over by,'),
    'receipt.received': ('Yang menerima,', 'Received by,'),
    'receipt.row': (
        'Menutup baris {row} Buku Register; rawat.website {version}, dicatat oleh {operator}.',
        'Closes row {row} of the Register; rawat.website {version}, recorded by {operator}.',
    ),
}
