-- It has done its work.
DROP PROCEDURE IF EXISTS "fill_search_texts"();
