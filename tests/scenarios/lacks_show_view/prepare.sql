CREATE USER IF NOT EXISTS lacks_show_view@localhost IDENTIFIED BY 'account-secret';
GRANT SELECT, LOCK TABLES, EVENT, TRIGGER ON * TO lacks_show_view@localhost;
GRANT SELECT ON mysql.* TO lacks_show_view@localhost;
CREATE TABLE news(id INT PRIMARY KEY, title VARCHAR(50));
INSERT INTO news VALUES (1, 'satu'), (2, 'dua');
CREATE TRIGGER before_news BEFORE INSERT ON news FOR EACH ROW SET NEW.title = UPPER(NEW.title);
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM news WHERE id < 0;
CREATE PROCEDURE tidy() DELETE FROM news WHERE id < 0;
CREATE VIEW titles AS SELECT title FROM news;
