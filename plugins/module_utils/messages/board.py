# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the board."""

from __future__ import annotations

# key: (Indonesian, English)
BOARD: dict[str, tuple[str, str]] = {
    'help.board': (
        'membuat papan pantau semua situs: halaman statis tanpa peladen dan tanpa jaringan',
        'build the board of all sites: static pages that need no server and no network',
    ),
    'help.board_output': (
        'folder papan pantau; yang lama diganti sekaligus',
        'folder of the board; an old one is replaced at once',
    ),
    'help.board_facts': (
        'membuat papan dari data yang disimpan, tanpa menghubungi server mana pun',
        'build from saved facts, without connecting to any host',
    ),
    'help.board_save_facts': (
        'menyimpan data yang dikumpulkan ke berkas ini',
        'save the gathered facts to this file',
    ),
    'help.board_discovered': (
        'keluaran `rawat discover --json`; bawaan: discovered.json dalam folder arsip',
        'output of `rawat discover --json`; default: discovered.json in the filing directory',
    ),
    'help.board_language': (
        'bahasa halaman utama; bahasa lainnya terletak dalam subfolder',
        'language of the first pages; the other one lies in a subfolder',
    ),
    'board.facts_unreadable': (
        '{path} tidak dapat dibaca sebagai data papan pantau: {reason}',
        '{path} cannot be read as facts of a board: {reason}',
    ),
    'board.discovered_unreadable': (
        '{path} bukan keluaran `rawat discover --json`: {reason}',
        '{path} is no output of `rawat discover --json`: {reason}',
    ),
    'board.not_written': (
        'papan pantau tidak ditulis ke {path}: {reason}',
        'the board was not written to {path}: {reason}',
    ),
    'board.written': (
        'Papan pantau: {path} ({pages} halaman, {seconds} detik)',
        'Board: {path} ({pages} pages, {seconds} s)',
    ),
    'board.levels': (
        '{green} aman, {yellow} perlu perhatian, {red} tidak aman, {unprotected} tidak dicadangkan',
        '{green} safe, {yellow} need attention, {red} not safe, {unprotected} not backed up',
    ),
    # Frame of the pages.
    'board.title': ('Papan Pantau Pencadangan Website', 'Website Backup Board'),
    'board.skip': ('Langsung ke isi', 'Skip to content'),
    'board.languages': ('Bahasa', 'Language'),
    'boardlanguage.id': ('Bahasa Indonesia', 'Bahasa Indonesia'),
    'boardlanguage.en': ('English', 'English'),
    'board.asof': ('Keadaan {moment}', 'As of {moment}'),
    'board.sop': ('SOP Nomor {number} (revisi {revision})', 'SOP number {number} (revision {revision})'),
    'board.foot': (
        ('Dihasilkan oleh rawat.website {version} dari repositori dan arsip laporan; isi halaman ini bukan bukti, '
         'buktinya adalah manifes, rekaman, dan buku register.'),
        ('Made by rawat.website {version} from the repositories and the filing; this page is no evidence, the '
         'manifests, the records and the register are.'),
    ),
    # The index.
    'board.figures': ('Angka ringkas', 'Summary'),
    'board.safe': ('Situs aman', 'Sites safe'),
    'board.of_sites': ('dari seluruh situs yang diketahui', 'of all sites that are known'),
    'board.attention': ('Perlu perhatian', 'Need attention'),
    'board.attention_note': ('dapat dipulihkan, tetapi ada yang kurang', 'can come back, but something is wanting'),
    'board.unsafe_note': ('pemulihan tidak terjamin', 'might not come back'),
    'board.nobody_note': ('ada di server, tidak di inventaris', 'on a server, not in the inventory'),
    'board.unsafe': ('Tidak aman', 'Not safe'),
    'board.nobody': ('Tidak dicadangkan', 'Not backed up'),
    'board.proven': ('Terbukti dapat dipulihkan', 'Proved to come back'),
    'board.proven_note': ('uji pulih A atau B dalam {days} hari', 'drill A or B within {days} days'),
    'board.worst_rto': ('RTO terlama', 'Longest RTO'),
    'board.goal': ('sasaran {value}', 'target {value}'),
    'board.hours': ('{count} jam', '{count} h'),
    'board.held': ('Ditahan', 'On hold'),
    'board.held_note': ('situs dengan titik yang tidak boleh dihapus', 'sites with points that must stay'),
    'board.medium': ('Media lepas', 'Removable medium'),
    'board.no_rotation': ('tanpa jadwal rotasi', 'no rotation is set'),
    'board.due_now': ('HARUS DIEKSPOR sejak {date}', 'EXPORT DUE since {date}'),
    'board.due_on': ('ekspor berikutnya {date}', 'next export {date}'),
    'board.next': ('Yang harus dilakukan berikutnya', 'What to do next'),
    'board.nothing_next': (
        'Tidak ada. Semua situs aman menurut kebijakan di bawah ini.',
        'Nothing. All sites are safe by the policy below.',
    ),
    'board.problem': (
        'Tidak semua keterangan dapat dikumpulkan:',
        'Not everything could be gathered:',
    ),
    'board.more': ('dan {count} lagi', 'and {count} more'),
    'board.sites': ('Situs', 'Sites'),
    'board.search': ('Cari', 'Search'),
    'board.state': ('Keadaan', 'State'),
    'board.all': ('Semua', 'All'),
    'board.shown': ('{shown} dari {all} situs', '{shown} of {all} sites'),
    'board.caption': (
        'Semua situs, yang paling mendesak di atas; judul kolom mengurutkan',
        'All sites, the most pressing first; column headings sort',
    ),
    'boardcolumn.state': ('Keadaan', 'State'),
    'boardcolumn.site': ('Situs', 'Site'),
    'boardcolumn.point': ('Cadangan baik terbaru', 'Newest good backup'),
    'boardcolumn.strip': ('28 hari terakhir', 'Last 28 days'),
    'boardcolumn.drill': ('Uji pulih terakhir', 'Last drill'),
    'boardcolumn.rto': ('RTO terukur', 'Measured RTO'),
    'boardcolumn.copies': ('Salinan', 'Copies'),
    'boardcolumn.size': ('Ukuran', 'Size'),
    'boardcolumn.notes': ('Keterangan', 'Remarks'),
    'boardcolumn.time': ('Waktu setempat', 'Local time'),
    'boardcolumn.outcome': ('Hasil', 'Outcome'),
    'boardcolumn.bytes': ('Ukuran situs', 'Site size'),
    'boardcolumn.stored': ('Tersimpan', 'Stored'),
    'boardcolumn.duration': ('Lama', 'Duration'),
    'boardcolumn.id': ('Titik pemulihan', 'Recovery point'),
    'board.strip': (
        '{good} dari 28 hari dengan cadangan baik',
        '{good} of 28 days with a good backup',
    ),
    'board.none': ('TIDAK ADA', 'NONE'),
    'board.never': ('BELUM PERNAH', 'NEVER'),
    'board.copies': ('{count} pada {machines} mesin', '{count} on {machines} machines'),
    'board.rule_kept': ('terpenuhi', 'kept'),
    'board.rule_not_kept': ('BELUM', 'NOT KEPT'),
    'board.growth': ('+{size} per bulan', '+{size} a month'),
    'board.steady': ('tidak bertambah', 'not growing'),
    'board.on_hold': ('ditahan ({count})', 'on hold ({count})'),
    'board.on_medium': ('media {label}, {date}', 'medium {label}, {date}'),
    'board.deadlines': ('Tenggat yang terbuka', 'Open deadlines'),
    'dueness.late': ('TERLAMBAT', 'LATE'),
    'dueness.soon': ('SEGERA', 'SOON'),
    'dueness.open': ('terbuka', 'open'),
    'dueness.unknown': ('TIDAK DAPAT DIHITUNG', 'CANNOT BE TOLD'),
    'board.legend': ('Arti tanda', 'What the signs mean'),
    'board.policy': (
        ('Sasaran (kebijakan, bukan SOP): RPO {rpo} jam, RTO {rto} jam, cadangan setiap {frequency} hari, uji pulih '
         'setiap {drill} hari.'),
        ('Targets (policy, not SOP): RPO {rpo} h, RTO {rto} h, a backup every {frequency} days, a drill every '
         '{drill} days.'),
    ),
    'boardlevel.unprotected': ('TIDAK DICADANGKAN', 'NOT BACKED UP'),
    'boardlevel.red': ('TIDAK AMAN', 'NOT SAFE'),
    'boardlevel.yellow': ('PERLU PERHATIAN', 'ATTENTION'),
    'boardlevel.green': ('AMAN', 'SAFE'),
    'boardmeaning.unprotected': (
        'Situs ini ada di server, tetapi tidak tercantum dalam inventaris: tidak ada yang mencadangkannya.',
        'This site is on a server, but not in the inventory: nobody backs it up.',
    ),
    'boardmeaning.red': (
        'Jika situs ini hilang sekarang, pemulihannya tidak terjamin atau kehilangan melebihi sasaran.',
        'If this site were lost now, it might not come back, or more than the target would be lost.',
    ),
    'boardmeaning.yellow': (
        'Situs ini dapat dipulihkan, tetapi ada yang harus dibereskan atau dibuktikan.',
        'This site can come back, but something is to be mended or proved.',
    ),
    'boardmeaning.green': (
        'Cadangan baru, uji pulih berhasil, dan tidak ada yang tertunda.',
        'The backup is recent, a drill proved it, and nothing is pending.',
    ),
    'dayword.c': ('berhasil', 'success'),
    'dayword.r': ('berhasil dengan catatan', 'success with remarks'),
    'dayword.f': ('gagal', 'failed'),
    'dayword.n': ('tidak ada', 'none'),
    'daymeaning.c': ('Ada titik pemulihan lengkap pada hari itu.', 'There is a complete recovery point of that day.'),
    'daymeaning.r': (
        'Ada titik pemulihan pada hari itu; catatannya perlu dibaca.',
        'There is a recovery point of that day; its remarks are to be read.',
    ),
    'daymeaning.f': ('Semua percobaan pada hari itu gagal.', 'Every attempt of that day failed.'),
    'daymeaning.n': (
        'Tidak ada titik pemulihan hari itu: tidak dibuat, atau sudah dihapus menurut retensi.',
        'There is no recovery point of that day: none was made, or retention removed it.',
    ),
    # The page of a site.
    'board.back': ('Kembali ke semua situs', 'Back to all sites'),
    'board.host': ('Server', 'Server'),
    'board.url': ('Alamat', 'Address'),
    'board.application': ('Aplikasi', 'Application'),
    'board.configured': ('Berkas konfigurasi', 'Configuration file'),
    'board.webroots': ('Folder web', 'Webroots'),
    'board.databases': ('Basis data', 'Databases'),
    'board.age': ('{age} yang lalu', '{age} ago'),
    'board.graded': ('nilai {grade}, {date}', 'grade {grade}, {date}'),
    'board.ahead': ('perkiraan 90 hari: {size}', 'in 90 days: about {size}'),
    'board.room': ('Ruang kosong repositori', 'Free room in the repository'),
    'board.full_on': ('akan penuh pada {date}', 'will be full on {date}'),
    'board.holds': ('Ditahan', 'Holds'),
    'board.whole_site': ('seluruh situs', 'the whole site'),
    'board.year': ('Satu tahun terakhir', 'The last year'),
    'board.year_text': (
        'Hari dalam satu tahun: {complete} berhasil, {remarks} dengan catatan, {failed} gagal, {none} tanpa titik',
        'Days of the year: {complete} success, {remarks} with remarks, {failed} failed, {none} without a point',
    ),
    'board.days': ('{count} hari', '{count} days'),
    'board.bad_days': ('Hari tanpa cadangan baik:', 'Days without a good backup:'),
    'board.no_points': (
        'Tidak ada titik pemulihan dalam repositori.',
        'There is no recovery point in the repository.',
    ),
    'board.sizes': ('Ukuran situs dan perkiraannya', 'Size of the site, and its forecast'),
    'board.sizes_text': ('Ukuran situs: sekarang {size}; {growth}', 'Size of the site: now {size}; {growth}'),
    'board.times': ('Lama pencadangan', 'Duration of backups'),
    'board.times_text': ('Lama pencadangan: terakhir {time}', 'Duration of backups: the last took {time}'),
    'board.points': ('Titik pemulihan ({count})', 'Recovery points ({count})'),
    'board.partial': ('hanya sebagian situs', 'part of the site only'),
    # What is to be said of a site.
    'boardfinding.unprotected': ('Tidak ada yang mencadangkan situs ini', 'Nobody backs up this site'),
    'boardfinding.unread': ('repositori tidak dapat dibaca', 'the repository cannot be read'),
    'boardfinding.none': ('tidak ada titik pemulihan yang baik', 'there is no good recovery point'),
    'boardfinding.rpo': (
        'cadangan baik terbaru berumur {age}: melebihi RPO {hours} jam',
        'the newest good backup is {age} old: beyond the RPO of {hours} h',
    ),
    'boardfinding.overdue': (
        'cadangan baik terbaru berumur {age}, seharusnya setiap {days} hari',
        'the newest good backup is {age} old, one is due every {days} days',
    ),
    'boardfinding.newest_failed': ('pencadangan terakhir gagal', 'the last backup failed'),
    'boardfinding.not_done': ('pencadangan {at} tidak terlaksana', 'the backup of {at} was not done'),
    'boardfinding.remarks': ('cadangan terbaru memiliki catatan', 'the newest backup has remarks'),
    'boardfinding.never_drilled': ('belum pernah diuji pulih', 'never drilled'),
    'boardfinding.drill_failed': ('uji pulih {at} GAGAL', 'the drill of {at} FAILED'),
    'boardfinding.drill_unproven': (
        'uji pulih terakhir tidak membuktikan semuanya (nilai {grade})',
        'the last drill did not prove everything (grade {grade})',
    ),
    'boardfinding.drill_old': (
        'uji pulih terakhir {at}, seharusnya setiap {days} hari',
        'the last drill was on {at}, one is due every {days} days',
    ),
    'boardfinding.rto': ('RTO terukur {rto} melebihi {hours} jam', 'the measured RTO, {rto}, is beyond {hours} h'),
    'boardfinding.copy': ('salinan {name} belum terverifikasi', 'copy {name} is not verified'),
    'boardfinding.late': ('ada tenggat yang terlewati', 'a deadline has passed'),
    'boardfinding.space': (
        'repositori akan penuh pada {date} (kosong {free})',
        'the repository will be full on {date} ({free} free)',
    ),
    'boardfinding.prune_failed': ('penghapusan menurut retensi terakhir gagal', 'the last prune failed'),
    'boardfinding.prune_overdue': (
        '{count} titik menunggu dihapus lebih dari {days} hari',
        '{count} points have waited to be pruned for more than {days} days',
    ),
    # What to do, of so many sites.
    'boardnext.unprotected': (
        '{count} situs tidak dicadangkan siapa pun; masukkan ke inventaris',
        '{count} site(s) are backed up by nobody; enter them into the inventory',
    ),
    'boardnext.unread': (
        'Repositori {count} situs tidak dapat dibaca',
        'The repositories of {count} site(s) cannot be read',
    ),
    'boardnext.none': (
        '{count} situs tanpa titik pemulihan yang baik',
        '{count} site(s) without a good recovery point',
    ),
    'boardnext.rpo': (
        'Cadangan {count} situs lebih tua daripada RPO',
        'The backups of {count} site(s) are older than their RPO',
    ),
    'boardnext.overdue': ('{count} situs terlambat dicadangkan', '{count} site(s) are overdue for a backup'),
    'boardnext.newest_failed': (
        'Pencadangan terakhir {count} situs gagal',
        'The last backup of {count} site(s) failed',
    ),
    'boardnext.not_done': (
        'Pencadangan terakhir {count} situs tidak terlaksana',
        'The last backup of {count} site(s) was not done',
    ),
    'boardnext.remarks': (
        'Baca catatan pada cadangan terbaru {count} situs',
        'Read the remarks of the newest backup of {count} site(s)',
    ),
    'boardnext.never_drilled': ('{count} situs belum pernah diuji pulih', '{count} site(s) were never drilled'),
    'boardnext.drill_failed': ('Uji pulih {count} situs GAGAL', 'The drill of {count} site(s) FAILED'),
    'boardnext.drill_unproven': (
        'Uji pulih {count} situs tidak membuktikan semuanya',
        'The drills of {count} site(s) did not prove everything',
    ),
    'boardnext.drill_old': ('{count} situs perlu diuji pulih lagi', '{count} site(s) are due for another drill'),
    'boardnext.rto': (
        'Pemulihan {count} situs lebih lama daripada RTO',
        'Bringing back {count} site(s) takes longer than their RTO',
    ),
    'boardnext.copy': ('Salinan {count} situs belum terverifikasi', 'Copies of {count} site(s) are not verified'),
    'boardnext.space': ('Repositori {count} situs akan penuh', 'The repositories of {count} site(s) are running full'),
    'boardnext.prune_failed': (
        'Penghapusan menurut retensi gagal pada {count} situs',
        'Pruning failed for {count} site(s)',
    ),
    'boardnext.prune_overdue': (
        'Titik kedaluwarsa menunggu dihapus pada {count} situs',
        'Expired points of {count} site(s) wait to be pruned',
    ),
    'boardnext.register': (
        'Buku register tidak dapat dipercaya atau dibaca: {reason}',
        'The register cannot be trusted or read: {reason}',
    ),
    'boardnext.medium': (
        'Ekspor ke media {label}, jatuh tempo {date}',
        'Export to medium {label}, due on {date}',
    ),
    'boardnext.databases': (
        '{count} basis data tidak dimiliki situs mana pun: {names}',
        '{count} database(s) belong to no site: {names}',
    ),
}
