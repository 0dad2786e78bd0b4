# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Known configuration files: what is set, what stays byte for byte, what is refused by file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.rawat.website.plugins.module_utils.site_settings import php_assignments
from ansible_collections.rawat.website.plugins.module_utils.staging import needles, settings_files
from ansible_collections.rawat.website.plugins.module_utils.staging.settings_text import Login

NEEDLES = needles.Needles([
    needles.url_replacement(needles.parse_url('http://old.example'), needles.parse_url('https://new.example')),
    needles.path_replacement('/var/www/old', '/srv/new'),
])  # fmt: skip
LOGIN = Login('new_db', 'new_user', "p'a\\ss$x", '127.0.0.1', 3307)


def changed(tree: Path, name: str, text: str, login: Login = LOGIN) -> tuple[str, list[str]]:
    """(the file afterwards, remarks); the database was called 'old_db'."""
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    edits, problems, remarks = settings_files.prepare(str(tree), NEEDLES, {'old_db': login})
    assert problems == []
    for edit in edits:
        settings_files.write(edit)
    return path.read_text(), remarks


def refused(tree: Path, name: str, text: str) -> list[str]:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    _edits, problems, _remarks = settings_files.prepare(str(tree), NEEDLES, {'old_db': LOGIN})
    assert path.read_text() == text
    return problems


@pytest.mark.parametrize(
    ('name', 'before', 'after'),
    [
        ('wp-config.php',
         ("<?php // define('DB_NAME', 'old_db');\ndefine( 'DB_NAME', \"old_db\" ); define('DB_USER', 'u');\n"
          "define('DB_PASSWORD', 'it\\'s'); define('DB_HOST', 'localhost');\ndefine('WP_HOME', 'http://old.example');\n"),
         ("<?php // define('DB_NAME', 'old_db');\ndefine( 'DB_NAME', 'new_db' ); define('DB_USER', 'new_user');\n"
          "define('DB_PASSWORD', 'p\\'a\\\\ss$x'); define('DB_HOST', '127.0.0.1:3307');\n"
          "define('WP_HOME', 'https://new.example');\n")),
        ('LocalSettings.php',
         ('<?php\n$wgServer = "http://old.example"; $wgDBname="old_db"; $wgDBuser = "u"; $wgDBpassword = "p";\n'
          '$wgDBserver = "localhost"; $wgDBport = "5432";\n$wgCacheDirectory = "$IP/cache";'),
         ('<?php\n$wgServer = "https://new.example"; $wgDBname=\'new_db\'; $wgDBuser = \'new_user\'; '
          "$wgDBpassword = 'p\\'a\\\\ss$x';\n$wgDBserver = '127.0.0.1'; $wgDBport = '3307';\n"
          '$wgCacheDirectory = "$IP/cache";')),
        ('configuration.php',
         ("<?php class JConfig { public $db = 'old_db'; public $user='u'; var $password='p'; "
          "public $host='localhost'; "
          "public $tmp_path = '/var/www/old/tmp'; }"),
         ("<?php class JConfig { public $db = 'new_db'; public $user='new_user'; var $password='p\\'a\\\\ss$x'; "
          "public $host='127.0.0.1:3307'; public $tmp_path = '/srv/new/tmp'; }")),
        ('sites/default/settings.php',
         ("<?php $databases['default']['default'] = array('database' => 'old_db', 'username' => 'u', "
          "'password' => 'p', 'host' => 'h', 'port' => 3306, 'prefix' => '');"),
         ("<?php $databases['default']['default'] = array('database' => 'new_db', 'username' => 'new_user', "
          "'password' => 'p\\'a\\\\ss$x', 'host' => '127.0.0.1', 'port' => 3307, 'prefix' => '');")),
        ('config.php',
         ("<?php $CFG = new stdClass(); $CFG->dbname = 'old_db'; $CFG->dbuser='u'; $CFG->dbpass='p'; "
          "$CFG->dbhost='h';\n$CFG->dboptions = ['dbport' => '']; $CFG->wwwroot = 'http://old.example';"),
         ("<?php $CFG = new stdClass(); $CFG->dbname = 'new_db'; $CFG->dbuser='new_user'; "
          "$CFG->dbpass='p\\'a\\\\ss$x'; $CFG->dbhost='127.0.0.1';\n"
          "$CFG->dboptions = ['dbport' => '3307']; $CFG->wwwroot = 'https://new.example';")),
        ('application/config/database.php',
         ("<?php $db['default'] = ['hostname' => 'h', 'username' => 'u', 'password' => 'p', 'database' => 'old_db', "
          "'port' => 1];"),
         ("<?php $db['default'] = ['hostname' => '127.0.0.1', 'username' => 'new_user', 'password' => 'p\\'a\\\\ss$x', "
          "'database' => 'new_db', 'port' => 3307];")),
        ('.env',
         ('# DB_DATABASE=old_db\nAPP_URL=http://old.example\nDB_DATABASE=old_db\nDB_USERNAME="u"\nDB_PASSWORD=p # x\n'
          "DB_HOST='h'\nDB_PORT=3306\n"),
         ('# DB_DATABASE=old_db\nAPP_URL=https://new.example\nDB_DATABASE=new_db\nDB_USERNAME=new_user\n'
          'DB_PASSWORD="p\'a\\\\ss\\$x" # x\nDB_HOST=127.0.0.1\nDB_PORT=3307\n')),
        ('app/.env.local',
         'DATABASE_URL="mysql://u:p%40@localhost:3306/old_db?serverVersion=10"\n',
         'DATABASE_URL="mysql://new_user:p%27a%5Css%24x@127.0.0.1:3307/new_db?serverVersion=10"\n'),
    ],
)  # fmt: skip
def test_a_known_file_gets_the_new_login_and_address_and_nothing_else_changes(
    tmp_path: Path, name: str, before: str, after: str
) -> None:
    assert changed(tmp_path, name, before)[0] == after


def test_a_login_that_is_computed_is_refused_with_file_and_line(tmp_path: Path) -> None:
    text = (
        "<?php\ndefine('DB_NAME', 'old_db');\ndefine('DB_USER', 'u');\ndefine('DB_PASSWORD', getenv('SECRET'));\n"
        "define('DB_HOST', 'h');"
    )
    (problem,) = refused(tmp_path, 'wp-config.php', text)
    assert problem.startswith(f'{tmp_path}/wp-config.php: line 4: DB_PASSWORD is no literal')


def test_a_database_that_is_computed_is_refused_with_file_and_line(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, 'blog/wp-config.php', "<?php\n\ndefine('DB_NAME', $name);")
    assert problem.startswith(f'{tmp_path}/blog/wp-config.php: line 3: DB_NAME is no literal')


def test_a_setting_that_lacks_its_place_is_refused(tmp_path: Path) -> None:
    text = "<?php $CFG->dbname='old_db'; $CFG->dbuser='u'; $CFG->dbpass='p'; $CFG->dbhost='h';"
    (problem,) = refused(tmp_path, 'config.php', text)
    assert problem.startswith(f'{tmp_path}/config.php: it has no $CFG/dboptions/dbport to take the new port')


def test_the_file_of_another_database_keeps_its_login_and_a_remark_says_so(tmp_path: Path) -> None:
    text = "<?php define('DB_NAME', 'other'); define('DB_PASSWORD', 'p');"
    after, remarks = changed(tmp_path, 'wp-config.php', text)
    assert after == text
    assert remarks == [f"{tmp_path}/wp-config.php: line 1: it uses the database 'other', not of this clone"]


def test_an_address_that_is_computed_is_named(tmp_path: Path) -> None:
    text = "<?php define('DB_NAME', 'x'); define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);"
    assert any('line 1: WP_HOME is computed' in remark for remark in changed(tmp_path, 'wp-config.php', text)[1])


def test_links_are_not_followed_and_fifos_do_not_block(tmp_path: Path) -> None:
    outside = tmp_path / 'outside.php'
    outside.write_text("<?php define('DB_NAME', 'old_db');")
    tree = tmp_path / 'tree'
    tree.mkdir()
    (tree / 'wp-config.php').symlink_to(outside)
    (tree / 'linked').symlink_to(tmp_path)
    os.mkfifo(tree / 'configuration.php')
    edits, problems, remarks = settings_files.prepare(str(tree), NEEDLES, {'old_db': LOGIN})
    assert edits == []
    assert problems == [f'{tree}/configuration.php cannot be changed: it is not a regular file']
    assert [remark for remark in remarks if 'wp-config.php was not looked at' in remark]
    assert outside.read_text() == "<?php define('DB_NAME', 'old_db');"


def test_mode_and_owner_are_kept_and_no_other_file_appears(tmp_path: Path) -> None:
    path = tmp_path / '.env'
    path.write_text('APP_URL=http://old.example\n')
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 33, 34)
    before = path.stat()
    changed_edits = settings_files.prepare(str(tmp_path), NEEDLES, {})[0]
    settings_files.write(changed_edits[0])
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert os.listdir(tmp_path) == ['.env']
    assert path.read_text() == 'APP_URL=https://new.example\n'


def test_a_file_that_changes_between_looking_and_writing_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / '.env'
    path.write_text('APP_URL=http://old.example\n')
    (edit,) = settings_files.prepare(str(tmp_path), NEEDLES, {})[0]
    path.write_text('APP_URL=http://old.example # other\n')
    with pytest.raises(OSError, match='changed while it was read'):
        settings_files.write(edit)
    assert path.read_text() == 'APP_URL=http://old.example # other\n'


def test_hostile_files_are_bounded(tmp_path: Path) -> None:
    (tmp_path / 'wp-config.php').write_text("<?php define('DB_NAME', 'old_db');" + ' ' * php_assignments.FILE_LIMIT)
    (tmp_path / 'config.php').write_text('<?php $CFG->dbx = ' + '[' * 5000)
    (tmp_path / 'settings.php').write_text("<?php $databases = '" + 'x' * 100_000)
    (tmp_path / 'LocalSettings.php').write_text('<?php ' + '$wga=1;' * 60_000)
    problems = settings_files.prepare(str(tmp_path), NEEDLES, {})[1]
    assert [problem.rpartition('cannot be changed: ')[2] for problem in problems] == [
        'it has more than 200000 words', 'it has arrays nested more than 20 times',
        f'it has more than {php_assignments.FILE_LIMIT} bytes',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ('name', 'text'),
    [
        ('config/sysconfig.local.inc.php',
         ("<?php define('DB_HOST', 'localhost'); define('DB_PORT', '3306'); define('DB_NAME', 'old_db'); "
          "define('DB_USERNAME', 'u'); define('DB_PASSWORD', 'p');")),
        ('config/database.php',
         ("<?php return ['nodes' => ['SLiMS' => ['host' => 'localhost', 'database' => 'old_db', 'port' => '3306', "
          "'username' => 'u', 'password' => 'p']]];")),
    ],
)  # fmt: skip
def test_the_database_of_slims_is_set_in_its_older_and_its_newer_file(tmp_path: Path, name: str, text: str) -> None:
    after, remarks = changed(tmp_path, name, text)
    assert remarks == []
    for value in ("'new_db'", "'new_user'", "'127.0.0.1'", "'3307'", "'p\\'a\\\\ss$x'"):
        assert value in after
    assert 'old_db' not in after
    assert 'localhost' not in after


def test_strings_without_an_end_are_named_as_a_problem(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, 'wp-config.php', "<?php define('DB_NAME', 'old_db');" + "/*/<<<A\n'\\" * 1000)
    assert 'wp-config.php cannot be changed: it has strings or comments without an end' in problem
