CREATE TABLE "a ""table"" with; -- 'all'"(id int PRIMARY KEY, "co`lumn" text); INSERT INTO "a ""table"" with; -- 'all'" VALUES (1, 'satu');
