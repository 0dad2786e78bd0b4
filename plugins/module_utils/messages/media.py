# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removable media: exports, custody, labels."""

from __future__ import annotations

# key: (Indonesian, English)
MEDIA: dict[str, tuple[str, str]] = {
    # RESTORE.md at the top of a medium: markdown, read by whoever finds the disk.
    'guide.title': ('Cara memulihkan situs dari media ini', 'How to bring the sites back from this medium'),
    'guide.medium': (
        'Media **{label}**, nomor inventaris {number}, UUID sistem berkas `{uuid}`.',
        'Medium **{label}**, inventory number {number}, file system UUID `{uuid}`.',
    ),
    'guide.opening': (
        (
            'Media ini berisi titik pemulihan situs web: setiap folder di bawah ini lengkap dengan sendirinya, berupa '
            'berkas biasa, dan dapat dipulihkan tanpa perangkat lunak pembuatnya. Yang diperlukan: server Debian (12 '
            'atau lebih baru) yang kosong, dan akun root.'
        ),
        (
            'This medium holds recovery points of web sites: each folder below is complete in itself, made of plain '
            'files, and can be restored without the software that wrote it. What you need: an empty Debian server (12 '
            'or newer), and root on it.'
        ),
    ),
    'guide.site': ('Situs', 'Site'),
    'guide.point': ('Folder (titik pemulihan)', 'Folder (recovery point)'),
    'guide.made': ('Dibuat', 'Made'),
    'guide.size': ('Ukuran', 'Size'),
    'guide.unusable': ('GAGAL, jangan dipakai', 'FAILED, do not use'),
    'guide.newest': (
        (
            'Perintah di bawah ini memulihkan titik terbaru yang baik dari setiap situs. Untuk titik lain, ikuti '
            'RESTORE.md di foldernya. Untuk satu situs saja, lewati bagian situs lainnya.'
        ),
        (
            'The commands below bring back the newest good point of every site. For another point, follow the '
            'RESTORE.md in its folder. For one site only, leave out the parts of the others.'
        ),
    ),
    'guide.lacks': (
        (
            '**Yang tidak ada di sini** dan harus disiapkan orang: konfigurasi server web dan PHP selain contoh paling '
            'sederhana di bawah, sertifikat TLS, DNS, jadwal cron, dan pengiriman surel.'
        ),
        (
            '**What is not here** and has to be seen to by people: the configuration of web server and PHP beyond the '
            'simplest example below, TLS certificates, DNS, cron jobs, and the sending of mail.'
        ),
    ),
    'guide.step_open': ('Buka media', 'Open the medium'),
    'guide.open': (
        (
            'Pasang (mount) media di server itu, buka terminal bash sebagai root di folder berkas ini, dan jalankan '
            'semua perintah dalam terminal yang sama, menurut urutannya. Berhentilah bila salah satu gagal.'
        ),
        (
            'Mount the medium on that server, open a bash terminal as root in the folder of this file, and run all '
            'commands in that same terminal, in their order. Stop when one of them fails.'
        ),
    ),
    'guide.step_check': ('Periksa keutuhan', 'Check that it is whole'),
    'guide.check': (
        (
            'Perintah pertama tidak menulis apa pun bila semua berkas utuh. `verify.py` memeriksa sekali lagi dengan '
            'Python saja dan menjelaskan yang ditemukannya.'
        ),
        (
            'The first command prints nothing when every file is intact. `verify.py` checks once more, with Python '
            'alone, and explains what it finds.'
        ),
    ),
    'guide.step_packages': ('Paket', 'Packages'),
    'guide.packages': (
        (
            'Basis data, PHP, server web, dan perkakas. Tanpa internet, pasang paket yang sama dari cakram instalasi '
            'Debian.'
        ),
        (
            'Database servers, PHP, web server, and tools. Without internet, install the same packages from the Debian '
            'installation discs.'
        ),
    ),
    'guide.step_site': ('Situs {site}', 'Site {site}'),
    'guide.facts': (
        'Situs **{site}** ({url}), dahulu di server {host}; titik pemulihan {point}.',
        'Site **{site}** ({url}), formerly on the server {host}; recovery point {point}.',
    ),
    'guide.encrypted': (
        (
            '**Terenkripsi (age).** Perlu berkas identitas (kunci rahasia) dari brankas; tanpa itu tidak ada yang '
            'dapat dibaca.'
        ),
        '**Encrypted (age).** The identity file (secret key) from the safe is needed; without it nothing can be read.',
    ),
    'guide.places': (
        'Pindahkan berkas ke tempatnya semula. Perintah ini menolak menimpa folder yang sudah berisi:',
        'Move the files to where they were. These commands refuse to replace a folder that holds anything:',
    ),
    'guide.step_web': ('Server web dan PHP', 'Web server and PHP'),
    'guide.web': (
        (
            'Konfigurasi server lama adalah yang terbaik bila masih ada. Bila tidak, ini yang paling sederhana untuk '
            'nginx: setiap situs dengan folder web pertamanya; ubah `root` bila aplikasi memakai subfolder (misalnya '
            '`public`), dan tambahkan TLS. Arahkan DNS (atau /etc/hosts) ke server ini.'
        ),
        (
            'The configuration of the old server is best if there still is one. If not, this is the simplest for '
            'nginx: every site with its first web folder; change `root` where the application uses a folder in it (say '
            '`public`), and add TLS. Point the DNS (or /etc/hosts) to this server.'
        ),
    ),
    'guide.web_site': (
        '**{site}**: PHP {php}; ekstensi: {extensions}',
        '**{site}**: PHP {php}; extensions: {extensions}',
    ),
    'guide.step_look': ('Lihat hasilnya', 'Look at the result'),
    'guide.look': (
        (
            'Setiap situs harus menjawab 200 (atau 301 atau 302 bila ia mengalihkan). Bukalah juga dengan peramban, '
            'masuk, dan lihat isi yang terbaru.'
        ),
        (
            'Every site must answer 200 (or 301 or 302 where it redirects). Open it in a browser, too, log in, and '
            'look at the newest content.'
        ),
    ),
    # `rawat export` and its report.
    'export.point_of_one': (
        '--point adalah milik satu situs: sebutkan situsnya dengan --only',
        '--point belongs to one site: name that site with --only',
    ),
    'export.remounted': ('ya, setelah dipasang ulang', 'yes, after mounting anew'),
    'export.in_place': ('ya, tanpa dipasang ulang', 'yes, without mounting anew'),
    'export.unplug': (
        (
            'Media {label} sudah dilepas (unmount) dan boleh dicabut. Catat pembawanya: rawat media take {label} --by '
            'NAMA --where TEMPAT'
        ),
        (
            'Medium {label} is unmounted and may be unplugged. Enter who takes it: rawat media take {label} --by NAME '
            '--where PLACE'
        ),
    ),
    'export.title': ('Ekspor ke media', 'Export to a medium'),
    'export.medium': ('Media', 'Medium'),
    'export.number': ('Nomor inventaris', 'Inventory number'),
    'export.uuid': ('UUID sistem berkas', 'File system UUID'),
    'export.serial': ('Nomor seri', 'Serial number'),
    'export.directory': ('Folder', 'Directory'),
    'export.source': ('Sumber', 'Source'),
    'export.amount': ('Berkas, ukuran', 'Files, size'),
    'export.encryption': ('Enkripsi', 'Encryption'),
    'export.none': ('tidak dienkripsi', 'not encrypted'),
    'export.read_back': ('Dibaca ulang', 'Read back'),
    'export.sums': ('SHA-256 SHA256SUMS', 'SHA-256 of SHA256SUMS'),
    'export.manifest': ('SHA-256 manifest.json', 'SHA-256 of manifest.json'),
    # `rawat media`: custody, rotation, warnings.
    'media.none': (
        'website_media dalam {path} kosong: daftarkan media di sana (label, uuid)',
        'website_media in {path} is empty: list the media there (label, uuid)',
    ),
    'media.shape': (
        'website_media dalam {path}: setiap media memerlukan label dan uuid',
        'website_media in {path}: every medium needs label and uuid',
    ),
    'media.taken': (
        'Baris {row}: media {label} dibawa {by} ke {where}.',
        'Row {row}: medium {label} was taken by {by} to {where}.',
    ),
    'media.returned': (
        'Baris {row}: media {label} dikembalikan oleh {by}, disimpan di {where}.',
        'Row {row}: medium {label} was returned by {by} and lies at {where}.',
    ),
    'media.bad_format': (
        '{path}: akhiran nama berkas menentukan formatnya: {known}',
        '{path}: the end of the file name says the format: {known}',
    ),
    'media.not_drawn': ('{path} tidak dapat dibuat: {reason}', '{path} could not be made: {reason}'),
    'media.drawn': ('Dibuat: {path}', 'Made: {path}'),
    'media.at_hand': ('tersedia', 'at hand'),
    'media.old': (
        '{label}: dipakai sejak {since}, lebih dari {years} tahun: ganti medianya',
        '{label}: in use since {since}, more than {years} years: replace it',
    ),
    'media.age_unknown': (
        '{label}: umurnya tidak diketahui: isi in_use_since',
        '{label}: its age is not known: give in_use_since',
    ),
    'media.full': (
        '{label}: hampir penuh, sisa {free}: hapus ekspor lama atau ganti medianya',
        '{label}: almost full, {free} left: remove old exports or take a larger one',
    ),
    'media.empty': ('{label}: belum pernah diisi', '{label}: nothing was ever exported to it'),
    'media.no_rotation': (
        'Media berikutnya: {label}. website_media_rotation belum diisi, maka tidak ada tenggat.',
        'Next medium: {label}. website_media_rotation is not set, so nothing is due.',
    ),
    'media.due_now': (
        'JATUH TEMPO: ekspor ke media {label} (set {set}), seharusnya {date}.',
        'DUE: export to medium {label} (set {set}), was due on {date}.',
    ),
    'media.due_later': (
        'Media berikutnya: {label} (set {set}), jatuh tempo {date}.',
        'Next medium: {label} (set {set}), due on {date}.',
    ),
    'column.medium': ('Media', 'Medium'),
    'column.read_back': ('Dibaca ulang', 'Read back'),
    'column.set': ('Set', 'Set'),
    'column.inventory_number': ('No. inventaris', 'Inventory no.'),
    'column.exported': ('Ekspor terakhir', 'Last export'),
    'column.free': ('Sisa', 'Free'),
    'column.holder': ('Pemegang', 'Holder'),
    'column.where': ('Tempat', 'Where'),
    'activity.export': ('menulis ke media', 'writing to the medium'),
    'activity.read-back': ('membaca ulang', 'reading back'),
    'subject.export': ('Ekspor cadangan ke media lepas', 'Export of backups to a removable medium'),
    'exported.complete': (
        'titik pulih tersalin lengkap ke media, dan setiap berkas dibaca ulang dan sama.',
        'the recovery point is on the medium, complete in itself; every file was read back and is equal.',
    ),
    'exported.remarks': (
        'titik pulih ada di media dan sudah dibaca ulang; hal-hal pada bagian D perlu diketahui.',
        'the recovery point is on the medium and was read back; part D lists what must be known.',
    ),
    'exported.failed': (
        'tidak ada titik pulih baru yang dapat dipercaya di media; lihat penyebabnya.',
        'there is no new recovery point on the medium that could be trusted; see the cause.',
    ),
    'exported.unreachable': ('tidak dilaksanakan.', 'not done.'),
    'letter.export': ('Ekspor cadangan', 'Export of backups'),
    # Options.
    'help.export': (
        'Ekspor titik pulih terbaru ke media lepas, lengkap dengan cara memulihkannya',
        'Export the newest recovery points to a removable medium, with the way to restore them',
    ),
    'help.export_to': (
        'Label atau UUID media dari website_media, atau folder',
        'Label or UUID of a medium of website_media, or a directory',
    ),
    'help.export_recipient': (
        'Enkripsi ke kunci publik age ini (dapat diulang)',
        'Encrypt to this age public key (repeatable)',
    ),
    'help.media': (
        'Media lepas: daftar, giliran, serah terima, label',
        'Removable media: list, rotation, custody, labels',
    ),
    'help.media_label': ('Label atau UUID media', 'Label or UUID of the medium'),
    'help.media_by': ('Nama orang', 'Name of the person'),
    'help.media_where': ('Tempat media', 'Where the medium is'),
    'help.media_note': ('Catatan', 'A remark'),
    'help.media_list': ('Semua media: isi, pemegang, tempat', 'All media: contents, holder, place'),
    'help.media_due': (
        'Giliran berikutnya; kode keluar 1 bila jatuh tempo',
        'What is due and which medium is next; exit code 1 when something is due',
    ),
    'help.media_take': ('Catat bahwa media dibawa', 'Enter that a medium is taken'),
    'help.media_return': ('Catat bahwa media kembali', 'Enter that a medium is back'),
    'help.media_labels': ('Lembar label media, untuk digunting', 'Label sheet of the media, to be cut out'),
    'help.media_checklist': (
        'Daftar opname media, untuk ditandatangani',
        'Stock-take list of the media, to be signed',
    ),
    'help.media_output': ('Berkas yang dibuat (.pdf, .html, .docx)', 'The file to make (.pdf, .html, .docx)'),
    # The label sheet, the custody form and the stock-take list.
    'mediasheet.labels': ('Label media', 'Labels for media'),
    'mediasheet.note': (
        'Potong label dan tempelkan pada media dan kotaknya.',
        'Cut out the labels and stick them on the media and their boxes.',
    ),
    'mediasheet.set': ('Set', 'Set'),
    'mediasheet.since': ('Dipakai sejak', 'In use since'),
    'mediasheet.replace': ('Ganti sebelum', 'Replace before'),
    'mediasheet.secret': ('Bila ditemukan, serahkan kepada', 'If found, hand it to'),
    'mediasheet.restore': (
        'Cara memulihkan: RESTORE.md pada media ini',
        'How to restore: RESTORE.md on this medium',
    ),
    'mediasheet.checklist': ('Opname media cadangan', 'Stock-take of backup media'),
    'mediasheet.how': (
        (
            'Cari setiap media, cocokkan label, nomor inventaris dan tempatnya, lalu beri tanda. Yang tidak ditemukan '
            'dilaporkan hari ini juga.'
        ),
        (
            'Find every medium, compare label, inventory number and place, and tick it. What is not found is reported '
            'the same day.'
        ),
    ),
    'mediasheet.expected': ('Menurut catatan', 'According to the log'),
    'mediasheet.there': ('Ada', 'There'),
    'mediasheet.condition': ('Kondisi, catatan', 'Condition, remarks'),
    'mediasheet.checked_by': ('Diperiksa oleh', 'Checked by'),
    'mediasheet.known_by': ('Mengetahui', 'Seen by'),
    'mediasheet.custody': ('Serah terima', 'Custody'),
    'mediasheet.handed': ('Yang menyerahkan', 'Handed over by'),
    'mediasheet.received': ('Yang menerima', 'Received by'),
    'mediasheet.date': ('Tanggal', 'Date'),
    'mediasheet.purpose': ('Keperluan, tujuan', 'Purpose, destination'),
}
