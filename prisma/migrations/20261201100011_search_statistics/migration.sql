-- No statistics of the grams: no plan depends on them, and collecting them would compute those of thousands of rows.
ALTER INDEX "org_user_search_idx" ALTER COLUMN 1 SET STATISTICS 0;
