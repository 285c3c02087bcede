-- Older servers don't know the table, and no existing table is touched.
CREATE TABLE "signing_key" (
    "number" INTEGER NOT NULL,
    "kid" TEXT NOT NULL,
    "public_key" JSONB NOT NULL,
    "sealed_private_key" BYTEA NOT NULL,
    "signs_from" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("number")
);

CREATE UNIQUE INDEX "signing_key_kid_key" ON "signing_key"("kid");
