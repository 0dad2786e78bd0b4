CREATE TABLE `a "table" with; -- all`(id INT PRIMARY KEY, `co``lumn` TEXT); INSERT INTO `a "table" with; -- all` VALUES (1, "satu");
