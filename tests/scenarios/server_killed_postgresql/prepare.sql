CREATE TABLE filler(id int PRIMARY KEY, body text);
INSERT INTO filler SELECT n, repeat(md5(random()::text), 4000) FROM generate_series(1, 300) n;
