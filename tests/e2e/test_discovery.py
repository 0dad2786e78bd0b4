# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real server with five sites, of which two are in no inventory: both are found, and nothing on it is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from e2e.product import BIN, CHECKOUT, Product
from e2e.whole_sites import SITES
from testbed import Host

SECRET, VAULT_PASSWORD = 'second-secret-of-its-own', 'password-of-the-vault'
# A second WordPress, whose database server has a name of its own: nobody can know that it is this machine's.
# And a DokuWiki below an alias of the news site's virtual host, with its data outside.
SET_UP = f"""
set -e
cp -a /var/www/wordpress /var/www/second; rm -rf /var/www/second/wp-content/uploads
cat > /var/www/second/wp-config.php <<'X'
<?php
define( 'DB_NAME', 'second' );
define( 'DB_USER', 'second' );
define( 'DB_PASSWORD', '{SECRET}' );
define( 'DB_HOST', 'db.site.test' );
$table_prefix = 'wp_';
require_once __DIR__ . '/wp-settings.php';
X
chown www-data:www-data /var/www/second/wp-config.php; chmod 640 /var/www/second/wp-config.php
grep -q db.site.test /etc/hosts || echo '127.0.0.1 db.site.test' >> /etc/hosts
mysql <<X
CREATE DATABASE second; CREATE DATABASE forgotten; CREATE TABLE forgotten.rows (id INT PRIMARY KEY);
CREATE TABLE second.wp_options (id INT PRIMARY KEY);
CREATE USER second@'%' IDENTIFIED BY '{SECRET}'; GRANT ALL ON second.* TO second@'%';
GRANT SELECT ON mysql.* TO second@'%';
CREATE USER second@localhost IDENTIFIED BY '{SECRET}'; GRANT ALL ON second.* TO second@localhost;
GRANT SELECT ON mysql.* TO second@localhost;
X
mkdir -p /srv/notes/data/pages /srv/notes/conf /srv/notes/inc /srv/notes/lib
echo '<?php' > /srv/notes/doku.php; echo '<?php' > /srv/notes/inc/init.php
echo '2022-07-31a "Igor"' > /srv/notes/VERSION; echo 'Rapat' > /srv/notes/data/pages/start.txt
echo '<?php $conf["title"] = "Catatan";' > /srv/notes/conf/local.php
chown -R www-data:www-data /srv/notes
cat > /etc/nginx/sites-available/second <<'X'
server {{
  listen 80; server_name second.site.test; root /var/www/second;
  location /notes/ {{ alias /srv/notes/; }}
}}
X
ln -sf ../sites-available/second /etc/nginx/sites-enabled/second
mkfifo /etc/nginx/sites-enabled/pipe.conf
"""
TEAR_DOWN = """
rm -rf /var/www/second /srv/notes /etc/nginx/sites-enabled/second /etc/nginx/sites-enabled/pipe.conf /etc/nginx/sites-available/second
sed -i '/db.site.test/d' /etc/hosts
mysql -e "DROP DATABASE IF EXISTS second; DROP DATABASE IF EXISTS forgotten; DROP USER IF EXISTS second@'%'; DROP USER IF EXISTS second@localhost"
"""  # noqa: E501
SCHEMA = CHECKOUT / 'docs' / 'schema' / 'record.schema.json'
# Name, type, owner, mode, size and time of change of everything that discovery looks at, and what configuration holds.
STATE = """
find /etc/nginx /etc/php /etc/mysql /var/www /srv /etc/hosts -printf '%p %y %u %m %s %C@ %T@\\n' | sort
find /etc/nginx /etc/php -type f -exec sha256sum {} + | sort
"""


@pytest.fixture
def crowded(web1: Host) -> Iterator[Host]:
    """web1 with two sites and a database more than the inventory knows."""
    web1.ssh('bash -s', text_input=TEAR_DOWN, check=False)
    web1.ssh('bash -s', text_input=SET_UP)
    yield web1
    web1.ssh('bash -s', text_input=TEAR_DOWN)


def discover(product: Product, *words: str) -> tuple[int, dict[str, Any]]:
    ended = product.run(product.rawat('discover', '--json', *words))
    assert ended.stdout.startswith('{'), ended.text
    assert SECRET not in ended.text
    return ended.code, json.loads(ended.stdout)


def test_five_sites_are_found_and_the_two_unlisted_ones_are_an_inventory_that_doctor_accepts(
    product: Product, crowded: Host
) -> None:
    product.write_inventory({crowded: SITES}, {'store': 'archive', 'location': '/srv/found', 'create': True})
    (product.folder / 'vault-password').write_text(VAULT_PASSWORD)
    before = crowded.ssh('bash -s', text_input=STATE).stdout
    code, found = discover(product, '--output', 'new', '--vault-password-file', 'vault-password')
    assert crowded.ssh('bash -s', text_input=STATE).stdout == before
    assert code == 1, found
    sites = {site['name']: site for site in found['sites']}
    assert {name: site['protected'] for name, site in sites.items()} == {
        'wordpress': True, 'wiki': True, 'news': True, 'second-site-test': False, 'second-site-test-notes': False,
    }, found  # fmt: skip
    applications = {name: site['application'] for name, site in sites.items() if name != 'news'}
    assert applications == {
        'wordpress': 'WordPress', 'wiki': 'MediaWiki', 'second-site-test': 'WordPress',
        'second-site-test-notes': 'DokuWiki',
    }  # fmt: skip
    engines = {
        name: [(one['engine'], one.get('name') or one['path']) for one in site['databases']]
        for name, site in sites.items()
    }
    assert engines == {
        'wordpress': [('mariadb', 'wordpress')], 'wiki': [('postgresql', 'mediawiki')],
        'news': [('sqlite', '/var/www/news/data/news.db')], 'second-site-test': [('mariadb', 'second')],
        'second-site-test-notes': [],
    }  # fmt: skip
    assert [(one['engine'], one['name']) for one in found['unclaimed_databases']] == [('mariadb', 'forgotten')]
    assert any('pipe.conf' in one['text'] and 'not a regular file' in one['text'] for one in found['remarks'])
    accepted_by_doctor(product, crowded)
    no_password_shows_at_any_verbosity(product)


def no_password_shows_at_any_verbosity(product: Product) -> None:
    """From -vvv on Ansible's connections print what they received: the module's result is not among it."""
    playbook = product.playbook('-e', 'discover_output=plain', '--vault-password-file', 'vault-password', '-vvvv')
    ended = product.run([word.replace('website.backup', 'website.discover') for word in playbook])
    assert ended.code == 0, ended.text
    assert (product.folder / 'plain' / 'hosts.yml').exists()
    assert 'second-site-test' in ended.stdout
    assert 'stdout and stderr censored' in ended.stdout
    assert SECRET not in ended.text


def accepted_by_doctor(product: Product, host: Host) -> None:
    """The inventory as it was written: only the encrypted file has the password, and doctor is content."""
    new = product.folder / 'new'
    files = {path.relative_to(new).as_posix(): path.read_text() for path in new.rglob('*') if path.is_file()}
    assert set(files) == {'hosts.yml', f'host_vars/{host.name}/discovered.yml', f'host_vars/{host.name}/vault.yml'}
    assert all(SECRET not in text for text in files.values())
    assert files[f'host_vars/{host.name}/vault.yml'].startswith('$ANSIBLE_VAULT;')
    entries = yaml.safe_load(files[f'host_vars/{host.name}/discovered.yml'])['website_sites']
    assert [entry['name'] for entry in entries] == ['second-site-test', 'second-site-test-notes']
    (product.folder / 'ansible.cfg').write_text('[defaults]\nvault_password_file = vault-password\n')
    doctor = product.run([str(BIN / 'rawat'), 'doctor', '-i', str(new), '--json'])
    assert doctor.code == 0, doctor.text
    (product.folder / 'ansible.cfg').unlink()
    again = product.run(product.rawat('discover', '--output', 'new'))
    assert again.code == 2, again.text
    assert 'is not overwritten' in again.stderr


def test_an_empty_inventory_gets_all_five_and_a_backup_warns_of_those_that_it_leaves_out(
    product: Product, crowded: Host, archive: dict[str, Any]
) -> None:
    product.write_inventory({crowded: []})
    code, found = discover(product, '--output', 'all')
    assert (code, len(found['sites'])) == (1, 5), found
    assert found['missing_variables'] == {crowded.name: ['vault_second_site_test_second_password']}
    text = (product.folder / 'all' / 'host_vars' / crowded.name / 'discovered.yml').read_text()
    assert 'vault_second_site_test_second_password' in text
    entries = yaml.safe_load(text)['website_sites']
    listed = [entry for entry in entries if not entry['name'].startswith('second')]
    product.write_inventory({crowded: listed[2:]}, archive, website_settings={'pages': 0})
    backup = product.backup('--json')
    assert backup.code == 0, backup.text
    missed = {one['webroot'] for one in json.loads(backup.stdout)['unprotected']}
    assert missed >= {'/var/www/second', '/srv/notes'}
    assert backup.record is not None
    assert {one['webroot'] for one in backup.record['unprotected']} == missed
    assert backup.record['unprotected'][0]['host'] == crowded.name
    jsonschema.validate(backup.record, json.loads(SCHEMA.read_text()))
    status = product.run(product.rawat('status'))
    assert 'Nobody backs up /var/www/second (WordPress, http://second.site.test/) on web1' in status.stdout, status.text


def test_what_the_inventory_has_alone_is_said_to_be_gone(product: Product, web1: Host) -> None:
    gone = {'name': 'old', 'webroots': [{'path': '/var/www/old'}], 'databases': []}
    product.write_inventory({web1: [*SITES, gone]}, {'store': 'archive', 'location': '/srv/found'})
    ended = product.run(product.rawat('discover'))
    assert ended.code == 0, ended.text
    assert '3 site(s) found, 0 of them not (wholly) protected.' in ended.stdout
    assert 'The site old on web1 is in the inventory, but /var/www/old is no longer on the server' in ended.stdout
    assert 'holds only the default page of the server' in ended.stdout
