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
}
