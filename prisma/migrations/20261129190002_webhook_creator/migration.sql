-- Apart from the table, so that "org" is not locked while this waits for "user".
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_created_by_id_fkey"
    FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;
