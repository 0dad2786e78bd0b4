# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking personal data: equal stays equal, different stays different, the original is nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.rawat.website.plugins.module_utils.errors import PreflightError
from ansible_collections.rawat.website.plugins.module_utils.staging.masking import mask
from ansible_collections.rawat.website.plugins.module_utils.staging.tables import engine_tables
from integration.staging.copies import Copy

MAILS = [b'anna@example.org', b'bob@example.org', b'anna@example.org', b'']


def masked(copy: Copy, rules: list[dict[str, Any]], word: str = 'one') -> dict[str, dict[str, int]]:
    with engine_tables(copy.database) as tables:
        return mask(tables, rules, word)


def people(copy: Copy) -> None:
    copy.run(
        'CREATE TABLE people (id INTEGER PRIMARY KEY, mail VARCHAR(100) NOT NULL, name VARCHAR(100), '
        'phone VARCHAR(100), note VARCHAR(100)); CREATE TABLE letters (id INTEGER PRIMARY KEY, sender VARCHAR(100));'
    )
    for number, mail in enumerate(MAILS):
        copy.insert('people', number, mail, b'Anna %d \xc3\xa9' % (number % 2), b'0812 %d' % number, b'secret')
    copy.run("UPDATE people SET phone = NULL WHERE id = 3; INSERT INTO letters VALUES (1, 'anna@example.org');")


def test_every_rule_masks_its_column_and_only_that(copy: Copy) -> None:
    people(copy)
    counts = masked(copy, [
        {'table': 'people', 'column': 'mail', 'rule': 'email'},
        {'table': 'letters', 'column': 'sender', 'rule': 'email'},
        {'table': 'people', 'column': 'name', 'rule': 'name'}, {'table': 'people', 'column': 'phone', 'rule': 'phone'},
        {'table': 'people', 'column': 'note', 'rule': 'null'},
    ])  # fmt: skip
    prefix = 'public.' if copy.engine == 'postgresql' else ''
    assert counts[f'{prefix}people.mail'] == {'values': 3, 'distinct': 2}
    mails = copy.values('people', 'mail')
    assert (len(set(mails)), mails[0]) == (3, b'')
    assert all(mail.endswith(b'@masked.invalid') for mail in mails[1:])
    assert copy.values('letters', 'sender')[0] in mails  # the same person is the same in another table
    names, phones = copy.values('people', 'name'), copy.values('people', 'phone')
    assert len(set(names)) == 2
    assert all(name.startswith(b'Person ') for name in names)
    assert (phones[0], len(set(phones))) == (None, 4)
    assert all(phone.startswith(b'+00') and phone[3:].isdigit() and len(phone) == 18 for phone in phones[1:])
    assert copy.values('people', 'note') == [None] * 4


def test_one_secret_gives_one_answer_and_another_gives_another(copy: Copy) -> None:
    rule = [{'table': 'people', 'column': 'mail', 'rule': 'hash'}]
    found = []
    for secret in ('one', 'one', 'two'):
        copy.run('DROP TABLE IF EXISTS people; DROP TABLE IF EXISTS letters;')
        people(copy)
        masked(copy, rule, secret)
        found.append(copy.values('people', 'mail'))
    assert found[0] == found[1] != found[2]


def test_wrong_rules_are_named_all_at_once_and_nothing_is_touched(copy: Copy) -> None:
    people(copy)
    copy.run('CREATE TABLE narrow (id INTEGER PRIMARY KEY, code VARCHAR(8));')
    rules = [
        {'table': 'people', 'column': 'name', 'rule': 'name'},
        {'table': 'nobody', 'column': 'x', 'rule': 'hash'},
        {'table': 'people', 'column': 'nothing', 'rule': 'hash'},
        {'table': 'people', 'column': 'mail', 'rule': 'null'},
        {'table': 'narrow', 'column': 'code', 'rule': 'email'},
    ]
    with pytest.raises(PreflightError) as caught:
        masked(copy, rules)
    text = '\n'.join(caught.value.problems)
    assert 'masking rule nobody.x: there is no such table' in text
    assert 'masking rule people.nothing: the table has no such text column; it has' in text
    assert 'masking rule people.mail: rule null needs a column that may be NULL' in text
    if copy.engine != 'sqlite':  # its lengths are decoration
        assert 'masking rule narrow.code: rule email needs 32 characters, the column has 8' in text
    assert copy.values('people', 'name') == sorted([b'Anna 0 \xc3\xa9', b'Anna 1 \xc3\xa9'] * 2)


def test_upper_and_lower_case_are_two_values(copy: Copy) -> None:
    copy.run("CREATE TABLE odd (id INTEGER PRIMARY KEY, v VARCHAR(99)); INSERT INTO odd VALUES (1, 'a'), (2, 'A');")
    counts = masked(copy, [{'table': 'odd', 'column': 'v', 'rule': 'hash'}])
    assert list(counts.values()) == [{'values': 2, 'distinct': 2}]
    assert len(set(copy.values('odd', 'v')) - {b'a', b'A'}) == 2


def test_a_fixed_value_that_is_the_original_is_no_leak_and_another_original_is_an_error(copy: Copy) -> None:
    copy.run("CREATE TABLE odd (id INTEGER PRIMARY KEY, v VARCHAR(99)); INSERT INTO odd VALUES (1, 'none'), (2, 'x');")
    masked(copy, [{'table': 'odd', 'column': 'v', 'rule': 'fixed', 'value': 'none'}])
    assert copy.values('odd', 'v') == [b'none', b'none']
