-- The same as in migration.sql, in short transactions.
CALL "fill_search_texts"();
