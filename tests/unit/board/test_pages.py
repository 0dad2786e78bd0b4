# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages: both languages, nothing from outside, text of strangers, contrasts, and the folder they are written to."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rawat.board import folder, pages
from unit.board.boards import books, drilled, facts, point, site, written

HOSTILE = '"><script src=//evil.example/x.js></script><img src=x onerror=alert(1)>\u202egnp'
LOADING = {'src', 'srcset', 'data', 'poster', 'action', 'formaction', 'background'}
# (in front, behind) of every pair of colours in which words or shapes that mean something are set.
WORDS = [
    *[(front, behind) for front in ('text', 'minor') for behind in (
        'page', 'card', 'green-card', 'yellow-card', 'red-card', 'unprotected-card')],
    ('text', 'head'), ('text', 'code'), ('minor', 'head'),
    *[('link', behind) for behind in ('page', 'card', 'yellow-card', 'red-card', 'unprotected-card')],
    *[(level, behind) for level in ('green', 'yellow', 'red', 'unprotected') for behind in ('page', 'card')],
    ('red', 'red-card'), ('yellow', 'yellow-card'), ('unprotected', 'unprotected-card'),
]  # fmt: skip
SHAPES = [(f'day-{letter}', behind) for letter in 'crfn' for behind in ('card', 'page', 'red-card')]
SHAPES += [('link', 'card'), ('focus', 'page')]


class Reader(HTMLParser):
    """What a browser would load or run, which tags are left open, and how the page speaks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.words = ''
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_both_languages_are_written_and_each_page_leads_to_its_twin(tmp_path: Path) -> None:
    found = written(tmp_path / 'board', facts(site()))
    assert 'lang="id"' in found['index.html']
    assert 'lang="en"' in found['en/index.html']
    assert 'href="en/sites/peraturan.html"' in found['sites/peraturan.html'].replace('../', '')
    assert 'href="../../sites/peraturan.html"' in found['en/sites/peraturan.html']
    assert 'AMAN' in found['index.html']
    assert 'SAFE' in found['en/index.html']
    first = written(tmp_path / 'english', facts(site()) | {'language': 'en'})
    assert 'lang="en"' in first['index.html']
    assert 'lang="id"' in first['id/index.html']


def test_every_link_leads_to_a_page_that_is_there(tmp_path: Path) -> None:
    found = written(tmp_path, facts(site(), site() | {'site': 'arsip', 'host': 'web2'}))
    pages_ = {path: text for path, text in found.items() if path.endswith('.html')}
    assert len(pages_) == 6
    for path, text in pages_.items():
        targets = [value for _tag, name, value in Reader(text).attributes if name in ('href', 'src') and value]
        local = [target for target in targets if not target.startswith(('#', 'https://', 'data:'))]
        assert local
        for target in local:
            assert (tmp_path / path).parent.joinpath(target).is_file(), (path, target)


def test_text_of_strangers_is_text(tmp_path: Path) -> None:
    name, error = f'a{HOSTILE}', f'cannot read {HOSTILE}'
    entry = site(point(0.1, id=f'p{HOSTILE}', outcome='failed', error=error), drilled(1, grade='F', reason=error))
    entry |= {'site': name, 'host': HOSTILE, 'url': 'javascript:alert(1)', 'error': error}
    entry |= {'holds': [{'reason': HOSTILE}]}
    stray = {'name': HOSTILE, 'host': 'web', 'url': f'javascript:{HOSTILE}', 'application': HOSTILE, 'file': HOSTILE}
    found = written(tmp_path, facts(entry, discovered=[stray], problems=[HOSTILE]), books(problems=[HOSTILE]))
    for path, text in found.items():
        if path.endswith('.html'):
            read = Reader(text)
            assert read.tags.count('script') == (1 if path.endswith('index.html') else 0)
            assert 'img' not in read.tags
            assert not [name for _tag, name, _value in read.attributes if name.startswith('on') or name == 'style']
            assert not [value for _tag, name, value in read.attributes if name == 'href' and 'javascript' in str(value)]
            assert '\u202e' not in text
    assert HOSTILE[:60] in Reader(found['index.html']).words


def test_pages_load_nothing_but_their_own_two_files_and_forbid_the_rest(tmp_path: Path) -> None:
    found = written(tmp_path, facts(site()))
    for path in ('index.html', 'sites/peraturan.html', 'en/sites/peraturan.html'):
        read = Reader(found[path])
        loaded = [value for tag, name, value in read.attributes if name in LOADING or (tag, name) == ('link', 'href')]
        own = {'data:,', 'assets/board.css', 'assets/board.js'}
        assert {re.sub(r'^(\.\./)*', '', str(value)) for value in loaded} <= own
        contents = [value for _tag, name, value in read.attributes if name == 'content']
        policy = next(value for value in contents if "default-src 'none'" in str(value))
        assert 'unsafe' not in str(policy)
    assert not re.search(r'url\(|@import|https?:', found['assets/board.css'] + found['assets/board.js'])


def test_tables_name_their_columns_and_rows_and_no_state_is_a_colour_alone(tmp_path: Path) -> None:
    found = written(tmp_path, facts(site(point(0.3, outcome='failed'), drilled(9))))
    for path in ('index.html', 'sites/peraturan.html'):
        read = Reader(found[path])
        scopes = {value for tag, name, value in read.attributes if (tag, name) == ('th', 'scope')}
        assert scopes == {'col', 'row'}
        assert 'TIDAK AMAN' in read.words
        assert {value for tag, name, value in read.attributes if (tag, name) == ('use', 'href')} >= {'#red'}
        assert not [one for one in read.attributes if one[:2] == ('svg', 'role') and one[2] != 'img']
    assert 'GAGAL' in Reader(found['sites/peraturan.html']).words


@pytest.mark.parametrize('scheme', ['light', 'dark', 'print'])
@pytest.mark.parametrize(('needed', 'combined'), [(4.5, WORDS), (3.0, SHAPES)])
def test_contrasts_are_enough_for_words_and_for_shapes(
    scheme: str, needed: float, combined: list[tuple[str, str]]
) -> None:
    colours = palette(scheme)
    low = {(front, behind): round(contrast(colours[front], colours[behind]), 2) for front, behind in combined}
    assert {pair: found for pair, found in low.items() if found < needed} == {}


def test_every_colour_in_use_is_one_of_those_whose_contrast_is_computed() -> None:
    rules = re.sub(r':root \{[^}]*\}', '', pages.asset('board.css'))
    assert not re.search(r'#[0-9a-f]{3,8}\b(?=[;} ])', rules)
    used = set(re.findall(r'var\(--([a-z-]+)\)', rules))
    assert used <= {name for pair in WORDS + SHAPES for name in pair} | {'line'}


def palette(scheme: str) -> dict[str, str]:
    blocks = re.findall(r':root \{([^}]*)\}', pages.asset('board.css'))
    light, dark, paper = (dict(re.findall(r'--([a-z-]+): (#[0-9a-f]{6});', block)) for block in blocks)
    return {'light': light, 'dark': light | dark, 'print': light | paper}[scheme]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.1 (relative luminance of sRGB)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_file_names_are_safe_and_each_is_there_once() -> None:
    keys = [('peraturan', 'a'), ('../../etc/passwd', 'a'), ('a.b', 'x'), ('a-b', 'x'), ('con', 'x'), ('', 'x')]
    names = folder.file_names([*keys, ('', 'x'), ('x' * 300, 'a'), ('twin', 'a'), ('twin', 'b'), ('\udcff', 'a')])
    assert names[0] == 'peraturan'
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r'[a-z0-9-]{1,100}', name) for name in names)
    assert not {'con', 'a-b', 'twin'} & set(names)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / 'thesis.txt').write_text('three years of work')
    with pytest.raises(folder.FolderError, match='is no board'):
        written(tmp_path, facts(site()))
    assert [path.name for path in tmp_path.iterdir()] == ['thesis.txt']


def test_an_interrupted_build_leaves_the_old_board_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / 'board'
    before = written(output, facts(site()))

    def interrupted(*_given: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(pages.Pages, 'index', interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(output, facts(site(drilled(3))))
    assert {path: (output / path).read_text() for path in before} == before
    assert [path.name for path in tmp_path.iterdir()] == ['board']


def test_what_a_killed_build_left_is_swept_and_the_new_board_replaces_the_old(tmp_path: Path) -> None:
    output = tmp_path / 'board'
    written(output, facts(site() | {'site': 'gone'}))
    (tmp_path / '.board.new-dead').mkdir()
    (tmp_path / '.board.new-dead' / 'index.html').write_text('half')
    found = written(output, facts(site()))
    assert [path.name for path in tmp_path.iterdir()] == ['board']
    assert 'sites/gone.html' not in found
    assert '.owner' not in found


def test_equal_facts_give_equal_pages(tmp_path: Path) -> None:
    known = facts(site(), site(*[point(days) for days, _next in pairwise(range(40))]) | {'site': 'other'})
    assert written(tmp_path / 'a', known) == written(tmp_path / 'b', known)
