# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which formats `rawat recap` makes with and without the paper extra."""

from __future__ import annotations

import pytest
from ansible_collections.rawat.website.plugins.module_utils import paper
from rawat.commands import recap
from rawat.request import UsageProblem


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, 'available', lambda: {'pdf': False, 'xlsx': False, 'qr': False})


@pytest.mark.usefixtures('without_extra')
def test_without_the_extra_the_rest_is_made_and_what_is_missing_is_said() -> None:
    assert recap._formats(None) == (['html', 'csv'], ['pdf', 'xlsx'])


@pytest.mark.usefixtures('without_extra')
def test_without_the_extra_a_format_that_was_asked_for_is_refused_before_anything_is_issued() -> None:
    with pytest.raises(UsageProblem, match=r'--format pdf needs further libraries: install them with pip install'):
        recap._formats('csv,pdf')


def test_formats_are_named_in_any_case_and_drawn_once() -> None:
    assert recap._formats('CSV, html,csv') == (['csv', 'html'], [])


@pytest.mark.parametrize('given', ['', ',', 'docx', 'pdf;xlsx'])
def test_what_is_no_format_is_refused(given: str) -> None:
    with pytest.raises(UsageProblem, match='is not known: choose from html, pdf, xlsx, csv'):
        recap._formats(given)
