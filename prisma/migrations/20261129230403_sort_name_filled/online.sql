-- The same as in migration.sql, in short transactions.
CALL "fill_sort_names"();
