-- SPDX-FileCopyrightText: 2026 The rawat.website authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Every kind of object and value that PostgreSQL 15 knows, for: psql -v ON_ERROR_STOP=1 DATABASE < prepare.sql
-- as a superuser, into a database of any name.
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L VALID UNTIL %L CONNECTION LIMIT 7', 'keeper', 'keeper-secret', '2030-01-01') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keeper') \gexec
SELECT 'CREATE ROLE editors NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'editors') \gexec
SELECT 'CREATE ROLE "o''brien ""x"" ☃" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'o''brien "x" ☃') \gexec
GRANT editors TO keeper WITH ADMIN OPTION;
ALTER ROLE keeper SET search_path TO "$user", public, "Odd; schema";
ALTER ROLE keeper SET application_name TO 'it''s; keeper';
SELECT format('ALTER ROLE keeper IN DATABASE %I SET work_mem TO %L', current_database(), '8MB') \gexec
SELECT format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'Asia/Jakarta') \gexec
SELECT format('COMMENT ON DATABASE %I IS %L', current_database(), E'it''s a\n-- PostgreSQL database dump complete\ncomment') \gexec
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO editors', current_database()) \gexec

CREATE SCHEMA content AUTHORIZATION keeper;
CREATE SCHEMA "Odd; schema";
CREATE EXTENSION hstore SCHEMA content;
CREATE EXTENSION pg_trgm SCHEMA content;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION btree_gist;

CREATE TYPE content.mood AS ENUM ('sad', 'it''s; ok', 'happy');
CREATE TYPE content.address AS (street text, number int);
CREATE TYPE content.float_range AS RANGE (subtype = float8);
CREATE DOMAIN content.email AS text NOT NULL DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE COLLATION content.plain (locale = 'C');

CREATE TABLE content.texts (id bigserial PRIMARY KEY, title varchar(200) UNIQUE, body text, kind content.mood, place content.address, mail content.email, tags text[], extra jsonb, attributes content.hstore, "Odd ""column""; --" int);
COMMENT ON TABLE content.texts IS E'it''s; a comment\n-- Name: fake; Type: TABLE; Schema: public; Owner: nobody\n--';
COMMENT ON COLUMN content.texts.body IS '$$ not a quote';
INSERT INTO content.texts(title, body, kind, place, mail, tags, extra, attributes, "Odd ""column""; --") VALUES
  ('emoji 🎉 日本語', E'lines\nand\r\nreturns\r tab\t back\\slash \b\f\v', 'happy', ROW('Jl. Merdeka; 1', 5), 'x@y', ARRAY['a,b', '"c"', NULL, '\N'], '{"a": [1, "\n"]}', 'k=>v', 1),
  (E'\\.', E'\\.\n\\.\n-- PostgreSQL database dump complete\n', NULL, NULL, 'x@y', '{}', 'null', NULL, NULL),
  (NULL, '', 'sad', NULL, 'x@y', NULL, NULL, '', 2), ('trap', E'\n\\.\n\nCOPY content.texts FROM stdin;\n', NULL, NULL, 'a@', NULL, NULL, NULL, 3);
CREATE TABLE content.bytes (id int PRIMARY KEY, data bytea, bits bit varying(64), flag boolean);
INSERT INTO content.bytes VALUES (1, '\x000102fffe0a0d275c'::bytea, B'10101', true), (2, '', B'', false), (3, decode(repeat('00ff0a5c', 5000), 'hex'), NULL, NULL);
CREATE TABLE content.numbers (a smallint, b int, c bigint, d numeric, e real, f double precision, g money, h int4range, i content.float_range, j inet, k macaddr, l uuid, m point, n polygon, o tsvector, p xml, q interval, r numeric(5, -2));
INSERT INTO content.numbers VALUES (-32768, -2147483648, -9223372036854775808, 'NaN', 'NaN', '-Infinity', 12.34, '[1,10)', '[0.1,0.30000000000000004]', '192.0.2.1/24', '08:00:2b:01:02:03', '123e4567-e89b-12d3-a456-426614174000', '(1.1,2.2)', '((0,0),(1,1),(1,0))', 'cat:3 fat:2A', '<a>&amp;</a>', '1 year 2 mons 3 days 04:05:06.789', 12345),
  (1, 2, 3, 123456789012345678901234567890.123456789012345678901234567890, 0.1, 0.1::float8 + 0.2::float8, 0, 'empty', NULL, '::1', NULL, NULL, NULL, NULL, NULL, NULL, '-178000000 years', 0) ON CONFLICT DO NOTHING;
CREATE TABLE content.times (a date, b time, c timetz, d timestamp, e timestamptz);
INSERT INTO content.times VALUES ('infinity', '24:00:00', '23:59:59.999999+07', '4713-01-01 BC', '-infinity'), ('0044-03-15 BC', '00:00', '00:00+15:59', 'epoch', '294276-12-31 23:59:59.999999 UTC');
CREATE TABLE content.generated (id int GENERATED ALWAYS AS IDENTITY (START 50 INCREMENT 5) PRIMARY KEY, a int CHECK (a > 0), b int GENERATED ALWAYS AS (a * 2) STORED, c text DEFAULT 'it''s; $1' COLLATE content.plain);
INSERT INTO content.generated(a) VALUES (1), (2);
CREATE TABLE content.child (id int PRIMARY KEY, parent bigint REFERENCES content.texts(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, during tsrange, CONSTRAINT "no; overlap" EXCLUDE USING gist (id WITH =, during WITH &&));
INSERT INTO content.child VALUES (1, 1, '[2026-01-01,2026-02-01)'), (2, NULL, NULL);
ALTER TABLE content.child ADD CONSTRAINT late CHECK (id < 1000) NOT VALID;
CREATE TABLE content.parts (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE content.parts_2025 PARTITION OF content.parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE content.parts_rest PARTITION OF content.parts DEFAULT;
CREATE INDEX parts_at ON content.parts (at);
INSERT INTO content.parts VALUES (1, '2025-05-05'), (2, '2026-05-05'), (3, '2027-05-05');
CREATE TABLE content.base (id int, note text);
CREATE TABLE content.derived (extra int) INHERITS (content.base);
INSERT INTO content.base VALUES (1, 'base'); INSERT INTO content.derived VALUES (2, 'derived', 3);
CREATE UNLOGGED TABLE content.fleeting (id int); INSERT INTO content.fleeting VALUES (1);
CREATE TABLE content.no_columns (); INSERT INTO content.no_columns DEFAULT VALUES;
CREATE TABLE content.empty_one (id int);
CREATE TABLE "Odd; schema"."line
-- PostgreSQL database dump complete
; Type: VIEW" ("select" int, "a""b" int);
INSERT INTO "Odd; schema"."line
-- PostgreSQL database dump complete
; Type: VIEW" VALUES (1, 2);
CREATE TABLE public.many AS SELECT g AS id, 'row ' || g AS v FROM generate_series(1, 20000) g;

CREATE SEQUENCE content.counter START 100 INCREMENT 10 CACHE 5 CYCLE MAXVALUE 100000;
SELECT nextval('content.counter');
CREATE INDEX by_lower ON content.texts (lower(title)) WHERE title IS NOT NULL;
CREATE INDEX by_trigram ON content.texts USING gin (body content.gin_trgm_ops);
CREATE STATISTICS content.related (dependencies) ON id, v FROM public.many;
ALTER TABLE content.texts CLUSTER ON texts_pkey;
ALTER TABLE content.bytes REPLICA IDENTITY FULL;

CREATE VIEW content.overview AS SELECT id, title, '$$; -- PostgreSQL database dump complete' AS trap FROM content.texts;
CREATE VIEW content.checked WITH (security_barrier) AS SELECT * FROM content.base WHERE id > 0 WITH CASCADED CHECK OPTION;
CREATE RECURSIVE VIEW content.numbers_to(n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers_to WHERE n < 3;
CREATE MATERIALIZED VIEW content.kept AS SELECT count(*) AS n FROM content.texts;
CREATE UNIQUE INDEX kept_n ON content.kept (n);
CREATE MATERIALIZED VIEW content.not_filled AS SELECT 1 AS one WITH NO DATA;

CREATE FUNCTION content.greet(who text DEFAULT 'it''s', VARIADIC rest int[] DEFAULT '{}', OUT answer text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = content AS $body$
BEGIN
  -- a comment with ' one quote; $$ and a marker
-- PostgreSQL database dump complete
  answer := 'Halo 🎉 ' || who || $q$ ; $q$;
END $body$;
CREATE FUNCTION content.twice(x int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT x * 2; END;
CREATE FUNCTION content.twice(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
CREATE FUNCTION content.rows_of() RETURNS TABLE (a int, b text) LANGUAGE sql AS $$ SELECT id, note FROM content.base $$;
CREATE PROCEDURE content.tidy(INOUT n int DEFAULT 1) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM content.empty_one; END $$;
CREATE AGGREGATE content.sum_of(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
CREATE AGGREGATE content.rows_seen(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE OPERATOR content.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = OPERATOR(content.===));
CREATE OPERATOR FAMILY content.some_family USING btree;
CREATE OPERATOR CLASS content.some_class FOR TYPE int USING btree FAMILY content.some_family AS OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int);
CREATE FUNCTION content.to_mood(int) RETURNS content.mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'happy'::content.mood $$;
CREATE CAST (int AS content.mood) WITH FUNCTION content.to_mood(int) AS ASSIGNMENT;
CREATE TEXT SEARCH DICTIONARY content.plain_words (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION content.bahasa (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION content.bahasa ALTER MAPPING FOR asciiword WITH content.plain_words;

CREATE FUNCTION content.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER before_insert BEFORE INSERT ON content.base FOR EACH ROW WHEN (NEW.note <> '; --') EXECUTE FUNCTION content.stamp();
CREATE TRIGGER "odd ""trigger""" AFTER UPDATE ON content.base REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION content.stamp();
CREATE TRIGGER on_parts AFTER INSERT ON content.parts FOR EACH ROW EXECUTE FUNCTION content.stamp();
CREATE CONSTRAINT TRIGGER late_check AFTER INSERT ON content.base DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION content.stamp();
ALTER TABLE content.base DISABLE TRIGGER before_insert;
CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER watcher ON ddl_command_start EXECUTE FUNCTION public.watch();
CREATE RULE no_delete AS ON DELETE TO content.base DO INSTEAD NOTHING;
ALTER TABLE content.base ENABLE ROW LEVEL SECURITY;
CREATE POLICY only_own ON content.base AS RESTRICTIVE FOR SELECT TO editors USING (note <> '; -- x');
CREATE PUBLICATION some_changes FOR TABLE content.texts, public.many WHERE (id > 5);
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db.example', dbname 'it''s');
CREATE USER MAPPING FOR keeper SERVER elsewhere OPTIONS (user 'u', password 'mapping-secret');
CREATE FOREIGN TABLE content.remote (id int) SERVER elsewhere OPTIONS (table_name 'x');

SELECT lo_from_bytea(700001, '\x00010a5c27ff'::bytea), lo_from_bytea(700002, ''::bytea), lo_from_bytea(700003, decode(repeat('deadbeef', 20000), 'hex'));
COMMENT ON LARGE OBJECT 700001 IS 'a large object';
GRANT SELECT ON LARGE OBJECT 700001 TO editors;
ALTER LARGE OBJECT 700002 OWNER TO keeper;

ALTER TABLE content.texts OWNER TO keeper;
GRANT SELECT (id, title), UPDATE (body) ON content.texts TO editors;
GRANT ALL ON content.base TO "o'brien ""x"" ☃" WITH GRANT OPTION;
GRANT USAGE ON SCHEMA content, "Odd; schema" TO editors;
GRANT EXECUTE ON FUNCTION content.twice(int) TO editors;
REVOKE ALL ON FUNCTION content.twice(int) FROM public;
ALTER DEFAULT PRIVILEGES FOR ROLE keeper IN SCHEMA content GRANT SELECT ON TABLES TO editors;
REFRESH MATERIALIZED VIEW content.kept;
ANALYZE;
