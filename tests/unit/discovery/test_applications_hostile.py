# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a site's owner puts in the place of a file: an answer with remarks, no exception, no link followed astray.

An application that gives up says 'was not understood': that would be an exception which recognise() caught.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.discovery.applications import Found, recognise
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.discovery import trees

MEBIBYTE = 1024 * 1024
# The file of each that says the most, and what is answered even when it says nothing.
TARGETS = {
    name: [file for file in described['files'] if not file.endswith(('.jpg', '.txt', '.pdf', '.db'))]
    for name, described in ((name, trees.case(name)) for name in trees.CASES)
}
PLACES = [(name, file) for name, files in TARGETS.items() for file in files]


def looked_at(name: str, root: Path) -> Found:
    described = trees.case(name)
    found = recognise(described['webroot'], str(root), described.get('names', ()))
    assert found is not None
    assert not any('was not understood' in remark for remark in found.remarks), found.remarks
    assert found.webroots
    assert all(remark.isprintable() and len(remark) < 400 for remark in found.remarks)
    assert len(found.remarks) <= 31
    return found


def replaced(name: str, file: str, root: Path) -> Path:
    """The place of a file of a fixture, empty."""
    trees.build(root, trees.case(name))
    path = root / file.lstrip('/')
    path.unlink()
    return path


@pytest.mark.parametrize(('name', 'file'), PLACES)
def test_no_file_has_to_be_a_file(name: str, file: str, tmp_path: Path) -> None:
    path = replaced(name, file, tmp_path)
    path.mkdir()
    looked_at(name, tmp_path)
    path.rmdir()
    os.mkfifo(path)
    looked_at(name, tmp_path)
    path.unlink()
    path.symlink_to(path.name)
    looked_at(name, tmp_path)
    path.unlink()
    path.symlink_to('/' + '../' * 60 + 'etc/passwd')
    looked_at(name, tmp_path)
    path.unlink()
    path.write_bytes(b'<?php \0' * 100)
    looked_at(name, tmp_path)


@pytest.mark.parametrize('name', ['wordpress', 'ojs', 'laravel', 'django', 'dspace', 'slims', 'php'])
def test_a_byte_order_mark_and_utf_16_do_not_hide_the_database(name: str, tmp_path: Path) -> None:
    expected = trees.case(name)['expect']['databases']
    for encoding in ('utf-8-sig', 'utf-16'):
        described = trees.case(name)
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        trees.build(tmp_path, described)
        for file, text in described['files'].items():
            (tmp_path / file.lstrip('/')).write_text(text, encoding=encoding)
        assert list(looked_at(name, tmp_path).databases) == expected


ENDLESS = {
    'quotes': '<?php ' + "'\\" * 150_000,
    'comments': '<?php ' + '/*/' * 150_000,
    'heredocs': '<?php ' + '<<<A\n' * 100_000,
    'keys': '<?php ' + "$a['x']" * 40_000,
    'arrays': '<?php $a = ' + '[' * 100_000,
    'definitions': '<?php ' + "define('A'," * 40_000,
    'concatenations': "<?php define('DB_NAME', " + "'a' . " * 40_000 + "'b');",
    'closings': '<?php ' + '?><?php ' * 100_000,
    'blanks': 'A=' + ' ' * (MEBIBYTE - 10) + 'x',
    'growing': 'A=' + 'a' * 4000 + '\n' + ''.join(f'B{n}=' + '${A}' * 900 + '\n' for n in range(200)),
    'circular': 'dspace.dir = ${b}${b}\nb = ${dspace.dir}${dspace.dir}\ndb.url = ${b}\nassetstore.dir = ${b}',
    'sections': '[' * 200_000,
    'operators': 'DATABASES = ' + '-' * 100_000 + '1',
    'attributes': 'DATABASES = a' + '.a' * 60_000,
    'sums': 'DATABASES = 1' + '+1' * 60_000,
    'calls': 'DATABASES = a' + '()' * 50_000,
    'brackets': 'DATABASES = ' + '(' * 40_000,
    'mixed': 'DATABASES = a' + '[0,0]+a' * 18_000,
    'branches': 'if a:\n x=1\n' + 'elif a:\n x=1\n' * 9_000,
    'lambdas': 'DATABASES = ' + 'lambda:' * 15_000 + '1',
    'strings': 'DATABASES = ' + '"""' * 40_000 + "'",
    'indentation': '\n'.join(' ' * n + 'if a:' for n in range(400)),
    'tags': '<version>' * 100_000 + '<release>' * 10_000 + '<param-name>dspace.dir</param-name>' * 4_000,
    'addresses': 'DB_URL=mysql://[' + ':' * 3000 + '\nDB_HOST=' + ':' * 3000 + '\nDATABASE_URL=postgres://h:99999999/x',
}


def readers(text: str) -> list[str]:
    """Which applications read such a text in their settings."""
    if text.startswith('<?php'):
        return ['wordpress', 'php']
    return ['django'] if 'DATABASES' in text or 'if a:' in text else ['laravel', 'dspace', 'ojs']


@pytest.mark.parametrize(('name', 'kind'), [(name, kind) for kind, text in ENDLESS.items() for name in readers(text)])
def test_texts_without_an_end_come_to_one(name: str, kind: str, tmp_path: Path) -> None:
    described = trees.case(name)
    trees.build(tmp_path, described)
    for file in TARGETS[name]:
        (tmp_path / file.lstrip('/')).write_text(ENDLESS[kind])
    assert recognise(described['webroot'], str(tmp_path)) is not None


FRAGMENTS = [
    *("'", '"', '\\', '/*', '<<<A\n', '?>', '<?php', '[', '(', ')', ']', ';', ',', '=>', '->', '.', '$', '#', '\n'),
    *('\x00', '\x1b[31m', '\u202e', 'é', '\ufeff', '${', '}', '=', 'define(', 'return [', 'array(', '/etc', '/', '..'),
    *('/etc/shadow', 'null', 'true', '0', '99999999999999999999', 'sqlite', 'oci8', 'localhost:/x', '[::1]:5', ':'),
    *('mysql://', 'jdbc:', 'DATABASES', "['default']", 'os.environ', '__DIR__', 'dirname(', '{', '<version>'),
]
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(FRAGMENTS)), min_size=1, max_size=6)


@settings(max_examples=100)
@given(st.sampled_from(PLACES), CHANGES)
def test_a_mutated_configuration_is_answered_with_what_an_inventory_can_hold(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str, str], changes: list[tuple[float, int, str]]
) -> None:
    name, file = place
    described = trees.case(name)
    text = described['files'][file]
    for where, length, fragment in changes:
        position = int(where * len(text))
        text = text[:position] + fragment + text[position + length :]
    described['files'][file] = text
    root = tmp_path_factory.mktemp('mutated')
    trees.build(root, described)
    found = looked_at(name, root)
    shutil.rmtree(root)
    for database in found.databases:
        assert database.get('path', '/').startswith('/')
        assert 0 < database.get('login_port', 1) < 65536
        assert all(value.isprintable() for value in database.values() if isinstance(value, str))
    assert not any(one['path'] in ('/', '/etc', '/srv', '/var') for one in found.webroots)


@pytest.mark.parametrize('place', ['/', '/etc', '/var/www', '/home', '/proc', '../..', '/root/../srv'])
def test_a_data_folder_that_holds_the_machine_is_refused_with_a_remark(place: str, tmp_path: Path) -> None:
    described = trees.case('moodle')
    file = '/var/www/moodle/config.php'
    described['files'][file] = described['files'][file].replace('/var/moodledata', place)
    described['folders'] = ['/etc', '/home', '/proc', '/srv', '/root']
    trees.build(tmp_path, described)
    found = looked_at('moodle', tmp_path)
    assert [one['path'] for one in found.webroots] == ['/var/www/moodle']
    assert any('more than one site' in remark for remark in found.remarks)


def test_a_file_that_vanishes_between_two_looks_is_a_remark_or_nothing(tmp_path: Path) -> None:
    path = replaced('wordpress', '/var/www/dinas/wp-config.php', tmp_path)
    assert not path.exists()
    found = looked_at('wordpress', tmp_path)
    assert found.databases == ()
    assert any('no wp-config.php' in remark for remark in found.remarks)
