# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of register book and destruction list; `messages_recap` hands them on to the catalogue in `messages`."""

from __future__ import annotations

# key: (Indonesian, English)
BOOK: dict[str, tuple[str, str]] = {
    # The register book.
    'book.title': ('BUKU REGISTER CADANGAN', 'BACKUP REGISTER'),
    'book.subtitle': ('{count} baris; ujung rantai {tip}', '{count} rows; tip of the chain {tip}'),
    'book.empty': ('Register belum berisi baris.', 'The register has no row yet.'),
    'book.foot': ('Buku register · ujung {tip}', 'Register · tip {tip}'),
    'book.number': ('No. register', 'Register no.'),
    'book.date': ('Tanggal', 'Date'),
    'book.assignment_number': ('No. disposisi', 'Assignment no.'),
    'book.assignment_date': ('Tanggal disposisi', 'Assignment date'),
    'book.sites': ('Situs', 'Sites'),
    'book.report': ('No. laporan', 'Report no.'),
    'book.officer': ('Petugas', 'Officer'),
    'book.database_files': ('Berkas basis data', 'Database files'),
    'book.database_hashes': ('SHA-256 basis data', 'Database SHA-256'),
    'book.webroot_files': ('Berkas web', 'Web files'),
    'book.webroot_hashes': ('SHA-256 web', 'Web SHA-256'),
    'book.bytes': ('Ukuran (byte)', 'Size (bytes)'),
    'book.location': ('Lokasi', 'Location'),
    'book.class': ('Klasifikasi', 'Class'),
    'book.retention': ('Retensi sampai', 'Kept until'),
    'book.drill': ('Uji pulih', 'Drill'),
    'book.deadlines': ('Waktu baku', 'Standard time'),
    'book.status': ('Status', 'Status'),
    'book.report_hash': ('SHA-256 rekaman laporan', 'SHA-256 of the record'),
    'book.accepted_date': ('Diterima tanggal', 'Accepted on'),
    'book.accepted_by': ('Diterima oleh', 'Accepted by'),
    'book.physical': ('Lokasi fisik', 'Physical location'),
    'book.remarks': ('Keterangan', 'Remarks'),
    'book.previous': ('Hash sebelumnya', 'Previous hash'),
    'book.hash': ('Hash baris', 'Row hash'),
    'book.files': ('Berkas', 'Files'),
    'book.hashes': ('Hash rekaman, sebelumnya, baris', 'Hash of record, previous row, row'),
    'book.accepted': ('Diterima', 'Accepted'),
    'book.of': ('{met} dari {judged}', '{met} of {judged}'),
    'book.kind_receipt': ('tanda terima {number}', 'receipt of {number}'),
    'book.kind_returned': ('{number} dikembalikan', '{number} returned'),
    'book.kind_note': ('koreksi atas {number}', 'correction of {number}'),
    'book.kind_attachment': ('lampiran {number}', 'attachment to {number}'),
    'book.kind_hold': ('{number} ditahan', '{number} put on hold'),
    'book.kind_release': ('penahanan {number} dicabut', 'hold of {number} released'),
    'book.kind_assignment': ('disposisi {number} dilengkapi', 'assignment of {number} completed'),
    'book.kind_recap': ('rekapitulasi {month}', 'recap of {month}'),
    'book.replaces': ('menggantikan {former}', 'replaces {former}'),
    # The list of what may be destroyed.
    'destruction.title': ('DAFTAR USUL MUSNAH', 'PROPOSAL OF RECORDS TO BE DESTROYED'),
    'destruction.subtitle': (
        'Berkas pemeliharaan website yang retensinya telah berakhir per {date}',
        'Papers of website maintenance of which the retention has ended by {date}',
    ),
    'destruction.lead': (
        (
            'Daftar ini adalah usul. Tidak ada yang dimusnahkan oleh sistem; pemusnahan dilakukan hanya setelah '
            'disetujui menurut ketentuan kearsipan. Berkas yang ditahan tidak tercantum.'
        ),
        (
            'This list is a proposal. Nothing is destroyed by the system; papers are destroyed only after approval '
            'under the rules of archiving. Papers on hold are not listed.'
        ),
    ),
    'destruction.none': (
        'Tidak ada berkas yang dapat diusulkan musnah.',
        'There is nothing that could be proposed for destruction.',
    ),
    'destruction.what': ('Jenis', 'Kind'),
    'destruction.report': ('Laporan', 'Report'),
    'destruction.recap': ('Rekapitulasi {month}', 'Recap {month}'),
    'destruction.files': ('Berkas', 'Files'),
    'destruction.not_accepted': ('laporan belum diterima', 'the report was never accepted'),
    'destruction.total': ('{count} berkas diusulkan.', '{count} files are proposed.'),
    'destruction.proposer': ('Pengusul,', 'Proposed by,'),
    'destruction.archivist': ('Arsiparis,', 'Archivist,'),
    'destruction.approver': ('Menyetujui,', 'Approved by,'),
    'destruction.policy': (
        (
            'Retensi: usul atas dasar JRA (Permenkumham 54/2016), laporan {report} tahun, rekapitulasi {recap} tahun, '
            'berita acara {minutes} tahun; menunggu penetapan arsiparis (kebijakan, bukan SOP).'
        ),
        (
            'Retention: proposed after the retention schedule (Permenkumham 54/2016), reports {report} years, recaps '
            '{recap} years, minutes {minutes} years; to be confirmed by the archivist (policy, not SOP).'
        ),
    ),
    'destruction.foot': ('Daftar usul musnah {date}', 'Proposal of records to be destroyed, {date}'),
}
