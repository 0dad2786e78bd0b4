# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows as a busy WordPress site has them: articles with many near-duplicate revisions, metadata, logs, documents.

Everything comes from a seeded generator, so that two machines with the same Debian packages get the same rows. The
sentences are real ones, from the packages' own documentation: random text would compress unlike a site's.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ENOUGH_SENTENCES = 150_000
DOCUMENTATION = ('readme', 'release-notes', 'history', 'changes')
TRANSLATIONS = ('en.json', 'qqq.json')
SENTENCE = re.compile(r'[A-Z][A-Za-z0-9 ,;:()\'"_/-]{30,180}[.!?"]')
PHP_COMMENT = re.compile(r'/\*\*(.*?)\*/', re.DOTALL)
BEGINNING = 1_500_000_000  # 2017: when the site was opened
RECENT_BODIES = 50
AGENTS = (
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1) Safari/604.1',
    'Googlebot/2.1',
)


def sentences(programs: list[Path]) -> list[str]:
    """Distinct English sentences out of the documentation, translations and comments of `programs`, sorted."""
    found: set[str] = set()
    for program in programs:
        for path in sorted(program.rglob('*')):
            if path.is_file() and _worth_reading(path):
                found.update(SENTENCE.findall(_readable(path)))
            if len(found) > ENOUGH_SENTENCES:
                return sorted(found)
    return sorted(found)


def _worth_reading(path: Path) -> bool:
    name = path.name.lower()
    long_program = name.endswith('.php') and path.stat().st_size > 8000
    return name.startswith(DOCUMENTATION) or name in TRANSLATIONS or long_program


def _readable(path: Path) -> str:
    try:
        text = path.read_text('utf-8')
    except UnicodeDecodeError:
        return ''
    if path.suffix == '.php':
        text = re.sub(r'\n\s*\*? ?', ' ', ' '.join(PHP_COMMENT.findall(text)))
    return text


class Rows:
    """Makes rows, each a tuple in the order of its table's columns."""

    def __init__(self, generator: random.Random, pool: list[str], posts: int) -> None:
        self.random, self.pool, self.posts = generator, pool, posts
        self._bodies: list[str] = []

    def table(self, name: str, first: int, end: int) -> Iterator[tuple]:
        """Rows `first` (inclusive) to `end` (exclusive) of table `name`."""
        makers: dict[str, Callable[[int], tuple]] = {
            'wp_posts': self.post,
            'wp_postmeta': self.meta,
            'wp_comments': self.comment,
            'wp_options': self.option,
            'wp_log': self.log,
            'wp_docblobs': self.document,
        }
        return map(makers[name], range(first, end))

    def post(self, number: int) -> tuple:
        pick = self.random
        if self._bodies and pick.random() < 0.45:
            body, kind, status = self._revision(), 'revision', 'inherit'
        else:
            body = self._article()
            kinds = (('post', 'publish'), ('page', 'publish'), ('attachment', 'inherit'), ('post', 'draft'))
            kind, status = pick.choice(kinds)
        self._bodies = [*self._bodies, body][-RECENT_BODIES:]
        title = pick.choice(self.pool)[:60]
        name = re.sub(r'[^a-z0-9]+', '-', title.lower())[:50] + f'-{number}'
        written = _moment(number * 7000 + pick.randrange(5000))
        return (number, pick.randint(1, 40), written, body, title, status, name, kind, pick.randrange(max(1, number)))

    def _article(self) -> str:
        count = self.random.choice((2, 3, 4, 6, 8, 10, 14, 20))
        paragraphs = (self._paragraph(self.random.randint(3, 8)) for _ in range(count))
        return '\n\n'.join(f'<!-- wp:paragraph -->\n<p>{text}</p>\n<!-- /wp:paragraph -->' for text in paragraphs)

    def _revision(self) -> str:
        body = self.random.choice(self._bodies)
        place = self.random.randrange(len(body))
        return f'{body[:place]} {self.random.choice(self.pool)} {body[place:]}'

    def _paragraph(self, count: int) -> str:
        return ' '.join(self.random.choices(self.pool, k=count))

    def meta(self, number: int) -> tuple:
        pick = self.random
        quotable = pick.choice(self.pool).replace('"', "'")
        values = {
            '_edit_lock': f'{BEGINNING + number * 97}:{pick.randint(1, 40)}',
            '_edit_last': str(pick.randint(1, 40)),
            '_thumbnail_id': str(pick.randint(1, 99_999)),
            '_wp_page_template': 'default',
            'views': str(pick.randrange(99_999)),
            '_yoast_wpseo_metadesc': pick.choice(self.pool),
            '_elementor_data': f'[{{"id":"{pick.getrandbits(28):x}","elType":"section",'
            f'"settings":{{"text":"{quotable}"}}}}]',
            '_wp_attachment_metadata': f'a:3:{{s:5:"width";i:{pick.randint(100, 4000)};s:6:"height";'
            f'i:{pick.randint(100, 3000)};s:4:"file";'
            f's:27:"2025/{pick.randint(1, 12):02d}/img-{pick.getrandbits(24):06x}.jpg";}}',
        }
        key = pick.choice(sorted(values))
        return (number, pick.randint(1, self.posts), key, values[key])

    def comment(self, number: int) -> tuple:
        pick = self.random
        author, approved = f'user{pick.getrandbits(20):05x}', pick.choice(('1', '1', '1', '0', 'spam'))
        text = self._paragraph(pick.randint(1, 5))
        address, written = f'{author}@example.org', _moment(number * 900)
        return (number, pick.randint(1, self.posts), author, address, written, text, approved)

    def option(self, number: int) -> tuple:
        pick = self.random
        texts = pick.choices(self.pool, k=pick.choice((1, 1, 1, 5, 20, 60)))
        fields = ''.join(f's:6:"key{i:03d}";s:{len(text)}:"{text}";' for i, text in enumerate(texts))
        name = f'opt_{number}_{pick.getrandbits(24):x}'
        return (number, name, f'a:{len(texts)}:{{{fields}}}', pick.choice(('yes', 'no')))

    def log(self, number: int) -> tuple:
        pick = self.random
        address = f'10.{pick.randrange(256)}.{pick.randrange(256)}.{pick.randrange(256)}'
        place = pick.choice(('news', 'layanan', 'wp-admin', 'berita', 'uploads'))
        url, status = f'/{place}/?p={pick.randrange(60_000)}', pick.choice((200, 200, 200, 304, 404))
        return (number, _moment(number * 300 + pick.randrange(300)), address, url, status, pick.choice(AGENTS))

    def document(self, number: int) -> tuple:
        """A PDF in a column: bytes that no compressor makes smaller; as hexadecimal digits for the loader."""
        content = self.random.randbytes(self.random.randint(10_000, 110_000))
        return (number, f'doc-{number:06d}.pdf', 'application/pdf', content.hex())


def _moment(seconds: int) -> str:
    return time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(BEGINNING + seconds))
