# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of runs that other machines carry out."""

from __future__ import annotations

# key: (Indonesian, English)
WORKERS: dict[str, tuple[str, str]] = {
    'help.worker': (
        'serahkan pelaksanaan kepada mesin ini melalui SSH; boleh diulang, peladen dibagi di antara semuanya',
        'have this machine carry out the run, over SSH; may be repeated: the hosts are shared among all',
    ),
    'help.worker_file': (
        'berkas atau folder yang ikut dikirim ke setiap pekerja, di bawah direktori kerja atau folder inventaris',
        'a file or folder that travels to every worker, below the working directory or the folder of the inventory',
    ),
    'help.failed': (
        'hanya situs yang gagal atau tidak dilaksanakan pada pelaksanaan terakhir yang terarsip',
        'only the sites that failed or were not done in the newest filed run',
    ),
    'failed.nothing': (
        'Tidak ada yang perlu diulang: pada pelaksanaan {run} tidak ada situs (yang dipilih) yang gagal ({path}).',
        'Nothing to do: in the run {run} no site (of those chosen) failed or was not done ({path}).',
    ),
    'failed.none': (
        '--failed: tidak ada pelaksanaan jenis {kind} yang terarsip di {path}: jalankan dahulu tanpa --failed',
        '--failed: no run of the kind {kind} is filed in {path}: run it without --failed first',
    ),
    'worker.share': ('pekerja {worker}: {hosts}', 'worker {worker}: {hosts}'),
    'worker.lost': (
        (
            'pekerja {worker} hilang: {reason}. Peladennya: {hosts}. Yang belum dilaporkannya tercatat sebagai tidak '
            'dilaksanakan; ulangi dengan --failed.'
        ),
        (
            'the worker {worker} was lost: {reason}. Its hosts: {hosts}. What it had not reported is filed as not '
            'done; run it again with --failed.'
        ),
    ),
    'worker.dismissed': ('pekerjaan dihentikan dari sini', 'the work was stopped from here'),
    'worker.silent': (
        'pekerja tidak memberi kabar selama {seconds} detik',
        'the worker was silent for {seconds} seconds',
    ),
    'worker.no_answer': ('tidak ada jawaban dalam {seconds} detik', 'no answer within {seconds} seconds'),
    # usage errors
    'worker.refused': (
        'Pelaksanaan tidak dimulai dan tidak ada peladen yang disentuh:',
        'The run did not begin, and no host was touched:',
    ),
    'worker.address': (
        '--worker {value}: tulis ssh://[PENGGUNA@]PELADEN[:PORT][/FOLDER], tanpa kata sandi',
        '--worker {value}: write ssh://[USER@]HOST[:PORT][/FOLDER], without a password',
    ),
    'worker.twice': (
        '--worker {worker}: alamat itu disebut dua kali; sebut setiap pekerja sekali',
        '--worker {worker}: this address is given twice; name each worker once',
    ),
    'worker.ssh_arguments': (
        '{name} tidak dapat dibaca: {reason}; tutup tanda kutipnya',
        '{name} cannot be read: {reason}; close its quotes',
    ),
    'worker.no_check': (
        '--check tidak berlaku bersama --worker: pemeriksaan dijalankan dari sini; hilangkan salah satunya',
        '--check does not go with --worker: the examination is made from here; leave out one of them',
    ),
    'worker.file_alone': (
        '--worker-file hanya berguna bersama --worker: tambahkan pekerja atau hilangkan --worker-file',
        '--worker-file is of use with --worker only: add a worker, or leave it out',
    ),
    'worker.no_ssh': (
        'pekerja {worker}: ssh tidak dapat dijalankan di mesin ini: {reason}; pasang openssh-client',
        'the worker {worker}: ssh cannot be started on this machine: {reason}; install openssh-client',
    ),
    'worker.unreached': (
        (
            'pekerja {worker} tidak dapat dicapai: {reason}; cobalah sendiri dengan ssh: masuknya harus tanpa '
            'pertanyaan (kunci, known_hosts)'
        ),
        (
            'the worker {worker} cannot be reached: {reason}; try it with ssh by hand: it must let you in without a '
            'question (key, known_hosts)'
        ),
    ),
    'worker.chatter': (
        (
            'pekerja {worker} menulis teks pada saat masuk ({said}): berkas awal shell-nya (misalnya ~/.bashrc) '
            'harus diam bila tidak ada terminal'
        ),
        (
            'the worker {worker} writes text at login ({said}): the start files of its shell (such as ~/.bashrc) must '
            'be silent when there is no terminal'
        ),
    ),
    'worker.no_python': (
        'pekerja {worker} tidak mempunyai python3 ({said}): pasang Python 3, ansible-core, dan ansible-runner di sana',
        'the worker {worker} has no python3 ({said}): install Python 3, ansible-core and ansible-runner there',
    ),
    'worker.lacks': (
        (
            'pekerja {worker} tidak mempunyai {program} {least} atau lebih baru pada PATH ({said}): pasang di sana, '
            'atau sebut folder perintahnya: ssh://PELADEN/opt/venv/bin'
        ),
        (
            'the worker {worker} has no {program} {least} or newer on its PATH ({said}): install it there, or name '
            'the folder of its commands: ssh://HOST/opt/venv/bin'
        ),
    ),
    'worker.too_old': (
        'pekerja {worker} mempunyai {program} {found}; diperlukan {least} atau lebih baru: perbarui di sana',
        'the worker {worker} has {program} {found}; {least} or newer is needed: upgrade it there',
    ),
    'worker.no_file': (
        (
            'pekerja {worker} tidak mempunyai {path}, yang disebut oleh inventaris atau setelan: letakkan di sana, '
            'atau kirimkan dengan --worker-file dan tulis {{{{ inventory_dir }}}}/… atau jalur relatif'
        ),
        (
            'the worker {worker} does not have {path}, which the inventory or a setting names: put it there, or let '
            'it travel with --worker-file and write {{{{ inventory_dir }}}}/… or a relative path'
        ),
    ),
    'worker.stays': (
        '{setting} menyebut {path}, dan berkas itu tidak ikut ke pekerja: kirimkan dengan --worker-file',
        '{setting} names {path}, and that does not travel to the workers: send it along with --worker-file',
    ),
    'worker.no_such_file': (
        '--worker-file {path}: berkas itu tidak ada; periksa jalurnya',
        '--worker-file {path}: there is no such file; check the path',
    ),
    'worker.elsewhere': (
        (
            '--worker-file {path}: tidak di bawah direktori kerja ({here}) dan tidak di bawah folder inventaris '
            '({beside}), jadi tidak ada tempatnya di pekerja; pindahkan ke salah satunya'
        ),
        (
            '--worker-file {path}: it is neither below the working directory ({here}) nor below the folder of the '
            'inventory ({beside}), so there is no place for it on a worker; move it into one of them'
        ),
    ),
    'worker.too_much': (
        '{path}: inventaris dan berkas yang ikut lebih besar dari {limit} MiB; simpan berkas besar di tempat lain',
        '{path}: the inventory and what travels with it are more than {limit} MiB; keep big files elsewhere',
    ),
    'worker.unreadable': (
        '{path} tidak dapat disalin untuk para pekerja: {reason}; periksa hak aksesnya',
        '{path} cannot be copied for the workers: {reason}; check its permissions',
    ),
    'worker.vault': (
        (
            'kata sandi vault dari {source} tidak dapat dikirim ke pekerja: {reason}; simpan dalam berkas dan sebut '
            'berkas itu (ANSIBLE_VAULT_PASSWORD_FILE)'
        ),
        (
            'the vault password of {source} cannot be sent to the workers: {reason}; keep it in a file and name that '
            'file (ANSIBLE_VAULT_PASSWORD_FILE)'
        ),
    ),
}
