# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites are brought back on real servers: whole, in part, on an empty server, under another address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import facts
import pytest
from e2e.product import WORDPRESS, Ended, Product, repositories
from e2e.whole_sites import SITES, serve, site_facts
from testbed import Host, differences, pages


def restore(product: Product, *words: str) -> Ended:
    """`rawat restore`."""
    return product.run(product.rawat('restore', *words))


def sql(host: Host, statement: str) -> str:
    return host.run(['mariadb', '--batch', '--skip-column-names', 'wordpress'], text_input=statement).stdout


@pytest.fixture
def saved(product: Product, web1: Host, archive: dict[str, Any]) -> dict[str, Any]:
    """web1's sites in an archive of this test; returns the pages as they are."""
    before = pages(web1.ip)  # asking fills caches in the databases
    before = pages(web1.ip)
    product.write_inventory({web1: SITES}, archive)
    ended = product.backup()
    assert ended.code == 0, ended.text
    return before


def deface(host: Host) -> None:
    sql(host, "UPDATE wp_posts SET post_content='HACKED', post_title='HACKED';"
              "UPDATE wp_options SET option_value='HACKED' WHERE option_name='blogname';")
    host.ssh('echo "<h1>HACKED</h1>" > /var/www/wordpress/index.php; echo evil > /var/www/wordpress/shell.php')


def test_without_a_confirmation_the_plan_is_printed_and_nothing_changes(
        product: Product, web1: Host, saved: dict[str, Any]) -> None:
    tree = facts.tree_facts(web1.path('/var/www/wordpress'))
    ended = restore(product, '--only', 'wordpress')
    assert ended.code == 2, ended.text
    for words in ('/var/www/wordpress', 'wordpress', 'confirm'):
        assert words in ended.stdout + ended.stderr, ended.text
    assert facts.tree_facts(web1.path('/var/www/wordpress')) == tree
    assert differences(saved, pages(web1.ip)) == []
    assert len(list(web1.path('/srv/archives').glob('test-without-a-confirm*/wordpress/2*'))) == 1


def test_a_defaced_wordpress_is_as_before_and_the_safety_point_is_listed(
        product: Product, web1: Host, saved: dict[str, Any]) -> None:
    deface(web1)
    assert differences(saved, pages(web1.ip)) != []
    ended = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress')
    assert ended.code == 0, ended.text
    assert differences(saved, pages(web1.ip)) == []
    assert not web1.path('/var/www/wordpress/shell.php').exists()
    assert ended.record
    (entry,) = ended.record['sites']
    safety = entry['restore']['safety_point']
    assert safety
    status = product.run(product.rawat('status', '--json'))
    assert safety in status.stdout, status.text
    undone = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress', '-e', 'undo=true')
    assert undone.code == 0, undone.text
    assert web1.path('/var/www/wordpress/shell.php').exists(), 'the way back leads to what was replaced'
    again = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress', '-e', f'point={entry["recovery_point"]}')
    assert again.code == 0, again.text
    assert differences(saved, pages(web1.ip)) == []


def test_a_dropped_table_comes_back_alone(product: Product, web1: Host, saved: dict[str, Any]) -> None:
    sql(web1, "UPDATE wp_options SET option_value='Kept' WHERE option_name='blogdescription'; DROP TABLE wp_posts;")
    ended = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress', '-e', 'database=wordpress',
                    '-e', 'table=wp_posts')
    assert ended.code == 0, ended.text
    assert sql(web1, "SELECT option_value FROM wp_options WHERE option_name='blogdescription'") == 'Kept\n'
    assert int(sql(web1, 'SELECT count(*) FROM wp_posts')) > 0
    whole = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress', '-e', 'database=wordpress',
                    '-e', f'point={ended.sites["wordpress"]["recovery_point"]}')
    assert whole.code == 0, whole.text
    assert differences(saved, pages(web1.ip)) == []


def test_deleted_uploads_come_back_and_nothing_else_is_touched(
        product: Product, web1: Host, saved: dict[str, Any]) -> None:
    before = facts.tree_facts(web1.path('/var/www/wordpress'))
    web1.ssh('rm -r /var/www/wordpress/wp-content/uploads; date > /var/www/wordpress/newer.txt')
    ended = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress',
                    '-e', '{"files": ["wp-content/uploads"]}')
    assert ended.code == 0, ended.text
    assert web1.path('/var/www/wordpress/newer.txt').exists()
    web1.ssh('rm /var/www/wordpress/newer.txt')
    after = facts.tree_facts(web1.path('/var/www/wordpress'), ['.', 'wp-content'])
    expected = {name: value for name, value in before.items() if name in after}
    assert not facts.different(expected, after)
    assert differences(saved, pages(web1.ip)) == []


def test_three_sites_come_back_on_an_empty_server(
        product: Product, web1: Host, vault1: Host, new_host: Callable[..., Host]) -> None:
    before = pages(web1.ip)
    before = pages(web1.ip)
    repository = repositories(vault1)['archive-ssh']
    repository = {**repository, 'location': repository['location'] + '-to-empty'}
    # No reading of pages: asking WordPress writes to its database, also after the dump.
    product.write_inventory({web1: SITES}, repository, website_settings={'pages': 0})
    ended = product.backup()
    assert ended.code == 0, ended.text
    expected = site_facts(web1)
    web4 = new_host('web4')
    product.write_inventory({web4: SITES}, repository)
    ended = restore(product, '--all', '-e', '{"confirm": ["wordpress", "wiki", "news"]}')
    assert ended.code == 0, ended.text
    serve(web1, web4)
    found = facts.different(expected, site_facts(web4))
    assert not found, '\n'.join(found[:40])
    assert differences(before, pages(web4.ip)) == []


def test_a_clone_answers_under_another_address(
        product: Product, web1: Host, vault1: Host, saved: dict[str, Any], new_host: Callable[..., Host]) -> None:
    del saved
    repository = {**repositories(vault1)['archive-ssh']}
    repository['location'] += '-clone'
    product.write_inventory({web1: [WORDPRESS]}, repository)
    assert product.backup().code == 0
    web5 = new_host('web5')
    product.write_inventory({web1: [WORDPRESS], web5: []}, repository)
    ended = restore(product, '--only', 'wordpress', '-e', 'confirm=wordpress', '-e', 'url=http://staging.site.test/',
                    '-e', 'to_host=web5')
    assert ended.code == 0, ended.text
    assert sql(web5, "SELECT option_value FROM wp_options WHERE option_name='siteurl'") == 'http://staging.site.test\n'
    web5.path('/etc/nginx/sites-available/staging').write_text(
        web1.path('/etc/nginx/sites-available/wp.site.test').read_text().replace('wp.site.test', 'staging.site.test'))
    web5.ssh('ln -s ../sites-available/staging /etc/nginx/sites-enabled/; '
             'echo 127.0.0.1 staging.site.test >> /etc/hosts; nginx -t -q && systemctl reload nginx && sleep 0.5')
    live = web1.ssh('curl -s http://wp.site.test/').stdout
    clone = web5.ssh('curl -s http://staging.site.test/').stdout
    assert 'wp.site.test' not in clone
    assert clone.replace('staging.site.test', 'wp.site.test').split() == live.split()
