-- SPDX-FileCopyrightText: 2026 The rawat.website authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Every kind of object and value that MariaDB 10.11 knows, for: mariadb --binary-mode DATABASE < prepare.sql
-- as root, into a database of any name.
SET NAMES utf8mb4;
CREATE USER IF NOT EXISTS 'keeper'@'localhost' IDENTIFIED BY 'keeper-secret';
CREATE USER IF NOT EXISTS 'site'@'%' IDENTIFIED BY 'site-secret' REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 9999;
CREATE ROLE IF NOT EXISTS editors;
CREATE USER IF NOT EXISTS 'o''brien "x" `y`'@'10.0.0.%' IDENTIFIED VIA mysql_native_password USING PASSWORD('p');
GRANT SELECT, EXECUTE, TRIGGER, EVENT ON * TO 'keeper'@'localhost';
GRANT ALL PRIVILEGES ON * TO editors WITH GRANT OPTION;
GRANT editors TO 'site'@'%';
SET DEFAULT ROLE editors FOR 'site'@'%';

CREATE TABLE numbers(
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, tiny TINYINT, flag BOOL, year_ YEAR, exact_ DECIMAL(65,30),
  single_ FLOAT, double_ DOUBLE, bits BIT(64), bit1 BIT(1)
) COMMENT='it''s; -- Dump completed\n`quoted` "twice" \\ back';
SET SQL_MODE=CONCAT(@@SQL_MODE, ',NO_AUTO_VALUE_ON_ZERO');
INSERT INTO numbers VALUES
  (0, -128, 1, 2155, 12345678901234567890123456789012345.123456789012345678901234567890, 1.17549e-38, 2.2250738585072014e-308, b'1111', b'1'),
  (18446744073709551614, 127, 0, 1901, -0.000000000000000000000000000001, 3.40282e38, 0.1, ~0, b'0'),
  (3, NULL, NULL, NULL, NULL, 0.1, 1.7976931348623157e308, 0x0A0D2700275C1A22, NULL);
SET SQL_MODE=DEFAULT;
CREATE TABLE texts(
  id INT PRIMARY KEY, title VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'it''s; -- default\n', body LONGTEXT,
  latin VARCHAR(50) CHARACTER SET latin1, wide VARCHAR(50) CHARACTER SET utf16, old_utf8 VARCHAR(50) CHARACTER SET utf8mb3,
  chinese VARCHAR(50) CHARACTER SET gbk, kind ENUM('a','b''c','d,e','') , marks SET('x','y','z'), document JSON,
  FULLTEXT KEY words(body), KEY prefix(body(20)), UNIQUE KEY title(title)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4;
INSERT INTO texts VALUES
  (1, 'emoji 🎉 日本語', CONCAT('lines\nand\r\nreturns\r and\ttabs \0 NUL \Z sub ', CHAR(8)), 'größe', 'größe 🎉', 'ü', '中文', 'b''c', 'x,z', '{"a": [1, "\\n"]}'),
  (2, 'quotes '' " ` \\', '\n-- Dump completed\n', NULL, NULL, NULL, NULL, '', '', '[]'),
  (3, 'statement', ');\nINSERT INTO `texts` VALUES\n(9,''x'');\nUNLOCK TABLES;\nDELIMITER ;;\n/* open', '', '', '', '', NULL, NULL, NULL),
  (4, 'ends in ;', ';', 'a;', NULL, NULL, NULL, 'a', 'y', 'null'),
  (5, 'ends in backslash \\', '\\', '\\''', NULL, NULL, NULL, NULL, NULL, '1');
CREATE TABLE bytes(id INT PRIMARY KEY, fixed BINARY(8), variable VARBINARY(300), data LONGBLOB, tiny TINYBLOB);
INSERT INTO bytes VALUES
  (1, 0x0001020304050607, 0x00275C22600A0D1AFFFEC328E28280F09F, UNHEX(REPEAT('00FF0A0D27225C1A', 3000)), ''),
  (2, 'abc', '', NULL, 0x3B0A), (3, NULL, 0x2D2D2044756D7020636F6D706C657465640A, 0x293B0A, NULL);
CREATE TABLE times(
  id INT PRIMARY KEY, day DATE, clock TIME(6), moment DATETIME(6), stamp TIMESTAMP(6) NULL DEFAULT NULL,
  touched TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP
);
SET time_zone='+07:00', sql_mode='';
INSERT INTO times VALUES
  (1, '0000-00-00', '-838:59:59.999999', '9999-12-31 23:59:59.999999', '2038-01-19 10:14:07.123456', '2026-11-22 17:00:00'),
  (2, '2024-02-29', '00:00:00.000001', '1000-01-01 00:00:00', '1970-01-01 07:00:01', '2026-03-29 02:30:00'), (3, NULL, NULL, NULL, NULL, '0000-00-00 00:00:00');
SET time_zone=DEFAULT, sql_mode=DEFAULT;
CREATE TABLE special(id INT PRIMARY KEY, u UUID, ip INET6, ip4 INET4, shape GEOMETRY, point_ POINT NOT NULL, SPATIAL KEY(point_));
INSERT INTO special VALUES (1, UUID(), '2001:db8::1', '192.0.2.1', ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0))', 4326), POINT(106.8456, -6.2088));
CREATE TABLE generated(
  a INT, b INT GENERATED ALWAYS AS (a * 2) VIRTUAL, c VARCHAR(40) AS (CONCAT(a, '!;')) STORED, hidden INT INVISIBLE DEFAULT 7,
  d INT DEFAULT (1 + 1), KEY(b), CONSTRAINT positive CHECK (a > 0 AND d <> 99)
);
INSERT INTO generated(a, hidden) VALUES (21, 8), (22, DEFAULT);
CREATE TABLE only_hidden(visible INT, secret INT INVISIBLE);
INSERT INTO only_hidden(visible, secret) VALUES (1, 42);
CREATE TABLE versioned(id INT PRIMARY KEY, note VARCHAR(50)) WITH SYSTEM VERSIONING;
SET @@timestamp=UNIX_TIMESTAMP('2026-01-01 00:00:00'); INSERT INTO versioned VALUES (1, 'first');
SET @@timestamp=UNIX_TIMESTAMP('2026-02-01 00:00:00'); UPDATE versioned SET note='second';
SET @@timestamp=UNIX_TIMESTAMP('2026-03-01 00:00:00'); INSERT INTO versioned VALUES (2, 'gone'); 
SET @@timestamp=UNIX_TIMESTAMP('2026-04-01 00:00:00'); DELETE FROM versioned WHERE id=2; SET @@timestamp=DEFAULT;
CREATE TABLE periods(id INT, since DATE, until DATE, PERIOD FOR validity(since, until), UNIQUE(id, validity WITHOUT OVERLAPS));
INSERT INTO periods VALUES (1, '2026-01-01', '2026-06-01'), (1, '2026-06-01', '2027-01-01');
CREATE TABLE parts(id INT, at DATE, PRIMARY KEY(id, at)) PARTITION BY RANGE (YEAR(at)) (PARTITION p0 VALUES LESS THAN (2026), PARTITION p1 VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1, '2025-01-01'), (2, '2026-01-01'), (3, '2027-01-01');
CREATE TABLE parent(id INT PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE a_child(id INT PRIMARY KEY, parent INT, CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES parent(id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1), (2);
INSERT INTO a_child VALUES (1, 1), (2, 2), (3, NULL);
CREATE TABLE compressed(id INT PRIMARY KEY, body TEXT COMPRESSED) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;
INSERT INTO compressed VALUES (1, REPEAT('x', 5000));
CREATE TABLE empty_one(id INT);
CREATE TABLE `name with ``ticks``, "quotes"; -- dashes ☃`(`select` INT, `a``b` INT, `spa ce` INT);
INSERT INTO `name with ``ticks``, "quotes"; -- dashes ☃` VALUES (1, 2, 3);
CREATE TABLE `line
-- Dump completed
end`(`col
umn` INT);
INSERT INTO `line
-- Dump completed
end` VALUES (1), (2);
CREATE TABLE many(id INT PRIMARY KEY, v VARCHAR(100));
INSERT INTO many SELECT seq, CONCAT('row ', seq, ';\n') FROM seq_1_to_20000;

CREATE SEQUENCE counter START WITH 100 INCREMENT BY 10 MINVALUE 1 MAXVALUE 100000 CACHE 5 CYCLE;
DO NEXTVAL(counter);
CREATE TABLE uses_sequence(id INT DEFAULT NEXTVAL(counter), note INT);
INSERT INTO uses_sequence(note) VALUES (1), (2);

CREATE DEFINER='keeper'@'localhost' SQL SECURITY DEFINER VIEW overview AS SELECT t.id, t.title, '*/; -- Dump completed' AS trap FROM texts t WHERE t.title <> '/* no comment';
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW checked AS SELECT * FROM numbers WHERE id > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW a_view_of_view AS SELECT count(*) AS n FROM overview;
CREATE VIEW `view ``x`` ☃` AS SELECT 1 AS `col``umn`, "it's" AS b;

GRANT SELECT (id, title), INSERT ON texts TO 'o''brien "x" `y`'@'10.0.0.%';

DELIMITER ;;
CREATE DEFINER='keeper'@'localhost' TRIGGER before_insert BEFORE INSERT ON parent FOR EACH ROW
BEGIN
  -- a comment with ' one quote; and a marker
  IF NEW.id < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no; -- Dump completed'; END IF;
END;;
CREATE TRIGGER second_insert BEFORE INSERT ON parent FOR EACH ROW FOLLOWS before_insert SET @seen = NEW.id;;
CREATE TRIGGER `odd ``name``` AFTER DELETE ON a_child FOR EACH ROW SET @gone = OLD.id;;
CREATE DEFINER='keeper'@'localhost' PROCEDURE pages(IN n INT, OUT total INT) COMMENT 'it''s ; a comment'
BEGIN
  # hash comment with ' quote
  /* block ' comment ;; not the end
-- Dump completed
  */
  SELECT count(*) INTO total FROM texts WHERE body LIKE '%;;%' LIMIT n;
END;;
CREATE FUNCTION greet(who VARCHAR(50) CHARACTER SET utf8mb4) RETURNS VARCHAR(100) CHARACTER SET utf8mb4 DETERMINISTIC RETURN CONCAT('Halo 🎉 ', who, '\n');;
CREATE AGGREGATE FUNCTION mine(x INT) RETURNS INT BEGIN DECLARE s INT DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END;;
CREATE PROCEDURE `odd ``proc`` ☃`() SELECT 1;;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 02:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s' DO BEGIN DELETE FROM empty_one; SELECT '; -- Dump completed'; END;;
CREATE DEFINER='keeper'@'localhost' EVENT once ON SCHEDULE AT '2037-01-01 00:00:00' DO SET @a = 1;;
SET SQL_MODE=ORACLE;;
CREATE PACKAGE tools AS
  FUNCTION twice(x INT) RETURN INT;
  PROCEDURE nothing;
END;;
CREATE PACKAGE BODY tools AS
  FUNCTION twice(x INT) RETURN INT AS BEGIN RETURN x * 2; END;
  PROCEDURE nothing AS BEGIN NULL; END;
END;;
SET SQL_MODE=DEFAULT;;
GRANT EXECUTE ON FUNCTION greet TO 'o''brien "x" `y`'@'10.0.0.%';;
DELIMITER ;
