-- A deleted account keeps its row, so that rows that name its id stay valid, but nothing of the person. Older servers find
-- it neither by `sub` nor by address. A null in "subject" is no value, so the index stays unique.
ALTER TABLE "user" ALTER COLUMN "subject" DROP NOT NULL,
  ADD COLUMN "deleted_at" TIMESTAMPTZ(3);
