# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages of the command line. Part of the catalogue in `messages`, where the rules stand."""

from __future__ import annotations

# key: (Indonesian, English)
COMMAND: dict[str, tuple[str, str]] = {
    # What a run is doing.
    'step.preflight': ('pemeriksaan awal', 'preflight'),
    'step.census': ('sensus', 'census'),
    'step.dump': ('dump', 'dump'),
    'step.webroot': ('berkas web', 'webroot'),
    'step.test-read': ('uji baca', 'test-read'),
    'step.commit': ('pengesahan', 'commit'),
    'step.waiting': ('menunggu', 'waiting'),
    'progress.summary': (
        '{done} dari {total} situs selesai, {failed} gagal; {elapsed}',
        '{done} of {total} sites done, {failed} failed; {elapsed}',
    ),
    'progress.hidden': ('… dan {count} situs lain', '… and {count} more sites'),
    # Column heads of tables in the terminal.
    'column.site': ('Situs', 'Site'),
    'column.host': ('Peladen', 'Host'),
    'column.step': ('Langkah', 'Step'),
    'column.item': ('Bagian', 'Item'),
    'column.bytes': ('Ukuran', 'Bytes'),
    'column.rate': ('Laju', 'Rate'),
    'column.elapsed': ('Lama', 'Elapsed'),
    'column.outcome': ('Hasil', 'Outcome'),
    'column.point': ('Titik pulih', 'Recovery point'),
    'column.rows': ('Baris', 'Rows'),
    'column.files': ('Berkas', 'Files'),
    'column.size': ('Ukuran', 'Size'),
    'column.stored': ('Tersimpan', 'Stored'),
    'column.check': ('Pemeriksaan', 'Check'),
    'column.result': ('Hasil', 'Result'),
    'column.remedy': ('Temuan dan tindak lanjut', 'Finding and remedy'),
    'column.newest': ('Titik pulih baik terbaru', 'Newest good recovery point'),
    'column.age': ('Umur', 'Age'),
    'column.points': ('Jumlah titik', 'Points'),
    'column.store': ('Tempat', 'Repository'),
    # The end of a run.
    'end.number': ('Nomor register: {number}, kode {code}', 'Register number: {number}, code {code}'),
    'end.report': ('Laporan: {path}', 'Report: {path}'),
    'end.record': ('Rekaman: {path}', 'Record: {path}'),
    'end.log': ('Log Ansible: {path}', "Ansible's log: {path}"),
    'end.failures': ('Yang gagal:', 'What failed:'),
    'end.remarks': ('Catatan:', 'Remarks:'),
    'end.more': ('… dan {count} lagi: lihat laporan', '… and {count} more: see the report'),
    'end.died': ('Pelaksanaan terhenti: {how}.', 'The run did not finish: {how}.'),
    'end.filed_elsewhere': (
        'proses terhenti sebelum tercatat di {host}; catat dengan playbook report: website_run_id={run}',
        'the run ended before it was filed on {host}; file it with the playbook report: website_run_id={run}',
    ),
    'end.no_report': ('laporan tidak dapat ditulis: {reason}', 'the report could not be written: {reason}'),
    'end.ansible_failed': (
        'Ansible berakhir dengan kode {code} walaupun tidak ada situs yang gagal; lihat lognya',
        'Ansible ended with code {code} though no site failed; see its log',
    ),
    'end.on_target': (
        (
            'Pekerjaan di peladen mungkin masih berjalan sampai selesai atau sampai batas waktunya; `rawat '
            'status` menunjukkan apa yang jadi.'
        ),
        (
            'Work on the servers may still go on until it is done or its deadline is over; `rawat status` shows '
            'what came of it.'
        ),
    ),
    # doctor
    'doctor.repository': ('repositori', 'repository'),
    'doctor.space': ('ruang kosong', 'free space'),
    'doctor.space_text': ('{free} kosong, perkiraan kebutuhan {needed}', '{free} free, forecast {needed}'),
    'doctor.pages': ('halaman', 'pages'),
    'doctor.preflight': ('pemeriksaan awal', 'preflight'),
    'doctor.good': ('baik', 'good'),
    'doctor.remark': ('catatan', 'remark'),
    'doctor.problem': ('MASALAH', 'PROBLEM'),
    'doctor.connection': ('sambungan', 'connection'),
    'doctor.all_ready': ('Semua situs siap dicadangkan.', 'Every site is ready to be backed up.'),
    'doctor.not_ready': ('{count} situs belum siap.', '{count} site(s) not ready.'),
    # status
    'status.none': ('TIDAK ADA', 'NONE'),
    'status.unknown': ('tidak diketahui: {reason}', 'not known: {reason}'),
    # report
    'report.written': ('Laporan ditulis: {path}', 'Report written: {path}'),
    'report.none': (
        (
            'tidak ada pelaksanaan yang terarsip di {path}: jalankan `rawat backup`, atau sebutkan berkasnya: '
            '`rawat report …/record.json`'
        ),
        'no run is filed in {path}: run `rawat backup`, or name the record: `rawat report …/record.json`',
    ),
    'report.unknown': (
        'pelaksanaan {run} tidak ada di {path}; yang ada: {known}',
        'the run {run} is not filed in {path}; filed are: {known}',
    ),
    'report.broken': (
        '{path} tidak dapat dibaca sebagai rekaman: {reason}; ambil salinannya dari arsip',
        '{path} cannot be read as a record: {reason}; take its copy from the archive',
    ),
    'report.altered': (
        (
            '{path} tidak sama dengan SHA256SUMS di sebelahnya: rekaman berubah setelah ditulis, jadi laporannya '
            'tidak dibuat ulang'
        ),
        (
            '{path} differs from the SHA256SUMS beside it: the record was altered after it was written, so no '
            'report is made of it'
        ),
    ),
    'report.no_filing': (
        'direktori arsip tidak dapat diketahui dari {path}: {reason}; beri --filing DIREKTORI',
        'the filing directory cannot be told from {path}: {reason}; give --filing DIRECTORY',
    ),
    # init and demo
    'init.written': (
        'Inventaris ditulis ke {path}. Isilah menurut urutan ini:',
        'An inventory was written to {path}. Fill it in, in this order:',
    ),
    'init.next': (
        'Lalu: `rawat doctor -i {path}`, dan bila semua siap: `rawat backup -i {path}`',
        'Then: `rawat doctor -i {path}`, and when all is ready: `rawat backup -i {path}`',
    ),
    'demo.check': ('Periksa sendiri, tanpa produk ini:', 'Check it yourself, without this product:'),
    # usage errors
    'usage.no_inventory': (
        'tidak ada inventaris: beri -i INVENTARIS, isi RAWAT_INVENTORY, atau buat satu dengan `rawat init`',
        'no inventory: give -i INVENTORY, set RAWAT_INVENTORY, or make one with `rawat init`',
    ),
    'usage.inventory_missing': (
        'inventaris {path} tidak ada: periksa jalurnya, atau buat satu dengan `rawat init`',
        'the inventory {path} does not exist: check the path, or make one with `rawat init`',
    ),
    'usage.extra': ('-e {value}: tulis KUNCI=NILAI atau @BERKAS', '-e {value}: write KEY=VALUE or @FILE'),
    'usage.extra_missing': ('-e {value}: berkas itu tidak ada', '-e {value}: there is no such file'),
    'usage.no_sites': (
        'inventaris {path} tidak memuat situs: isi website_sites pada salah satu peladennya',
        'the inventory {path} names no site: fill in website_sites for one of its hosts',
    ),
    'usage.unknown_site': (
        '--only {site}: situs itu tidak ada di inventaris; yang ada: {known}',
        '--only {site}: no such site in the inventory; it has: {known}',
    ),
    'usage.ansible': (
        'Ansible berhenti sebelum menyentuh peladen mana pun:',
        'Ansible stopped before it touched any host:',
    ),
    'usage.exists': (
        '{path} sudah ada dan tidak ditimpa: pilih tempat lain',
        '{path} exists and is not overwritten: choose another place',
    ),
    'usage.cannot_write': ('{path} tidak dapat ditulis: {reason}', '{path} cannot be written: {reason}'),
    'usage.language': ('--language {value}: pilih id atau en', '--language {value}: choose id or en'),
    'usage.collection': (
        'koleksi rawat.website tidak ditemukan di sebelah perintah ini: pasang ulang dengan `pip install rawat`',
        'the collection rawat.website was not found beside this command: install again with `pip install rawat`',
    ),
    # Help of the command line.
    'help.rawat': (
        'Mencadangkan basis data dan berkas situs web, dan dapat membuktikannya.',
        'Backs up the databases and webroots of web sites, and can prove it.',
    ),
    'help.init': ('Menulis inventaris contoh berkomentar ke DIREKTORI.', 'Write a commented inventory into DIRECTORY.'),
    'help.doctor': (
        'Memeriksa per situs semua yang dibutuhkan cadangan, tanpa mencadangkan.',
        'Check per site everything that a backup needs, without backing up.',
    ),
    'help.backup': ('Mencadangkan situs di inventaris.', 'Back up the sites of the inventory.'),
    'help.status': (
        'Titik pulih baik terbaru tiap situs dan umurnya.',
        'The newest good recovery point of each site and its age.',
    ),
    'help.report': (
        'Membuat ulang laporan suatu pelaksanaan dari rekamannya.',
        'Make the report of a filed run again from its record.',
    ),
    'help.assign': ('Catat disposisi sebagai berkas penugasan', 'Record a disposition as an assignment file'),
    'help.accept': ('Terima laporan dan tutup prosedurnya', 'Accept a report and close the procedure'),
    'help.register': ('Buku register: daftar, cari, ekspor, lampirkan', 'The register: list, search, export, attach'),
    'help.recap': ('Rekapitulasi satu bulan dan ringkasan eksekutif', 'The recap of a month and the executive summary'),
    'help.check': ('Periksa arsip secara luring', 'Check an archive offline'),
    'help.demo': (
        'Situs contoh dicadangkan di mesin ini; tanpa root, tanpa peladen.',
        'Back up a sample site on this machine; no root, no server.',
    ),
    'help.inventory': (
        'Inventaris Ansible (bawaan: ./inventory bila ada).',
        'The Ansible inventory (default: ./inventory where there is one).',
    ),
    'help.only': ('Hanya situs ini (boleh berulang).', 'Only this site (may be repeated).'),
    'help.extra': (
        'KUNCI=NILAI atau @BERKAS untuk Ansible (boleh berulang).',
        'KEY=VALUE or @FILE for Ansible (may be repeated).',
    ),
    'help.json': ('Satu objek JSON di stdout, tidak ada yang lain.', 'One JSON object on stdout and nothing else.'),
    'help.verbose': (
        'Lebih banyak rincian di log Ansible (boleh berulang).',
        "More detail in Ansible's log (may be repeated).",
    ),
    'help.only_check': ('Hanya memeriksa, sama dengan doctor.', 'Only check, the same as doctor.'),
    'help.timeout': ('Hentikan pelaksanaan setelah sekian detik.', 'Stop the run after so many seconds.'),
    'help.forks': ('Jumlah peladen yang dikerjakan bersamaan.', 'How many hosts are worked on at once.'),
    'help.directory': ('Direktori yang dibuat.', 'The directory to make.'),
    'help.run': (
        'Nomor pelaksanaan atau register, kode pada kertas, direktori, atau record.json (bawaan: yang terbaru).',
        'The run id, register number, code on paper, directory or record.json (default: the newest).',
    ),
    'help.filing': (
        'Direktori arsip (bawaan: website_filing dari inventaris).',
        "The filing directory (default: the inventory's website_filing).",
    ),
    'help.language': (
        'Bahasa laporan: id atau en (bawaan: seperti rekamannya).',
        'Language of the report: id or en (default: that of the record).',
    ),
    'help.version': ('Menampilkan versi.', 'Show the version.'),
}
