# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of age: recipient and identity belong together, and a slip of the pen is found, without the program age."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils import age_keys
from ansible_collections.rawat.website.plugins.module_utils.repository_settings import repository_problems
from hypothesis import given, settings
from hypothesis import strategies as st

# Printed by age-keygen 1.1.1 for this test.
IDENTITY = 'AGE-SECRET-KEY-1MC5RRNLDG8TP6V48WCDMCYJH7KTQKQ7JHAS82YCYJ9XD0XVTKTWQQRE0ZT'
RECIPIENT = 'age1q5f02f5239za5hpj0dst23dtgq3up0cw892zkt8tkcv9mzv7cycsrhylnd'


def test_a_recipient_is_told_from_its_identity() -> None:
    assert age_keys.recipient_of(IDENTITY) == RECIPIENT
    assert age_keys.recipients_of(f'# created: today\n\n{IDENTITY}\n  {IDENTITY}  \n') == [RECIPIENT, RECIPIENT]


def test_new_identities_are_different_and_have_the_known_form() -> None:
    made = {age_keys.new_identity() for _count in range(5)}
    assert len(made) == 5
    for identity in made:
        assert len(identity) == len(IDENTITY)
        assert list(age_keys.recipients_problems([age_keys.recipient_of(identity)], 'field')) == []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_slip_of_the_pen_is_found_and_never_quoted(data: st.DataObject) -> None:
    place = data.draw(st.integers(len('AGE-SECRET-KEY-1'), len(IDENTITY) - 1))
    letter = data.draw(st.sampled_from([one for one in age_keys.LETTERS.upper() if one != IDENTITY[place]]))
    wrong = IDENTITY[:place] + letter + IDENTITY[place + 1 :]
    with pytest.raises(ValueError, match='checksum') as told:
        age_keys.recipient_of(wrong)
    assert wrong not in str(told.value)
    at = data.draw(st.integers(4, len(RECIPIENT) - 2))
    swapped = RECIPIENT[:at] + RECIPIENT[at + 1] + RECIPIENT[at] + RECIPIENT[at + 2 :]
    assert (swapped == RECIPIENT) is not bool(list(age_keys.recipients_problems([swapped], 'field')))


@pytest.mark.parametrize(
    'wrong', [IDENTITY.lower(), IDENTITY[:-1], IDENTITY + 'Q', RECIPIENT, 'BOO', f'{IDENTITY[:-2]}B1']
)
def test_what_is_no_identity_is_an_error_that_does_not_quote_it(wrong: str) -> None:
    with pytest.raises(ValueError, match='identity number 1') as told:
        age_keys.recipients_of(wrong)
    assert wrong not in str(told.value)


def test_a_text_without_identities_is_an_error() -> None:
    with pytest.raises(ValueError, match='no identity'):
        age_keys.recipients_of('# public key: age1…\n')


def settings_of(**changes: object) -> dict:
    return {'store': 'archive', 'location': '/backup', 'recipients': [], 'identities': None, **changes}


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        (
            {'recipients': ['ssh-ed25519 AAAAC3']},
            ['website_repository.recipients', 'ssh-ed25519 AAAAC3', 'new-identity'],
        ),
        ({'recipients': [RECIPIENT[:-1]]}, [RECIPIENT[:-1], 'checksum']),
        ({'recipients': ['age1yubikey1qabc']}, ['age1yubikey1qabc', 'plugins']),
        ({'recipients': [RECIPIENT, RECIPIENT]}, ['twice']),
        ({'identities': IDENTITY[:-1]}, ['website_repository.identities', 'identity number 1', 'vault file']),
    ],
)
def test_wrong_keys_in_an_inventory_are_named_with_field_and_remedy(changes: dict, words: list[str]) -> None:
    (line,) = repository_problems(settings_of(**changes))
    assert all(word in line for word in words), line


@pytest.mark.parametrize('field', ['recipients', 'identities'])
def test_a_secret_is_quoted_in_no_message(field: str) -> None:
    value = [IDENTITY] if field == 'recipients' else IDENTITY[:-1]
    lines = list(repository_problems(settings_of(**{field: value})))
    assert lines
    assert not any(IDENTITY[20:-1] in line for line in lines)


def test_good_keys_are_no_problem_and_restic_takes_none() -> None:
    good = {'recipients': [RECIPIENT], 'identities': f'{IDENTITY}\n'}
    assert list(repository_problems(settings_of(**good))) == []
    lines = list(repository_problems(settings_of(store='restic', password='x', **good)))
    assert [line.split(':')[0] for line in lines] == ['website_repository.recipients', 'website_repository.identities']
