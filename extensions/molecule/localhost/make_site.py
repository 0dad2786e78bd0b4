# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the sample database that the first argument names."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

database = sqlite3.connect(sys.argv[1])
with closing(database), database:
    database.execute('PRAGMA journal_mode = WAL')
    database.execute('CREATE TABLE berita (nomor INTEGER PRIMARY KEY, judul TEXT NOT NULL)')
    database.execute('CREATE VIEW terbaru AS SELECT * FROM berita ORDER BY nomor DESC LIMIT 10')
    titles = [(f'Berita ke-{number} \u201cuji\u201d',) for number in range(500)]
    database.executemany('INSERT INTO berita (judul) VALUES (?)', titles)
