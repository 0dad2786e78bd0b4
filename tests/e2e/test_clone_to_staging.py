# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real WordPress and MediaWiki become clones at another address: nothing of the old one is left, and they answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from testbed import Host

PLUGINS = Path(__file__).resolve().parents[2] / 'plugins'
PACKAGE = '/root/clone/ansible_collections/rawat/website/plugins'
RUN = """
import json, sys
sys.path.insert(0, '/root/clone')
from ansible_collections.rawat.website.plugins.module_utils.staging import CloneRequest, rewrite_site
from ansible_collections.rawat.website.plugins.module_utils.staging.settings_text import Login
site, trees, databases, request, logins = json.loads(sys.argv[1])
request = CloneRequest(**request, logins={name: Login(**login) for name, login in logins.items()})
print(json.dumps(rewrite_site(site, trees, databases, request)))
"""
# What plugins and themes really store: nested, with objects, JSON with escaped slashes, one inside the other.
HARD = r"""<?php
$url = 'http://wp.site.test';
class Widget {
    public $a; protected $b; private $c;
    function __construct($u) { $this->a = "$u/é"; $this->b = [$u]; $this->c = &$this->a; }
}
$values = [
    'hard_nested' => serialize(['u' => "$url/é", 's' => serialize(['x' => [$url, 1.5, null, true]]),
        'o' => new Widget($url)]),
    'hard_json' => json_encode(['u' => "$url/é", 's' => serialize([$url]), 'n' => 1.50]),
    'hard_json_in_serialised' => serialize(['data' => json_encode([['url' => "$url/x", 't' => "a\"b"]])]),
    'hard_encoded' => 'https://share.example/?u=' . rawurlencode("$url/a b"),
    'hard_session' => 'a|' . serialize([$url]) . 'b|i:1;',
    'hard_path' => serialize(['/var/www/wordpress/wp-content', '/var/www/wordpress2']),
];
$db = new mysqli('localhost', 'root', '', 'staging_wp', 0, '/run/mysqld/mysqld.sock');
$db->set_charset('utf8mb4');
foreach ($values as $name => $value) {
    $statement = $db->prepare('INSERT INTO wp_options (option_name, option_value, autoload) VALUES (?, ?, "no")');
    $statement->bind_param('ss', $name, $value);
    $statement->execute();
}
"""
CHECK = r"""<?php
class Widget { public $a; protected $b; private $c; }
$db = new mysqli('localhost', 'root', '', 'staging_wp', 0, '/run/mysqld/mysqld.sock');
$db->set_charset('utf8mb4');
$checked = 0; $bad = [];
$columns = ['wp_options' => 'option_value', 'wp_postmeta' => 'meta_value', 'wp_usermeta' => 'meta_value'];
foreach ($columns as $table => $column)
    foreach ($db->query("SELECT $column AS v FROM $table WHERE $column REGEXP '^[aOs]:[0-9]+:'") as $row) {
        $checked++;
        if (@unserialize($row['v']) === false) $bad[] = $row['v'];
    }
$query = "SELECT option_value AS v FROM wp_options WHERE option_name = '%s'";
$value = fn($name) => $db->query(sprintf($query, $name))->fetch_assoc()['v'];
$nested = unserialize($value('hard_nested'));
echo json_encode(['checked' => $checked, 'bad' => $bad, 'u' => $nested['u'], 's' => unserialize($nested['s'])['x'],
    'o' => $nested['o']->a, 'json' => unserialize(json_decode($value('hard_json'), true)['s']),
    'inner' => json_decode(unserialize($value('hard_json_in_serialised'))['data'], true)[0],
    'encoded' => $value('hard_encoded'), 'session' => $value('hard_session'),
    'path' => unserialize($value('hard_path'))]);
"""
VHOST = """server {{ listen 80; server_name {name}; root {root}; index index.php;
  location / {{ try_files $uri $uri/ /index.php?$args; }}
  location ~ \\.php$ {{ include fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_param SERVER_NAME $host; fastcgi_pass unix:{socket}; }} }}
"""


@pytest.fixture
def clones(web1: Host) -> Iterator[Host]:
    """A server with the product's modules, and room for clones that is empty again afterwards."""
    remove = (
        'rm -rf /root/clone /var/www/staging_wp /var/www/staging_wiki /etc/nginx/sites-enabled/staging*; '
        'mysql -e "DROP DATABASE IF EXISTS staging_wp"; '
        'runuser -u postgres -- dropdb --force --if-exists staging_wiki; systemctl reload nginx'
    )
    web1.ssh(remove)
    web1.ssh(f'mkdir -p {PACKAGE}')
    argv = [
        'tar',
        '-C',
        str(PLUGINS),
        '--exclude=__pycache__',
        '-cf',
        str(web1.path('/root/plugins.tar')),
        'module_utils',
    ]
    subprocess.run(argv, check=True, timeout=60)
    web1.ssh(f'tar -C {PACKAGE} -xf /root/plugins.tar')
    yield web1
    web1.ssh(remove)


def rewritten(host: Host, *arguments: Any) -> dict[str, Any]:
    done = host.run(['python3', '-c', RUN, json.dumps(arguments)], timeout=200)
    return json.loads(done.stdout)


def serve(host: Host, name: str, root: str) -> None:
    socket = host.ssh('ls /run/php/php*-fpm.sock | tail -1').stdout.strip()
    vhost = VHOST.format(name=name, root=root, socket=socket)
    host.ssh(
        f'cat > /etc/nginx/sites-enabled/{name} && nginx -t -q && systemctl reload nginx && sleep 1', text_input=vhost
    )


def page(host: Host, name: str, path: str) -> str:
    done = host.ssh(f"curl -sS --max-time 60 -w '%{{http_code}}' --resolve {name}:80:127.0.0.1 'http://{name}{path}'")
    assert done.stdout.endswith('200'), done.stdout[-300:]
    return done.stdout


def test_wordpress_answers_under_its_new_address_and_nothing_of_the_old_one_is_left(clones: Host) -> None:
    clones.ssh(
        'mysql -e "CREATE DATABASE staging_wp; GRANT ALL ON staging_wp.* TO wordpress@localhost" && '
        'mysqldump wordpress | mysql staging_wp && cp -a /var/www/wordpress /var/www/staging_wp'
    )
    clones.ssh('php', text_input=HARD)
    result = rewritten(
        clones, {'name': 'wp', 'url': 'http://wp.site.test/'}, {'/var/www/wordpress': '/var/www/staging_wp'},
        {'mariadb.wordpress': {'engine': 'mariadb', 'name': 'staging_wp', 'login_user': 'root',
                               'login_unix_socket': '/run/mysqld/mysqld.sock'}},
        {'url': 'http://staging.new-place.test', 'paths': {'/var/www/wordpress': '/var/www/staging_wp'},
         'masking': [{'table': 'wp_users', 'column': 'user_email', 'rule': 'email'}]},
        {'wordpress': {'name': 'staging_wp'}},
    )  # fmt: skip
    assert result['remarks'] == []
    assert result['databases']['mariadb.wordpress']['left'] == {}
    assert clones.ssh('mysqldump --hex-blob staging_wp | grep -c wp.site.test || true').stdout == '0\n'
    assert clones.ssh("mysql -N staging_wp -e 'SELECT user_email FROM wp_users'").stdout.endswith('@masked.invalid\n')
    found = json.loads(clones.ssh('php', text_input=CHECK).stdout)
    new = 'http://staging.new-place.test'
    assert found['bad'] == []
    assert found['checked'] > 50
    assert (found['u'], found['o'], found['s']) == (f'{new}/é', f'{new}/é', [new, 1.5, None, True])
    assert (found['json'], found['inner']) == ([new], {'url': f'{new}/x', 't': 'a"b'})
    assert found['encoded'] == 'https://share.example/?u=http%3A%2F%2Fstaging.new-place.test%2Fa%20b'
    assert found['session'] == f'a|a:1:{{i:0;s:{len(new)}:"{new}";}}b|i:1;'
    assert found['path'] == ['/var/www/staging_wp/wp-content', '/var/www/wordpress2']
    assert clones.ssh("stat -c '%U %a' /var/www/staging_wp/wp-config.php").stdout == 'www-data 640\n'
    serve(clones, 'staging.new-place.test', '/var/www/staging_wp')
    for path in ('/', '/?s=Berita+17'):
        before, after = page(clones, 'wp.site.test', path), page(clones, 'staging.new-place.test', path)
        assert 'wp.site.test' not in after
        assert after.replace('staging.new-place.test', 'wp.site.test') == before


def test_mediawiki_answers_under_its_new_address(clones: Host) -> None:
    clones.ssh(
        'runuser -u postgres -- createdb -O mediawiki -E UTF8 -T template0 staging_wiki && '
        'runuser -u postgres -- sh -c "pg_dump mediawiki | psql -q -v ON_ERROR_STOP=1 staging_wiki" && '
        'cp -a /var/www/mediawiki /var/www/staging_wiki'
    )
    result = rewritten(
        clones, {'name': 'wiki', 'url': 'http://wiki.site.test/'}, {'/var/www/mediawiki': '/var/www/staging_wiki'},
        {'postgresql.mediawiki': {'engine': 'postgresql', 'name': 'staging_wiki', 'become_user': 'postgres'}},
        {'url': 'https://wiki.new-place.test:8443', 'paths': {'/var/www/mediawiki': '/var/www/staging_wiki'}},
        {'mediawiki': {'name': 'staging_wiki'}},
    )  # fmt: skip
    assert list(result['files']) == ['/var/www/staging_wiki/LocalSettings.php']
    assert result['databases']['postgresql.mediawiki']['left'] == {}
    left = 'runuser -u postgres -- pg_dump staging_wiki | grep -c "//wiki.site.test" || true'
    assert clones.ssh(left).stdout == '0\n'
    serve(clones, 'wiki.new-place.test', '/var/www/staging_wiki')
    before = page(clones, 'wiki.site.test', '/index.php?title=Prosedur_7')
    after = page(clones, 'wiki.new-place.test', '/index.php?title=Prosedur_7')
    assert 'wiki.site.test' not in after
    assert 'Teks halaman 7' in after
    assert 'https://wiki.new-place.test:8443' in after
    assert text_of(after) == text_of(before)


def text_of(html: str) -> str:
    """The article itself: what is around it has the time it took and the request's own number."""
    return html.partition('<div id="mw-content-text"')[2].partition('<div class="printfooter"')[0].partition('<!--')[0]
