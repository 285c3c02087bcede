-- Apart from the table, so that "org" is not locked while this waits for "user".
ALTER TABLE "org_join_request" ADD CONSTRAINT "org_join_request_user_id_fkey"
    FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "org_join_request" ADD CONSTRAINT "org_join_request_resolved_by_id_fkey"
    FOREIGN KEY ("resolved_by_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- An account that is deleted asks for nothing, as it becomes no member.
CREATE TRIGGER "org_join_request_living_user" BEFORE INSERT ON "org_join_request"
  FOR EACH ROW EXECUTE FUNCTION "require_living_member"();
