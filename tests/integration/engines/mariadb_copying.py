# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small MariaDB site whose dump is brought back again and again, and how tests ask the server that holds the copy."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.rawat.website.plugins.module_utils.engines import mariadb, mariadb_server
from ansible_collections.rawat.website.plugins.module_utils.engines.mariadb_client import Connection

SITE = """
CREATE TABLE posts(id INT PRIMARY KEY, title VARCHAR(100), KEY title(title), FULLTEXT KEY words(title))
  DEFAULT CHARSET=utf8mb4;
INSERT INTO posts SELECT seq, CONCAT('Größe ', seq) FROM seq_1_to_5000;
CREATE TABLE comments(id INT PRIMARY KEY AUTO_INCREMENT, post INT, body TEXT, KEY post(post),
  CONSTRAINT of_post FOREIGN KEY (post) REFERENCES posts(id)) DEFAULT CHARSET=utf8mb4;
INSERT INTO comments(post, body) SELECT 1 + seq % 5000, MD5(seq) FROM seq_1_to_4000;
CREATE TABLE loose(v INT); INSERT INTO loose VALUES (3), (1), (2);
CREATE SEQUENCE counter; DO NEXTVAL(counter);
CREATE TABLE numbered(id INT DEFAULT NEXTVAL(counter), v INT);
CREATE VIEW titles AS SELECT title FROM posts;
CREATE TRIGGER stamp BEFORE INSERT ON posts FOR EACH ROW SET NEW.title = TRIM(NEW.title);
CREATE PROCEDURE tidy() DELETE FROM comments WHERE post IS NULL;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DISABLE DO SET @a = 1;
CREATE USER IF NOT EXISTS visitor@localhost IDENTIFIED BY 'visitor';
GRANT SELECT ON * TO visitor@localhost; GRANT EXECUTE ON PROCEDURE tidy TO visitor@localhost;
"""


def blocks(folder: Path, name: str, size: int = 100_000) -> Iterator[bytes]:
    """A stored stream as the stores give it; an odd block size, so that rows are cut anywhere."""
    data = subprocess.run(['zstd', '-dc', folder / name], check=True, capture_output=True, timeout=60).stdout
    return iter([data[start : start + size] for start in range(0, len(data), size)])


def load(database: dict[str, Any], part: dict[str, Any], folder: Path, **options: Any) -> dict[str, Any]:
    accounts = blocks(folder, part['accounts_file'])
    return mariadb.load(database, part, blocks(folder, part['file']), accounts, **options)


def ask(server: mariadb_server.Server, statements: str, database: str = 'mysql') -> list[list[str]]:
    with Connection(server.database(database)) as connection:
        session = connection.session()
        try:
            return session.ask(statements)
        finally:
            session.close()


def fresh(private: mariadb_server.Server, site: dict, place: Path, name: str) -> dict[str, Any]:
    mariadb.drop(private.database('mysql'), name, force=True)
    load(private.database(name), site, place, into=name)
    return private.database(name)
