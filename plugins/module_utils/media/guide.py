# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RESTORE.md at the top of a medium: from an empty Debian server to sites that answer, in Indonesian and English.

It is for whoever finds this disk in a drawer, with nothing of ours at hand. All commands (```bash), run in their order
by root on an empty server, bring every site back; a test does that. What each point says of itself is taken from the
store's own guide, and the words below say what no backup of a site holds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.rawat.website.plugins.module_utils import php_platform, restore_guide
from ansible_collections.rawat.website.plugins.module_utils.formats import moment, printable, size
from ansible_collections.rawat.website.plugins.module_utils.manifest import is_safety
from ansible_collections.rawat.website.plugins.module_utils.media.settings import Medium
from ansible_collections.rawat.website.plugins.module_utils.messages import LANGUAGES, message

BASE_PACKAGES = ('tar', 'zstd', 'acl', 'attr', 'python3')
ENGINE_PACKAGES = {
    'mariadb': ('mariadb-server', 'mariadb-client'),
    'mysql': ('mariadb-server', 'mariadb-client'),
    'postgresql': ('postgresql', 'postgresql-client'),
    'sqlite': ('sqlite3',),
}
# The Debian package that brings an extension of PHP; one that is not here is in php-common or in PHP itself.
EXTENSION_PACKAGES = {
    'apcu': 'apcu', 'bcmath': 'bcmath', 'bz2': 'bz2', 'curl': 'curl', 'gd': 'gd', 'gmp': 'gmp', 'imagick': 'imagick',
    'imap': 'imap', 'intl': 'intl', 'ldap': 'ldap', 'mbstring': 'mbstring', 'memcached': 'memcached',
    'mysqli': 'mysql', 'pdo_mysql': 'mysql', 'pgsql': 'pgsql', 'pdo_pgsql': 'pgsql', 'redis': 'redis', 'soap': 'soap',
    'sqlite3': 'sqlite3', 'pdo_sqlite': 'sqlite3', 'dom': 'xml', 'xml': 'xml', 'SimpleXML': 'xml', 'xsl': 'xml',
    'zip': 'zip',
}  # fmt: skip
SECTION = re.compile(r'^## \d+\n', re.MULTILINE)
HOST_NAME = re.compile(r'[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?')
CHECK_ALL = 'sha256sum --quiet -c SHA256SUMS'
Manifest = dict[str, Any]


def text(medium: Medium | None, manifests: list[Manifest]) -> str:
    """RESTORE.md of a medium with these points (site after site, the newest of each first)."""
    newest = _newest(manifests)
    lines = [*_opening(medium, manifests)]
    for number, (title, body) in enumerate(_steps(newest), 1):
        lines += [f'## {number}. {title}', '', *body, '']
    return '\n'.join(lines)


def _newest(manifests: list[Manifest]) -> list[Manifest]:
    """The point of each site that the commands are about: the newest good one."""
    found: dict[str, Manifest] = {}
    for manifest in manifests:
        if manifest['outcome'] != 'failed' and not manifest.get('damaged') and not is_safety(manifest):
            found.setdefault(manifest['site'], manifest)
    return list(found.values())


def _both(key: str, **values: object) -> list[str]:
    """A paragraph in each language; the values are on one line and hold no backtick."""
    plain = {name: ' '.join(printable(value).split()).replace('`', "'") for name, value in values.items()}
    return [line for language in LANGUAGES for line in (message(key, language, **plain), '')]


def _title(key: str, **values: object) -> str:
    indonesian, english = (message(key, language, **values) for language in LANGUAGES)
    return indonesian if indonesian == english else f'{indonesian} / {english}'


def _fence(commands: list[str]) -> list[str]:
    return ['```bash', *commands, '```']


def _opening(medium: Medium | None, manifests: list[Manifest]) -> Iterator[str]:
    yield f'# {_title("guide.title")}'
    yield ''
    if medium:
        number = medium.get('inventory_number') or '-'
        yield from _both('guide.medium', label=medium['label'], number=number, uuid=medium['uuid'])
    yield from _both('guide.opening')
    yield f'| {_title("guide.site")} | {_title("guide.point")} | {_title("guide.made")} | {_title("guide.size")} |'
    yield '|---|---|---|---|'
    for manifest in manifests:
        yield _row(manifest)
    yield ''
    yield from _both('guide.newest')
    yield from _both('guide.lacks')


def _row(manifest: Manifest) -> str:
    parts = [*manifest['databases'], *manifest['webroots']]
    total = sum(part.get('stored_bytes') or 0 for part in parts)
    state = '' if manifest['outcome'] != 'failed' else f' ({_title("guide.unusable")})'
    made = moment(manifest.get('started'), 'en')
    return f'| {manifest["site"]} | `{manifest["site"]}/{manifest["id"]}`{state} | {made} | {size(total, "en")} |'


def _steps(newest: list[Manifest]) -> Iterator[tuple[str, list[str]]]:
    """(title, lines) of everything that is to be done, in its order."""
    yield _title('guide.step_open'), [*_both('guide.open'), *_fence(['set -o pipefail', 'MEDIUM="$PWD"'])]
    yield _title('guide.step_check'), [*_both('guide.check'), *_fence([CHECK_ALL, 'python3 verify.py'])]
    wanted = ' '.join(packages(newest))
    commands = ['export DEBIAN_FRONTEND=noninteractive', 'apt-get update', f'apt-get install --yes {wanted}']
    yield _title('guide.step_packages'), [*_both('guide.packages'), *_fence(commands)]
    for manifest in newest:
        yield _title('guide.step_site', site=manifest['site']), list(_site(manifest))
    yield _title('guide.step_web'), [*_both('guide.web'), *[line for one in newest for line in _web(one)]]
    yield _title('guide.step_look'), [*_both('guide.look'), *_fence(_looks(newest))]


def packages(manifests: list[Manifest]) -> list[str]:
    """The Debian packages that the sites need: base, database servers, web server, PHP with its extensions, age."""
    found = dict.fromkeys(BASE_PACKAGES)
    for manifest in manifests:
        if manifest.get('encryption'):
            found['age'] = None
        for part in manifest['databases']:
            found.update(dict.fromkeys(ENGINE_PACKAGES.get(part['engine'], ())))
    found.update(dict.fromkeys(('nginx', 'curl')))
    platforms = [_platform(manifest) for manifest in manifests]
    if any(platform.get('php') for platform in platforms):
        extensions = {name for platform in platforms for name in platform.get('extensions') or []}
        bringing = sorted({f'php-{EXTENSION_PACKAGES[name]}' for name in extensions if name in EXTENSION_PACKAGES})
        found.update(dict.fromkeys(['php-fpm', 'php-cli', *bringing]))
    return list(found)


def _platform(manifest: Manifest) -> dict[str, Any]:
    """The PHP with which a site was served."""
    return (manifest.get('application') or {}).get('platform') or {}


def _site(manifest: Manifest) -> Iterator[str]:
    """What the point's own guide says, then the way to the places where everything was."""
    yield from _both(
        'guide.facts', site=manifest['site'], url=manifest.get('url') or '-', host=manifest['host'],
        point=manifest['id'],
    )  # fmt: skip
    if manifest.get('encryption'):
        yield from _both('guide.encrypted')
    yield from _fence([f'cd "$MEDIUM"/{manifest["site"]}/{shlex.quote(manifest["id"])}', 'unset RESTORE'])
    yield ''
    for section in SECTION.split(restore_guide.archive_guide(manifest))[1:]:
        if '```bash\nsha256sum -c SHA256SUMS\n```' not in section:  # the whole medium was checked already
            yield section.strip()
            yield ''
    moves = [line for part in restore_guide._stored(manifest['webroots']) for line in _move(part)]
    moves += [line for part in restore_guide._stored(manifest['databases']) for line in _move_database(manifest, part)]
    if moves:
        yield from _both('guide.places')
        yield from _fence(moves)


def _move(part: dict[str, Any]) -> list[str]:
    """A restored tree goes where it was. mv -T refuses a directory that is not empty: no live site is replaced."""
    path = restore_guide._shell_word(part['path'])
    return [f'mkdir -p "$(dirname {path})"', f'mv -T "$RESTORE/webroot.{part["label"]}" {path}']


def _move_database(manifest: Manifest, part: dict[str, Any]) -> list[str]:
    """A SQLite database that lay outside of every webroot was restored beside them."""
    place = restore_guide._within(manifest, part)
    if part['engine'] != 'sqlite' or not place.startswith('"$RESTORE/database.'):
        return []
    path = restore_guide._shell_word(part['name'])
    return [f'mkdir -p "$(dirname {path})"', f'mv -n -T {place} {path}']


def host_name(manifest: Manifest) -> str | None:
    """The name under which a site is asked for; None where its address is not fit for a configuration."""
    name = (urlsplit(manifest.get('url') or '').hostname or '').lower()
    return name if HOST_NAME.fullmatch(name) else None


def _web(manifest: Manifest) -> Iterator[str]:
    """The simplest server configuration that can serve the site; what it had is for people to know."""
    name, roots = host_name(manifest), restore_guide._stored(manifest['webroots'])
    platform = _platform(manifest)
    yield from _both(
        'guide.web_site', site=manifest['site'], php=platform.get('php') or '-',
        extensions=', '.join(platform.get('extensions') or []) or '-',
    )  # fmt: skip
    if name and roots and '\\' not in roots[0]['path']:
        yield from _fence(_virtual_host(name, roots[0]['path'], php_platform.minor(platform.get('php'))))
        yield ''


def _virtual_host(name: str, root: str, php: str | None) -> list[str]:
    """A here-document whose delimiter is quoted: the shell changes nothing in it but PHP's socket."""
    index = 'index.php index.html' if php else 'index.html index.htm'
    attempt = '$uri $uri/ /index.php?$args' if php else '$uri $uri/ =404'
    block = [
        '    location ~ /\\.(?!well-known) { deny all; }',
        '    location ~ \\.(db|db-wal|db-shm|sqlite)$ { deny all; }',
    ]
    if php:
        block += [
            '    location ~ \\.php$ {',
            '        include fastcgi_params;',
            '        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;',
            '        fastcgi_param SERVER_NAME $host;',
            '        fastcgi_pass unix:PHP_SOCKET;',
            '    }',
        ]
    lines = [
        f"cat > /etc/nginx/sites-available/{name} <<'END'",
        'server {',
        '    listen 80;',
        f'    server_name {name};',
        f'    root "{_quoted(root)}";',
        f'    index {index};',
        '    client_max_body_size 64m;',
        f'    location / {{ try_files {attempt}; }}',
        *block,
        '}',
        'END',
    ]
    if php:
        lines.append(
            f'sed -i "s|PHP_SOCKET|$(ls /run/php/php[0-9]*-fpm.sock | head -n 1)|" /etc/nginx/sites-available/{name}'
        )
    return [*lines, f'ln -s ../sites-available/{name} /etc/nginx/sites-enabled/']


def _quoted(path: str) -> str:
    """A path within double quotes of nginx."""
    return path.replace('\\', '\\\\').replace('"', '\\"').replace('$', '${DOLLAR}')


def _looks(newest: list[Manifest]) -> list[str]:
    names = [name for manifest in newest if (name := host_name(manifest))]
    asks = [f'curl -sS -o /dev/null -w "%{{http_code}} %{{url}}\\n" --resolve {name}:80:127.0.0.1 http://{name}/'
            for name in names]  # fmt: skip
    return ['nginx -t', 'systemctl reload nginx', *asks]
