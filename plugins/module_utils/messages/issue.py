# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of issuing, accepting and delivering documents: a part of the catalogue in `messages`."""

from __future__ import annotations

# key: (Indonesian, English)
ISSUE: dict[str, tuple[str, str]] = {
    'issue.no_pdf': (
        "PDF tidak dibuat karena paket typst tidak terpasang di sini: pip install 'rawat[paper]', lalu rawat report",
        "no PDF was made, as the package typst is not installed here: pip install 'rawat[paper]', then rawat report",
    ),
    # Accepting a report, or giving it back.
    'accept.officer': (
        (
            '{name} tidak dapat menerima laporan {number}: pelaksananya adalah {officer}, dan pelaksana tidak menerima '
            'laporannya sendiri. Penerimaan dilakukan oleh pemberi tugas (--as NAMA)'
        ),
        (
            '{name} cannot accept report {number}: its officer is {officer}, and nobody accepts his own report. '
            'Whoever gave the assignment accepts it (--as NAME)'
        ),
    ),
    'accept.nobody': (
        'nama penerima kosong: sebutkan siapa yang menerima (--as NAMA)',
        'the name of who accepts is empty: say who it is (--as NAME)',
    ),
    'accept.no_reason': (
        'alasan pengembalian kosong: tuliskan apa yang harus diperbaiki (--return ALASAN)',
        'the reason is empty: say what has to be corrected (--return REASON)',
    ),
    'accept.twice': (
        'laporan {number} sudah diterima oleh {name} (baris register {row}): tidak ada yang diubah',
        'report {number} was already accepted by {name} (row {row} of the register): nothing was changed',
    ),
    'accept.altered': (
        (
            'laporan {number} tidak dapat diterima: {path} bukan lagi yang diterbitkan (SHA-256 berbeda dari '
            'register). Kembalikan berkas aslinya, lalu ulangi; `rawat check {number}` memeriksa seluruhnya'
        ),
        (
            'report {number} cannot be accepted: {path} is no longer what was issued (its SHA-256 differs from the '
            'register). Put the original back, then try again; `rawat check {number}` examines everything'
        ),
    ),
    'accept.missing': (
        'laporan {number} tidak dapat diterima: {path} tidak dapat dibaca ({reason}). Kembalikan berkas itu, ulangi',
        'report {number} cannot be accepted: {path} cannot be read ({reason}). Put it back, then try again',
    ),
    'accept.not_drawn': (
        '{name} tidak dapat dibuat ({reason}); tanda terima tetap tercatat',
        '{name} was not drawn ({reason}); the receipt is filed all the same',
    ),
    'accept.done': (
        'Laporan {number} diterima oleh {name} pada {at}.',
        'Report {number} accepted by {name} on {at}.',
    ),
    'accept.deadlines': (
        'Waktu baku terpenuhi: {met} dari {judged} langkah.',
        'Time standard met: {met} of {judged} steps.',
    ),
    'accept.late': (
        'Langkah {step} melewati batas {deadline} dan alasannya belum diisi; demikian tercetak pada tanda terima.',
        'Step {step} passed its deadline {deadline} and no reason was given; the receipt says so.',
    ),
    'accept.receipt': ('Tanda terima: {path}', 'Receipt: {path}'),
    'accept.returned': (
        'Laporan {number} dikembalikan kepada pelaksana untuk diperbaiki: {reason}',
        'Report {number} was given back to its officer for correction: {reason}',
    ),
    'accept.reason_form': (
        '--late-reason {value} tidak dapat dipakai: tulis LANGKAH=ALASAN, misalnya 5="dinas luar"',
        '--late-reason {value} is not usable: write STEP=TEXT, for instance 5="on duty travel"',
    ),
    'accept.either': (
        '--return mengembalikan laporan; --remark dan --late-reason hanya untuk menerima: pilih salah satu',
        '--return gives a report back; --remark and --late-reason are for accepting one: choose one of both',
    ),
    'help.accept_number': (
        'Nomor register laporan (7, 0007, 0007/BKP/2026), atau kode pada kertas.',
        'Register number of the report (7, 0007, 0007/BKP/2026), or the code on the paper.',
    ),
    'help.accept_as': ('Nama yang menerima; bukan pelaksananya.', 'Name of who accepts it; not its officer.'),
    'help.accept_remark': ('Catatan penerima pada tanda terima.', 'Remark of the one who accepts, on the receipt.'),
    'help.accept_return': (
        'Kembalikan laporan kepada pelaksana untuk diperbaiki, dengan alasan ini.',
        'Give the report back to its officer for correction, with this reason.',
    ),
    # The e-mail.
    'letter.backup': ('Laporan Hasil Pemeliharaan Website', 'Website Maintenance Report'),
    'letter.verify': ('Laporan Uji Pulih Website', 'Website Restore Drill Report'),
    'letter.restore': ('Laporan Pemulihan Website', 'Website Restore Report'),
    'letter.period': ('Laporan Berkala Pemeliharaan Website', 'Periodic Website Maintenance Report'),
    'letter.number': ('Nomor register: {number}', 'Register number: {number}'),
    'letter.run': ('Pelaksanaan: {run}, selesai {finished}', 'Run: {run}, finished {finished}'),
    'letter.sites': ('Situs ({count}):', 'Sites ({count}):'),
    'letter.more': (
        '… dan {count} situs lain; semuanya tercantum dalam laporan',
        '… and {count} more sites; the report lists them all',
    ),
    'letter.attached': ('Laporan terlampir: {name}', 'The report is attached: {name}'),
    'letter.not_attached': (
        'Laporan tidak dapat dilampirkan; berkasnya ada di tempat pengarsipan.',
        'The report could not be attached; it lies in the filing directory.',
    ),
    'letter.check': (
        'Kode verifikasi rekaman: {code} (SHA-256 {sha256})',
        'Verification code of the record: {code} (SHA-256 {sha256})',
    ),
    'letter.machine': (
        'Pesan ini dikirim secara otomatis oleh rawat dan bukan tanda tangan elektronik.',
        'This message was sent by rawat automatically and is no electronic signature.',
    ),
    # rawat report
    'report.issued': (
        'Laporan {number} sudah diterbitkan dan tidak diubah; berkas yang diterbitkan ada di {path}',
        'Report {number} was issued and stays as it is; what was issued lies in {path}',
    ),
    'report.not_issued_so': (
        '{path} bukan lagi yang diterbitkan sebagai {number}: `rawat check {number}` memeriksanya',
        '{path} is no longer what was issued as {number}: `rawat check {number}` examines it',
    ),
    'report.not_drawn': ('{name} tidak dapat dibuat: {reason}', '{name} cannot be made: {reason}'),
    'report.no_receipt': (
        'laporan {number} belum diterima: tanda terima dibuat oleh `rawat accept {number} --as NAMA`',
        'report {number} was not accepted yet: `rawat accept {number} --as NAME` makes its receipt',
    ),
    'report.bad_format': ('--format {value}: pilih dari {known}', '--format {value}: choose from {known}'),
    'report.bad_document': ('--document {value}: pilih dari {known}', '--document {value}: choose from {known}'),
    'help.document': ('Dokumen yang dibuat.', 'Which document is made.'),
    'help.document_formats': ('Format, dengan koma: html,pdf,docx,json.', 'Formats, with commas: html,pdf,docx,json.'),
    'help.document_output': (
        'Direktori tujuan; dokumen yang sudah diterbitkan tidak pernah ditimpa (bawaan: direktori kerja).',
        'Where to; what was issued is never overwritten (default: the working directory).',
    ),
    'help.standing': (
        'Terbitkan satu laporan untuk semua pelaksanaan di bawah disposisi berkala dengan nomor ini.',
        'Issue the one report on all runs under the standing assignment of this number.',
    ),
    'help.deliver': ('Kirim ulang laporan yang belum terkirim.', 'Try again to deliver what could not be delivered.'),
    # Deliveries, as `rawat report` and the end of a run show them.
    'delivery.sent': ('Terkirim kepada {recipient} pada {time}', 'Delivered to {recipient} on {time}'),
    'delivery.waiting': (
        'Belum terkirim: laporan {run}; dicoba lagi pada pelaksanaan berikutnya atau dengan rawat report --deliver',
        'Not delivered yet: report {run}; tried again by the next run or by rawat report --deliver',
    ),
    'delivery.none': ('Tidak ada laporan yang menunggu pengiriman.', 'No report waits for delivery.'),
    'delivery.busy': (
        'proses lain sedang mengirim; laporan tetap dalam antrean',
        'another process is delivering; the report stays in the outbox',
    ),
    'delivery.unset': (
        'website_delivery tidak diatur dalam inventaris: tidak ada tujuan pengiriman',
        'website_delivery is not set in the inventory: there is nowhere to deliver to',
    ),
    'delivery.failed': ('pengiriman tidak dapat dijalankan: {reason}', 'the delivery could not be run: {reason}'),
}
