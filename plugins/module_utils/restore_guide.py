# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RESTORE.md: how to bring a recovery point back without this product, in Indonesian and English: the very commands.

Every command stands in a fence of its own kind (```bash) and works when all of them are run in order; a test does
that. They write below $RESTORE only, never over a live site. Names in commands come from labels and point names, which
hold no character that a shell knows; what a site's owner named stands in prose only. Where the key file of an encrypted
point lies is for the reader to say, once ($IDENTITY).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

TAR = "tar --xattrs --xattrs-include='*' --acls --numeric-owner"

WORDS = {
    'id': {
        'title': 'Cara memulihkan titik pemulihan ini',
        'facts': 'Situs **{site}**, titik pemulihan **{id}**, hasil: **{outcome}**. Server asal: {host}.',
        'failed': '**Perhatian: pencadangan ini GAGAL: {error}** Yang tersimpan di sini tidak lengkap.',
        'place': 'Buka terminal bash di folder tempat berkas ini berada. Diperlukan: `sha256sum`, `zstd`, `tar`, '
        '`setfacl` (paket acl), serta klien basis data dari vendornya. Jalankan sebagai root '
        'agar pemilik berkas ikut pulih.',
        'place_restic': 'Diperlukan: `restic` 0.14 atau lebih baru, `zstd`, `tar`, serta klien basis data dari '
        'vendornya. Jalankan sebagai root agar pemilik berkas ikut pulih. restic menanyakan kata sandi repositori '
        '(atau isi RESTIC_PASSWORD).',
        'identity': 'Titik pemulihan ini terenkripsi untuk penerima `{recipients}`. Diperlukan juga program `age` '
        '(versi 1.0 atau lebih baru) dan berkas kunci salah satu penerima itu, yakni yang memuat baris '
        'AGE-SECRET-KEY-1… (dari lembar kunci di brankas; hapus setelah selesai). Sebutkan letak berkas kunci itu:',
        'check': 'Periksa bahwa semua berkas masih utuh (setiap baris harus berakhir dengan OK):',
        'check_base': 'Arsip selisih (difference) memerlukan arsip penuh dari titik lain; periksa juga arsip itu:',
        'target': 'Pilih folder pemulihan. Situs yang sedang berjalan tidak disentuh:',
        'webroot': 'Berkas web `{path}` ({files} berkas, {bytes} bita):',
        'database': 'Basis data {engine} `{name}` (SHA-256 dump yang belum dimampatkan: `{sha256}`). Periksa tujuan '
        'perintah ini sebelum menjalankannya; perintah ini mengisi server basis data:',
        'fetch': 'Ambil berkas kecil (daftar berkas, akun) dan dump dari repositori:',
        'nothing': 'Titik pemulihan ini tidak menyimpan berkas web maupun basis data.',
    },
    'en': {
        'title': 'How to restore this recovery point',
        'facts': 'Site **{site}**, recovery point **{id}**, outcome: **{outcome}**. It came from the server {host}.',
        'failed': '**Beware: this backup FAILED: {error}** What is kept here is not complete.',
        'place': 'Open a bash terminal in the folder of this file. Needed: `sha256sum`, `zstd`, `tar`, `setfacl` '
        "(package acl), and the database vendor's client. Run it as root, so that the files get their owners back.",
        'place_restic': "Needed: `restic` 0.14 or newer, `zstd`, `tar`, and the database vendor's client. Run it as "
        'root, so that the files get their owners back. restic asks for the password of the repository '
        '(or takes RESTIC_PASSWORD).',
        'identity': 'This recovery point is encrypted for the recipients `{recipients}`. Also needed: the program '
        '`age` (version 1.0 or newer) and the key file of one of these recipients, which holds a line '
        'AGE-SECRET-KEY-1… (from the sheet in the safe; remove it when you have finished). Say where that file is:',
        'check': 'Check that every file is intact (each line must end in OK):',
        'check_base': 'A difference needs the full archive of another point; check that one too:',
        'target': 'Choose the folder to restore to. The running site is not touched:',
        'webroot': 'Web files `{path}` ({files} files, {bytes} bytes):',
        'database': 'Database {engine} `{name}` (SHA-256 of the uncompressed dump: `{sha256}`). Look where these '
        'commands lead before you run them; they fill a database server:',
        'fetch': 'Fetch the small files (file lists, accounts) and the dumps from the repository:',
        'nothing': 'This recovery point keeps neither web files nor databases.',
    },
}


def archive_guide(manifest: dict) -> str:
    """RESTORE.md of a point in the archive store; `manifest` as it is committed."""
    steps: list[tuple[str, list[str], dict]] = [('check', ['sha256sum -c SHA256SUMS'], {})]
    bases = [_base_check(part) for part in _stored(manifest['webroots']) if part.get('base')]
    if bases:
        steps.append(('check_base', bases, {}))
    if manifest.get('encryption'):
        steps.append(('identity', _identity(manifest), {'recipients': ' '.join(manifest['encryption']['recipients'])}))
    steps.append(('target', _target(manifest), {}))
    steps += [('webroot', list(_archive_webroot(part)), part) for part in _stored(manifest['webroots'])]
    for part in _stored(manifest['databases']):
        steps.append(('database', _database(part, {**part, 'target': _within(manifest, part)}), part))
    return _render(manifest, 'place', steps)


def _identity(manifest: dict) -> list[str]:
    """The key file is tried on the smallest file at once, so that a wrong one is known before anything is written."""
    lines = ['IDENTITY="${IDENTITY:-/root/rawat-identity.txt}"']
    stored = [
        (part[f'{prefix}stored_bytes'], part[f'{prefix}file'])
        for part in _stored(manifest['webroots'] + manifest['databases'])
        for prefix in ('', 'list_', 'accounts_')
        if part.get(f'{prefix}file')
    ]
    if stored:
        lines.append(f'{_decrypt(min(stored)[1])} > /dev/null')
    return lines


def _decrypt(file: str) -> str:
    return f'age -d -i "$IDENTITY" {shlex.quote(file)}'


def _read(file: str) -> str:
    """The shell words that print what a file of the archive holds, decrypted and decompressed."""
    from ansible_collections.rawat.website.plugins.module_utils.engines import read_with_zstd

    plain = _decrypt(file) if file.endswith('.age') else ''
    if not file.endswith(('.zst', '.zst.age')):
        return plain or f'cat {shlex.quote(file)}'
    return f'{plain} | zstd -dc' if plain else read_with_zstd(file)


def _within(manifest: dict, part: dict) -> str:
    """Shell words for the place of a SQLite database: in the restored webroot, or beside it where it lay elsewhere."""
    within = part.get('within')
    labels = [
        webroot['label'] for webroot in _stored(manifest['webroots']) if within and webroot['path'] == within['webroot']
    ]
    if within and labels:
        return f'"$RESTORE/webroot.{labels[0]}"/{shlex.quote(within["path"])}'
    return f'"$RESTORE/database.{part["label"]}.db"'


def _base_check(part: dict) -> str:
    base = part['base']
    return f"echo '{base['stored_sha256']}  ../{base['point']}/{base['file']}' | sha256sum -c"


def _target(manifest: dict) -> list[str]:
    return ['set -o pipefail', f'RESTORE="${{RESTORE:-/srv/restore/{manifest["site"]}}}"', 'mkdir -p "$RESTORE"']


def _archive_webroot(part: dict) -> Iterator[str]:
    """The order matters: the full, what was deleted since, what is new since, and the owners and modes last."""
    folder, base = f'"$RESTORE/webroot.{part["label"]}"', part.get('base')
    yield f'mkdir -p {folder}'
    if base:
        full = f'../{base["point"]}/{base["file"]}'
        yield f'{_read(full)} | {TAR} -C {folder} -xpf -'
    if part.get('removed_file'):
        yield f'{_read(part["removed_file"])} | (cd {folder} && xargs -0 -r rm -rf --)'
    yield f'{_read(part["file"])} | {TAR} -C {folder} -xpf -'
    if part.get('metadata_file'):
        yield f'{_read(part["metadata_file"])} | (cd {folder} && setfacl --restore=-)'


def restic_guide(manifest: dict, location: str) -> str:
    """RESTORE.md of a point in the restic store. Snapshots are named by their tags, which survive a copy."""
    parts = _stored(manifest['webroots'] + manifest['databases'])
    place = f'[ -n "${{RESTIC_REPOSITORY:-}}" ] || RESTIC_REPOSITORY={shlex.quote(location)}'
    choose = [place, 'export RESTIC_REPOSITORY', *_target(manifest)]
    steps: list[tuple[str, list[str], dict]] = [('target', [*choose, 'cd "$RESTORE"'], {})]
    fetches = _restic_fetches(manifest)
    if fetches:
        steps.append(('fetch', fetches, {}))
    for part in _stored(manifest['webroots']):
        steps.append(('webroot', list(_restic_webroot(manifest, part)), part))
    for part in _stored(manifest['databases']):
        renamed = {key: f'{part[key]}.zst' for key in ('file', 'accounts_file') if part.get(key)}
        steps.append(('database', _database(part, {**part, **renamed, 'target': _within(manifest, part)}), part))
    return _render(manifest, 'place_restic', steps if parts else [])


def _restic_webroot(manifest: dict, part: dict) -> Iterator[str]:
    """restic 0.14 restores a tree below its full path only; so it is moved from there to the folder's own name."""
    tag, folder = _tag(manifest, part['snapshot_part']), f'"$RESTORE/webroot.{part["label"]}"'
    if part['stored_path'] == '/':
        yield f'restic restore --tag {tag} latest --target {folder}'
        return
    under = f'"$RESTORE/restic.{part["label"]}"'
    yield f'restic restore --tag {tag} latest --target {under}'
    yield f'mv -T {under}{_shell_word(part["stored_path"])} {folder}'
    yield f'rm -r {under}'


def _shell_word(printable: str) -> str:
    r"""A path in the form for people (backslashes doubled, \xNN) as a word for bash, which reads the same escapes."""
    if '\\' not in printable:
        return shlex.quote(printable)
    return "$'" + printable.replace("'", "\\'") + "'"


def _restic_fetches(manifest: dict) -> list[str]:
    """Dumps and accounts into the folder, compressed, so that the engines' own lines serve both stores."""
    lines, names = [], []
    for part in _stored(manifest['databases']):
        for prefix in ('accounts_', ''):
            name, kept_in = part.get(f'{prefix}file'), part.get(f'{prefix}snapshot_part') or ''
            if name and kept_in == 'files':
                names.append(f'zstd -q --rm {name}')
            elif name:
                lines.append(f'restic dump --tag {_tag(manifest, kept_in)} latest /{name} | zstd -q -o {name}.zst')
    lists = [part for part in _stored(manifest['webroots']) if part.get('list_part') == 'files']
    if names or lists:
        lines.insert(0, f'restic dump --tag {_tag(manifest, "files")} latest /files.tar | tar -xf -')
    return lines + names


def _tag(manifest: dict, part: str) -> str:
    return f'rawat,site={manifest["site"]},point={manifest["id"]},part={part}'


def _database(part: dict, renamed: dict) -> list[str]:
    """The engine's own lines; `renamed` carries the file names that they are to use."""
    from ansible_collections.rawat.website.plugins.module_utils.engines import engine

    return engine(part['engine']).restore_commands(renamed, _read)


def _stored(parts: list[dict]) -> list[dict]:
    return [part for part in parts if (part.get('file') or part.get('snapshot_id')) and not part.get('error')]


def _render(manifest: dict, place: str, steps: list[tuple[str, list[str], dict]]) -> str:
    """Commands stand once, under the words of both languages, so that nobody runs them twice."""
    lines: list[str] = []
    for language in ('id', 'en'):
        words = WORDS[language]
        lines += [f'# {words["title"]}', '', words['facts'].format_map(_Facts(manifest)), '']
        if manifest['outcome'] == 'failed':
            lines += [words['failed'].format_map(_Facts(manifest)), '']
        lines += [words[place], '']
    for number, (key, commands, facts) in enumerate(steps, 1):
        lines += [f'## {number}', '']
        lines += [f'{WORDS[language][key].format_map(_Facts(facts))}\n' for language in ('id', 'en')]
        lines += ['```bash', *commands, '```', '']
    if not _stored(manifest['webroots'] + manifest['databases']):
        lines += [WORDS['id']['nothing'], '', WORDS['en']['nothing'], '']
    return '\n'.join(lines)


class _Facts(dict):
    """Values for the prose, on one line and without backticks; what the manifest lacks is a dash."""

    def __getitem__(self, key: str) -> Any:
        value = self.get(key)
        return '-' if value is None else ' '.join(str(value).split()).replace('`', "'")

    def __missing__(self, key: str) -> str:
        return '-'
