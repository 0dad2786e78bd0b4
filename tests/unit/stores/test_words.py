# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, addresses and patterns of the stores."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils import restore_guide
from ansible_collections.rawat.website.plugins.module_utils.errors import RepositoryError
from ansible_collections.rawat.website.plugins.module_utils.stores import open_repository
from ansible_collections.rawat.website.plugins.module_utils.stores.common import busy, parse_manifest, webroot_label
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_backends import sftp_address
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_packs import _contains, _packed
from ansible_collections.rawat.website.plugins.module_utils.stores.restic_proof import _nanoseconds, exclusions
from ansible_collections.rawat.website.plugins.module_utils.stores.ssh import Address, parse_location
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text(alphabet='ab-/.A%é', min_size=1, max_size=8)


def test_a_label_can_be_read() -> None:
    assert webroot_label('/var/www/wordpress') == 'var-www-wordpress'
    assert webroot_label('/var/www/my-site/') == 'var-www-my--site'
    assert webroot_label('/') == '%2F'


@given(NAMES, NAMES)
def test_different_webroots_have_different_labels(one: str, other: str) -> None:
    components = [[name for name in path.split('/') if name] for path in (one, other)]
    assert (webroot_label(f'/{one}') == webroot_label(f'/{other}')) == (components[0] == components[1])


@given(st.text(min_size=1).filter(lambda text: '\0' not in text))
def test_a_label_is_safe_in_any_command_and_any_file_name(path: str) -> None:
    try:
        label = webroot_label(f'/{path}')
    except UnicodeEncodeError:
        return  # lone surrogates that stand for no byte
    assert re.fullmatch(r'[a-z0-9._%A-F-]{1,140}', label)
    assert label == shlex.quote(label)


def test_ssh_locations() -> None:
    assert parse_location('ssh://backup@nas.example:2222/srv/my backup') == Address(
        'backup', 'nas.example', 2222, '/srv/my backup'
    )
    assert parse_location('ssh://[2001:db8::1]/b/') == Address(None, '2001:db8::1', None, '/b')
    for wrong in ('ssh://host', 'ssh://-oProxyCommand=x/b', 'ssh://-x@host/b', '/path', 'ssh:///b'):
        with pytest.raises(RepositoryError, match=re.escape(wrong)):
            parse_location(wrong)


def test_sftp_locations() -> None:
    assert sftp_address('sftp:u@host:/srv/restic') == Address('u', 'host', None, '/srv/restic')
    assert sftp_address('sftp://u@host:2222//srv/restic') == Address('u', 'host', 2222, '/srv/restic')
    assert sftp_address('sftp://host/relative') == Address(None, 'host', None, 'relative')
    assert sftp_address('/srv/restic') is None
    for wrong in ('sftp:-oProxyCommand=x:/b', 'sftp:ho st:/b', "sftp:u@h'x:/b"):
        with pytest.raises(RepositoryError):
            sftp_address(wrong)


def test_a_store_that_does_not_exist_is_named() -> None:
    with pytest.raises(RepositoryError, match=r'"borg".*archive, restic'):
        open_repository({'store': 'borg', 'location': '/b'}, 'x')
    with pytest.raises(RepositoryError, match='absolute path'):
        open_repository({'store': 'archive', 'location': 'relative'}, 'x')


def test_exclusions_are_tied_to_the_webroot() -> None:
    found = exclusions(b'/var/w[1]*/x', ['cache/', '*.log', 'a/[!b].tmp'])
    root = b'--exclude=/var/w\\[1]\\*/x'
    assert found == [root + b'/cache/*', root + b'/**/*.log', root + b'/a/[^b].tmp']


def test_times_of_restic() -> None:
    assert _nanoseconds('1970-01-01T00:00:01.5Z') == 1_500_000_000
    assert _nanoseconds('1970-01-01T07:00:00.000000001+07:00') == 1
    assert _nanoseconds('1969-12-31T19:00:00-05:00') == 0


@given(st.sets(st.binary(min_size=32, max_size=32)), st.binary(min_size=32, max_size=32))
def test_packs_that_were_there_are_told_from_new_ones(known: set[bytes], new: bytes) -> None:
    packed = _packed([f'data/00/{digest.hex()}' for digest in known])
    assert all(_contains(packed, f'data/00/{digest.hex()}') for digest in known)
    assert _contains(packed, f'data/00/{new.hex()}') == (new in known)
    assert not _contains(packed, f'data/01/{new.hex()}')


def test_a_lock_whose_owner_wrote_nothing_is_still_explained() -> None:
    assert 'not written its name' in str(busy('site x', b'', 5))


def test_a_manifest_of_another_point_is_not_believed() -> None:
    found = parse_manifest('p1', json.dumps({'id': 'p2', 'site': 'x', 'schema': 1}).encode(), 'x')
    assert (found['id'], found['outcome']) == ('p1', 'failed')
    assert 'x/p2' in found['error']


def manifest(**parts: Any) -> dict[str, Any]:
    return {
        'site': 'x',
        'id': 'p',
        'host': 'h',
        'outcome': 'complete',
        'webroots': [],
        'databases': [],
        'error': None,
        **parts,
    }


def test_what_a_site_owner_named_breaks_out_of_no_fence() -> None:
    part = {'path': '/var/www/`x`\n```bash\nrm -rf /\n```', 'label': 'l', 'file': 'f.zst', 'files': 1, 'bytes': 1}
    text = restore_guide.archive_guide(manifest(webroots=[part], host='`h`\n```bash\nfalse\n```'))
    assert len(re.findall(r'^```bash$', text, re.MULTILINE)) == 3  # check, target, webroot
    assert 'rm -rf /\n' not in text


def test_a_failed_point_says_so_in_both_languages() -> None:
    text = restore_guide.archive_guide(manifest(outcome='failed', error='the dump ended early'))
    assert 'GAGAL: the dump ended early' in text
    assert 'FAILED: the dump ended early' in text


def test_a_restic_tree_with_a_strange_path_is_moved_to_its_own_name() -> None:
    part = {
        'path': 'p',
        'label': 'l',
        'snapshot_id': 'i',
        'snapshot_part': 'webroot.l',
        'stored_path': "/a'b\\xff c\\\\",
    }
    text = restore_guide.restic_guide(manifest(webroots=[part]), '/srv/b"$x')
    assert 'mv -T "$RESTORE/restic.l"$\'/a\\\'b\\xff c\\\\\' "$RESTORE/webroot.l"' in text
    assert '|| RESTIC_REPOSITORY=\'/srv/b"$x\'' in text
