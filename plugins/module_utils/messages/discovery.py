# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of what was found on servers."""

from __future__ import annotations

DISCOVERY: dict[str, tuple[str, str]] = {
    'help.discover': (
        'Mencari situs di peladen dan menunjukkan yang belum dilindungi; hanya membaca.',
        'Find the sites of the servers and show those that nobody backs up; reads only.',
    ),
    'help.discover_output': (
        'Menulis inventaris situs yang belum dilindungi ke DIREKTORI baru ini.',
        'Write an inventory of the unprotected sites into this new DIRECTORY.',
    ),
    'help.vault_password_file': (
        'Berkas kata sandi ansible-vault, untuk mengenkripsi kata sandi basis data yang ditemukan.',
        'The password file of ansible-vault, to encrypt the database passwords that are found.',
    ),
    'usage.no_hosts': (
        'inventaris {path} tidak memuat peladen: tambahkan peladen yang akan diperiksa',
        'the inventory {path} names no host: add the servers to look at',
    ),
    'column.application': ('Aplikasi', 'Application'),
    'column.webroot': ('Berkas web', 'Webroot'),
    'column.databases': ('Basis data', 'Databases'),
    'column.protection': ('Perlindungan', 'Protection'),
    'discovery.protected': ('terlindungi ({name})', 'protected ({name})'),
    'discovery.partly': ('SEBAGIAN ({name})', 'PARTLY ({name})'),
    'discovery.open': ('BELUM DILINDUNGI', 'NOT PROTECTED'),
    'discovery.none': ('Tidak ada situs yang ditemukan.', 'No site was found.'),
    'discovery.count': (
        '{count} situs ditemukan, {unprotected} belum (sepenuhnya) dilindungi.',
        '{count} site(s) found, {unprotected} of them not (wholly) protected.',
    ),
    'discovery.remarks': ('Catatan:', 'Remarks:'),
    'discovery.unclaimed': (
        'Basis data yang tidak dipakai situs mana pun: {engine} {name} di {host} ({size}, {tables} tabel)',
        'A database that no site claims: {engine} {name} on {host} ({size}, {tables} tables)',
    ),
    'discovery.gone': (
        'Situs {name} di {host} ada di inventaris, tetapi {paths} tidak ada lagi di peladen',
        'The site {name} on {host} is in the inventory, but {paths} is no longer on the server',
    ),
    'discovery.host_failed': ('{host} tidak dapat diperiksa: {reason}', '{host} could not be looked at: {reason}'),
    'discovery.written': ('Ditulis: {path}', 'Written: {path}'),
    'discovery.nothing_written': (
        'Tidak ada yang ditulis: semua situs yang ditemukan sudah ada di inventaris.',
        'Nothing was written: every site that was found is in the inventory.',
    ),
    'discovery.next': (
        'Lalu periksa isinya, dan jalankan: `rawat doctor -i {path}`',
        'Then look through it, and run: `rawat doctor -i {path}`',
    ),
    'discovery.variable_missing': (
        'Variabel {name} belum ada: tidak ada kata sandi ansible-vault, jadi nilainya tidak ditulis.',
        'The variable {name} is missing: there was no password of ansible-vault, so its value was not written.',
    ),
    'discovery.warning': (
        'Belum dilindungi: {webroot} ({what}) di {host}. Lihat `rawat discover`.',
        'Nobody backs up {webroot} ({what}) on {host}. See `rawat discover`.',
    ),
    'discovery.more': (
        '… dan {count} situs lain yang belum dilindungi',
        '… and {count} more sites that nobody backs up',
    ),
    # Comments in the files that are written.
    'discovery.hosts_head': (
        'Dibuat oleh rawat discover. Kata sandi sambungan tidak disalin.',
        'Made by rawat discover. Passwords of connections were not copied.',
    ),
    'discovery.entries_head': (
        'Situs di peladen ini yang belum dilindungi. Periksa, lalu pindahkan ke website_sites inventaris Anda.',
        'Sites of this server that nobody backs up. Check them, then move them into your inventory.',
    ),
    'discovery.repository_todo': (
        'Ganti dengan tempat cadangan yang sebenarnya, sebaiknya di luar peladen ini.',
        'Replace this by the real place of your backups, which should not be this server.',
    ),
    'discovery.administrator': (
        'Basis data {name}: masuk sebagai {user} tanpa kata sandi. {better}',
        'Database {name}: logs in as {user} without a password. {better}',
    ),
    'discovery.own': (
        'Basis data {name}: memakai akun situs itu sendiri ({user}). {better}',
        "Database {name}: uses the site's own account ({user}). {better}",
    ),
    'discovery.better_mariadb': (
        (
            'Lebih baik akun khusus cadangan dengan hak SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT pada basis '
            'data ini dan SELECT pada mysql.*'
        ),
        (
            'Better is an account for backups with SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT on this database '
            'and SELECT on mysql.*'
        ),
    ),
    'discovery.better_postgresql': (
        'Lebih baik peran khusus cadangan yang menjadi anggota pg_read_all_data',
        'Better is a role for backups that is a member of pg_read_all_data',
    ),
    'discovery.templated': (
        'Situs {site} ({file}) tidak ditulis: nama atau jalurnya memuat tanda templat.',
        'The site {site} ({file}) was not written: its name or path holds marks of a template.',
    ),
}
