# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identities of the encrypted archives and their escrow sheet."""

from __future__ import annotations

# key: (Indonesian, English)
KEYS: dict[str, tuple[str, str]] = {
    'help.new_identity': (
        'membuat pasangan kunci untuk arsip terenkripsi: identitas (rahasia) dan penerima (publik)',
        'make a key pair for encrypted archives: the identity (secret) and the recipient (public)',
    ),
    'help.identity_output': (
        'berkas baru untuk identitas; hanya terbaca oleh Anda',
        'the new file for the identity; readable by you alone',
    ),
    'help.escrow': (
        'mencetak lembar kunci untuk brankas, atau memeriksa kunci yang diketik dari lembar itu',
        'print the key sheet for the safe, or check a key that was typed from it',
    ),
    'help.escrow_identity': (
        'berkas identitas (satu identitas); "-" membaca dari masukan standar',
        'the identity file (one identity); "-" reads the standard input',
    ),
    'help.escrow_output': (
        'folder untuk lembar kunci; bukan folder arsip laporan',
        'directory for the sheet; not the filing directory',
    ),
    'help.escrow_recipient': (
        'hanya periksa: apakah identitas itu milik penerima ini (age1…)?',
        'only check: does the identity belong to this recipient (age1…)?',
    ),
    'identity.written': ('Identitas (RAHASIA): {path}', 'Identity (SECRET): {path}'),
    'identity.recipient': ('Penerima (publik): {recipient}', 'Recipient (public): {recipient}'),
    'identity.next': (
        (
            'Tulis penerima di website_repository.recipients. Simpan identitas di berkas Ansible Vault bagi host '
            'yang menguji dan memulihkan (identities), cetak lembar kuncinya (rawat repository escrow --identity '
            '{path}) untuk brankas, lalu hapus berkas ini. Tanpa identitas, arsip tidak dapat dibuka oleh siapa '
            'pun.'
        ),
        (
            'Write the recipient into website_repository.recipients. Keep the identity in an Ansible Vault file '
            'for the hosts that drill and restore (identities), print its sheet for the safe (rawat repository '
            'escrow --identity {path}), then remove this file. Without the identity nobody can open the archives.'
        ),
    ),
    'identity.unreadable': ('{path} tidak dapat dibaca: {reason}', '{path} cannot be read: {reason}'),
    'identity.wrong': ('{path} bukan berkas identitas: {reason}', '{path} is no identity file: {reason}'),
    'identity.several': (
        '{path} memuat {count} identitas: satu lembar untuk satu identitas; pisahkan berkasnya',
        '{path} holds {count} identities: one sheet is for one identity; split the file',
    ),
    'escrow.in_filing': (
        (
            '{path} terletak di folder arsip laporan {filing}; lembar kunci rahasia tidak disimpan di sana, pilih'
            ' folder lain'
        ),
        '{path} lies in the filing directory {filing}; a secret sheet is not kept there, choose another directory',
    ),
    'escrow.written': ('Lembar kunci (RAHASIA): {path}', 'Key sheet (SECRET): {path}'),
    'escrow.print': (
        'Cetak, periksa pindaiannya, masukkan ke brankas, lalu hapus berkas-berkas ini.',
        'Print it, check the scan, put it into the safe, then remove these files.',
    ),
    'escrow.no_pdf': (
        "PDF tidak dibuat; pasang dengan: pip install 'rawat[paper]'",
        "No PDF was made; install it with: pip install 'rawat[paper]'",
    ),
    'escrow.matches': ('COCOK: identitas ini milik {recipient}', 'MATCHES: this identity belongs to {recipient}'),
    'escrow.differs': (
        'TIDAK COCOK: identitas ini milik {found}, bukan {recipient}',
        'DIFFERS: this identity belongs to {found}, not to {recipient}',
    ),
    'escrow.title': ('Lembar Kunci Arsip Cadangan', 'Key Sheet of the Backup Archives'),
    'escrow.secret': (
        (
            'RAHASIA. Siapa pun yang memegang lembar ini dapat membaca seluruh arsip yang terenkripsi untuk '
            'penerima di bawah. Simpan di brankas dalam amplop tertutup; jangan difoto, dipindai, atau dikirim.'
        ),
        (
            'SECRET. Whoever holds this sheet can read every archive that is encrypted for the recipient below. '
            'Keep it in the safe, in a closed envelope; do not photograph, scan or send it.'
        ),
    ),
    'escrow.made': ('Dibuat', 'Made'),
    'escrow.recipient': ('Penerima (publik)', 'Recipient (public)'),
    'escrow.opens': ('Membuka', 'Opens'),
    'escrow.opens_text': (
        'setiap titik pemulihan yang menyebut penerima ini dalam manifest.json dan RESTORE.md-nya',
        'every recovery point that names this recipient in its manifest.json and RESTORE.md',
    ),
    'escrow.identity': ('Identitas (rahasia)', 'Identity (secret)'),
    'escrow.typing': (
        (
            'Spasi hanya untuk memudahkan membaca dan tidak diketik. Di belakang "-1" tidak ada huruf B, I, O dan'
            ' angka 1: 0 selalu angka nol. Kode QR memuat identitas yang sama.'
        ),
        (
            'The blanks are for the eye only and are not typed. Behind "-1" there are no letters B, I, O and no '
            'digit 1: 0 is always the digit zero. The QR code holds the same identity.'
        ),
    ),
    'escrow.how': ('Cara memakai', 'How to use it'),
    'escrow.step_type': (
        (
            'Di komputer yang bersih, tulis identitas itu dalam satu baris ke sebuah berkas yang hanya terbaca '
            'oleh Anda:'
        ),
        'On a clean computer, write the identity on one line into a file that only you can read:',
    ),
    'escrow.step_check': (
        'Periksa ketikan; yang tercetak harus penerima di atas:',
        'Check the typing; what is printed must be the recipient above:',
    ),
    'escrow.step_use': (
        (
            'Ikuti RESTORE.md dari titik pemulihan dengan menyebut letak berkas itu di IDENTITY; atau pakai '
            'sebagai identities:'
        ),
        'Follow the RESTORE.md of the recovery point and name that file in IDENTITY; or use it as identities:',
    ),
    'escrow.step_remove': (
        'Hapus berkas itu setelah selesai dan kembalikan lembar ini ke brankas.',
        'Remove the file when you have finished, and put this sheet back into the safe.',
    ),
    'escrow.keep': (
        (
            'Simpan lembar ini sampai titik pemulihan terakhir yang menyebut penerima ini sudah dimusnahkan, juga'
            ' setelah penerima diganti.'
        ),
        (
            'Keep this sheet until the last recovery point that names this recipient has been destroyed, also '
            'after the recipients have changed.'
        ),
    ),
    'escrow.opened': ('Dibuka pada / oleh / alasan / paraf', 'Opened on / by / reason / initials'),
}
