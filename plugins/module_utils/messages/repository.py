# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""rawat repository: keys, locks and checks of repositories."""

from __future__ import annotations

# key: (Indonesian, English)
REPOSITORY: dict[str, tuple[str, str]] = {
    'help.repository': (
        'Merawat repositori: kata sandi, kunci, pemeriksaan.',
        'Look after repositories: passwords, locks, checks.',
    ),
    'help.rotate_key': (
        (
            'Mengganti kata sandi repositori restic dalam dua langkah; di antaranya kata sandi lama dan baru sama-sama '
            'berlaku. Langkah kedua: --finish.'
        ),
        (
            'Change the password of a restic repository in two steps, between which the old one and the new one '
            'are both good. The second step: --finish.'
        ),
    ),
    'help.unlock': (
        'Menampilkan siapa yang mengunci repositori dan sejak kapan; kunci restic yang tak dipegang dilepas.',
        "Show who locks repositories and since when, and remove restic's locks that nobody holds any more.",
    ),
    'help.repository_check': ('Memeriksa keutuhan repositori.', 'Check that repositories are sound.'),
    'help.new_password_file': (
        (
            'berkas berisi kata sandi baru (mode 0600); dibuat dengan kata sandi acak bila belum ada. Bawaan: '
            'new-repository-password di direktori ini'
        ),
        (
            'file with the new password (mode 0600); made with a random one when it is not there. Default: '
            'new-repository-password in this directory'
        ),
    ),
    'help.finish_keys': (
        'hapus kunci lama; inventaris sudah memuat kata sandi baru',
        'remove the old keys; the inventory has the new password already',
    ),
    'help.read_data': ('baca juga semua data yang tersimpan', 'read all that is stored, too'),
    'help.remove_live': (
        'lepas juga kunci restic yang mungkin masih dipegang proses lain; perlu --confirm',
        "also remove restic's locks that another process may still hold; needs --confirm",
    ),
    'help.confirm_unlock': (
        'nama inventaris, sebagai tanda bahwa tidak ada restic lain yang berjalan',
        'name of the inventory, as a sign that no other restic is running',
    ),
    'usage.confirm_unlock': (
        (
            'melepas kunci yang masih dipegang dapat merusak apa yang sedang ditulis: pastikan tidak ada pencadangan, '
            'pemangkasan, atau pemeriksaan yang berjalan, lalu tambahkan --confirm {name}'
        ),
        (
            'removing a lock that is held can spoil what is being written: see to it that no backup, prune or check is '
            'running, then add --confirm {name}'
        ),
    ),
    'usage.password_file': (
        'berkas kata sandi {path} tidak dapat dipakai: {reason}',
        'the password file {path} cannot be used: {reason}',
    ),
    'usage.password_file_open': (
        'berkas kata sandi {path} dapat dibaca pengguna lain: jalankan chmod 600, dan ganti isinya bila perlu',
        'the password file {path} can be read by others: run chmod 600, and change what is in it if need be',
    ),
    'column.location': ('Lokasi', 'Location'),
    'column.key': ('Kunci (* yang dipakai)', 'Key (* the one in use)'),
    'column.created': ('Dibuat', 'Created'),
    'column.made_on': ('Di', 'On'),
    'column.lock': ('Kunci', 'Lock'),
    'column.owner': ('Pemegang', 'Owner'),
    'column.process': ('Proses', 'Process'),
    'column.time': ('Lama', 'Time'),
    'column.method': ('Cara', 'Method'),
    'rekey.added': ('kata sandi baru ditambahkan dan terbukti', 'new password added and proved'),
    'rekey.was_there': ('kata sandi baru sudah berlaku', 'new password was good already'),
    'rekey.removed': ('kunci lama dihapus', 'old keys removed'),
    'rekey.nothing_to_remove': ('tidak ada kunci lama', 'no old keys'),
    'rekey.old_still_good': (
        'Kata sandi lama tetap berlaku di semua repositori. Jalankan lagi setelah penyebabnya dibereskan.',
        'The old password is still good everywhere. Run this again when the cause is mended.',
    ),
    'rekey.put_into_vault': (
        (
            'Kata sandi baru ada di {path}. Sekarang tulis ke inventaris sebagai website_repository.password (dan '
            'website_vault.repository.password bila ada), misalnya:\n'
            '  ansible-vault encrypt_string --stdin-name password < {path}'
        ),
        (
            'The new password is in {path}. Now put it into the inventory as website_repository.password (and '
            'website_vault.repository.password where there is one), for instance:\n'
            '  ansible-vault encrypt_string --stdin-name password < {path}'
        ),
    ),
    'rekey.then_finish': (
        (
            'Sampai itu kata sandi lama tetap berlaku. Setelahnya: rawat repository rotate-key --finish, lalu shred -u '
            'berkas itu, dan perbarui salinan kata sandi di brankas.'
        ),
        (
            'Until then the old one is good, too. Then: rawat repository rotate-key --finish, shred -u that file, and '
            'renew the copy of the password in the safe.'
        ),
    ),
    'rekey.finished': (
        'Hanya kata sandi di inventaris yang masih membuka repositori.',
        'Only the password of the inventory opens the repository now.',
    ),
    'locks.held': ('masih dipegang', 'held'),
    'locks.removed': ('dilepas', 'removed'),
    'locks.none': ('tidak terkunci', 'not locked'),
    'locks.all_sites': ('semua', 'all'),
    'locks.live': (
        (
            'Kunci yang masih dipegang tidak dilepas: tunggu prosesnya selesai. Kunci restic dari mesin lain '
            'dianggap mati setelah 30 menit tanpa pembaruan.'
        ),
        (
            "What is held was not removed: let its process end. restic's locks of other machines count as dead "
            'when they were not renewed for 30 minutes.'
        ),
    ),
    'soundness.sound': ('UTUH', 'SOUND'),
    'soundness.repair': (
        (
            'Jangan jalankan prune atau forget. Ikuti langkah perbaikan di docs/repositories.md; salinan lain tetap '
            'menjadi sandaran.'
        ),
        (
            'Run no prune and no forget. Follow the steps of repair in docs/repositories.md; the other copies are what '
            'you lean on meanwhile.'
        ),
    ),
}
