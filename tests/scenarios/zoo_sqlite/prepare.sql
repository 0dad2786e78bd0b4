-- SPDX-FileCopyrightText: 2026 The rawat.website authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Every kind of object and value that SQLite 3.40 knows. Load it with: sqlite3 NEW.db < prepare.sql
PRAGMA encoding='UTF-8';
PRAGMA page_size=8192;
PRAGMA auto_vacuum=2;
PRAGMA journal_mode=WAL;
PRAGMA user_version=4711;
PRAGMA application_id=1413829460;

-- numbers of rows that no column shows, with a gap
CREATE TABLE plain(a, b TEXT, c INTEGER, d REAL, e NUMERIC, f BLOB);
INSERT INTO plain(rowid, a, b) VALUES(7, 'seven', 'tujuh'), (9223372036854775807, 'last', NULL), (-5, 'minus five', '');
CREATE TABLE rowid_taken(rowid TEXT, value INTEGER);
INSERT INTO rowid_taken VALUES('mine', 1);
CREATE TABLE all_rowids_taken(rowid TEXT, _rowid_ TEXT, oid TEXT);
INSERT INTO all_rowids_taken VALUES('a', 'b', 'c');
CREATE TABLE descending_key(id INTEGER PRIMARY KEY DESC, note TEXT);
INSERT INTO descending_key(rowid, id, note) VALUES(50, 3, 'not the row number');
CREATE TABLE keyed(id INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT DEFAULT 'it''s; -- here');
INSERT INTO keyed(id, note) VALUES(41, 'x'), (1000, 'y');
DELETE FROM keyed WHERE id = 1000;
CREATE TABLE without_rowid(a TEXT, b INTEGER, c TEXT, PRIMARY KEY(b, a)) WITHOUT ROWID;
INSERT INTO without_rowid VALUES('k', 1, 'v'), ('a', 2, 'w');
CREATE TABLE strict_table(i INT, t TEXT, r REAL, b BLOB, a ANY) STRICT;
INSERT INTO strict_table VALUES(1, 't', 1.0, x'00ff', '001'), (2, 'u', 2.5, x'', 1), (3, 'v', 3, NULL, 1.0);
CREATE TABLE generated(a INTEGER, b AS (a * 2) VIRTUAL, c TEXT GENERATED ALWAYS AS (a || '!') STORED, d TEXT);
INSERT INTO generated(a, d) VALUES(21, 'after');
CREATE TABLE empty_table(a, b);
CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE CHECK(length(name) > 0));
CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO child VALUES(1, 1), (2, 999);
INSERT INTO parent VALUES(1, 'Induk');
CREATE TABLE "name with ""quotes"", 'ticks' and ; -- dashes"("a ""b"" c" TEXT, "--" TEXT, "select" TEXT);
INSERT INTO "name with ""quotes"", 'ticks' and ; -- dashes" VALUES('1', '2', '3');
CREATE TABLE "Ünïcödé ☃ 目" ("größe" TEXT);
INSERT INTO "Ünïcödé ☃ 目" VALUES('日本語 🎉');

-- values
CREATE TABLE "values"(id INTEGER PRIMARY KEY, what TEXT, value);
INSERT INTO "values"(what, value) VALUES
  ('null', NULL), ('empty', ''), ('empty blob', x''), ('largest', 9223372036854775807), ('smallest', -9223372036854775808),
  ('real whole', 3.0), ('tenth', 0.1), ('sum', 0.1 + 0.2), ('third', 1.0 / 3), ('huge', 1.7976931348623157e308),
  ('tiny', 4.9406564584124654e-324), ('small', 2.2250738585072014e-308), ('infinity', 9e999), ('minus infinity', -9e999),
  ('large whole real', 1e22), ('past 2^53', 9007199254740993.0), ('million', 123456789.125), ('currency', 1999.99),
  ('blob', x'000102fffe0a0d27'), ('number as text', '0012'), ('text like a blob', 'X''00'''),
  ('quotes', 'it''s "quoted" `here`'), ('lines', 'one' || char(10) || 'two' || char(13, 10) || 'three' || char(13)),
  ('cr and soh', char(1) || char(13, 10) || char(1)), ('NUL inside', CAST(x'610062' AS TEXT)), ('only NUL', CAST(x'00' AS TEXT)),
  ('not UTF-8', CAST(x'c328a0ff80' AS TEXT)), ('cut UTF-8 and CR', CAST(x'e282' AS TEXT) || char(13, 10)),
  ('a trap', char(10) || 'COMMIT;' || char(10) || '-- Dump completed' || char(10) || '.quit' || char(10)),
  ('a comment', '/* not closed -- '), ('long', printf('%.*c', 200000, 'x')), ('byte order mark', char(65279) || 'bom');

-- indexes
CREATE INDEX by_b ON plain(b);
CREATE UNIQUE INDEX by_two ON plain(a, b DESC);
CREATE INDEX partly ON plain(c) WHERE c IS NOT NULL;
CREATE INDEX "by expression" ON plain(lower(a), length(b));
CREATE INDEX collated ON parent(name COLLATE RTRIM);

-- views and triggers
CREATE VIEW totals AS SELECT count(*) AS n FROM plain;
CREATE VIEW "view with columns"(x, y) AS SELECT a, b FROM plain WHERE b <> '-- Dump completed' -- a remark at the end
;
CREATE VIEW of_view AS SELECT * FROM totals;
CREATE TRIGGER after_insert AFTER INSERT ON plain BEGIN INSERT INTO keyed(note) VALUES('from ; trigger'); END;
CREATE TRIGGER instead INSTEAD OF INSERT ON totals WHEN new.n > 0 BEGIN DELETE FROM empty_table; SELECT raise(IGNORE); END;
CREATE TRIGGER "on update" BEFORE UPDATE OF note ON keyed FOR EACH ROW BEGIN SELECT CASE WHEN new.note = '' THEN raise(ABORT, 'no') END; END;

-- virtual tables, each with its shadow tables
CREATE VIRTUAL TABLE search USING fts5(title, body, tokenize='porter unicode61');
INSERT INTO search VALUES('Peraturan', 'tentang pemeliharaan situs'), ('Second', 'entry with ''quotes''');
DELETE FROM search WHERE title = 'Second';
CREATE VIRTUAL TABLE contentless USING fts5(body, content='');
INSERT INTO contentless(rowid, body) VALUES(3, 'only the index knows');
CREATE VIRTUAL TABLE external USING fts5(b, content='plain', content_rowid='rowid');
INSERT INTO external(external) VALUES('rebuild');
CREATE TRIGGER feed_external AFTER DELETE ON plain BEGIN INSERT INTO external(external, rowid, b) VALUES('delete', old.rowid, old.b); END;
CREATE VIRTUAL TABLE "old search" USING fts4(title, body);
INSERT INTO "old search" VALUES('arsip', 'lama dan baru');
CREATE VIRTUAL TABLE places USING rtree(id, min_x, max_x, min_y, max_y, +name TEXT);
INSERT INTO places VALUES(1, 106.8, 106.9, -6.2, -6.1, 'Jakarta');
ANALYZE;
