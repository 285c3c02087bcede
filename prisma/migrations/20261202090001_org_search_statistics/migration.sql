-- No statistics of the grams: no plan depends on them.
ALTER INDEX "org_search_idx" ALTER COLUMN 1 SET STATISTICS 0;
