# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table of a SQLite database comes back alone, by a restore; those of servers are in test_servers."""

from __future__ import annotations

import os

import pytest
from integration.restoring.support import OWNER, House, kill_after


def comments(house: House) -> None:
    """A second table that goes on."""
    house.sql('create table comments (id integer primary key, post integer references posts, text)')
    house.sql("insert into comments (post, text) values (1, 'earlier')")


def has_posts(house: House) -> bool:
    return bool(house.sql("select 1 from sqlite_master where name = 'posts'"))


@pytest.mark.parametrize('dropped', [True, False])
def test_one_table_comes_back_alone_and_goes_again(house: House, dropped: bool) -> None:
    comments(house)
    house.back_up()
    house.sql("update comments set text = 'later'")
    house.sql('drop table posts' if dropped else "update posts set title = 'defaced'")
    files = house.files()
    entry = house.restore(table='posts')
    assert entry['outcome'] in ('complete', 'remarks'), entry['error']
    assert house.titles() == ['first', 'second']
    assert house.sql('select text from comments') == [('later',)]
    assert house.files() == files
    assert os.stat(house.database).st_uid == OWNER
    assert entry['restore']['cannot_keep'] == []
    undone = house.restore(undo=True)
    if dropped:
        assert 'there is no restore to undo' in undone['error']
    else:
        assert undone['outcome'] in ('complete', 'remarks'), undone['error']
        assert set(house.titles()) == {'defaced'}
        house.restore(discard_old=True)
    assert house.leftovers() == []


def test_rows_that_lost_their_partner_are_a_remark(house: House) -> None:
    comments(house)
    house.back_up()
    house.sql("insert into posts (title) values ('third')")
    house.sql("insert into comments (post, text) values (3, 'to the third')")
    entry = house.restore(table='posts')
    assert entry['outcome'] == 'remarks'
    assert '1 rows of comments refer to rows that posts does not have' in ' '.join(entry['remarks'])


@pytest.mark.parametrize('dropped', [True, False])
@pytest.mark.parametrize('when', ['before', 'after'])
def test_a_killed_exchange_is_finished_or_undone(house: House, when: str, dropped: bool) -> None:
    house.back_up()
    for ending in ('resume', 'undo'):
        house.sql('drop table posts' if dropped else "update posts set title = 'defaced'")
        kill_after(house.start(die=['recovery.put_live', 1, when], table='posts'), 120)
        entry = house.restore(**{ending: True})
        assert entry['outcome'] in ('complete', 'remarks'), entry['error']
        if ending == 'resume':
            assert house.titles() == ['first', 'second']
        else:
            assert not has_posts(house) if dropped else set(house.titles()) == {'defaced'}
        house.restore(discard_old=True)
        assert house.leftovers() == []


def test_a_database_that_is_gone_cannot_get_a_table(house: House) -> None:
    house.back_up()
    house.database.unlink()
    entry = house.restore(table='posts')
    assert 'there is no database' in entry['error']
