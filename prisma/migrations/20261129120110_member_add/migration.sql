-- The permission to add members without an invite.
ALTER TYPE "Permission" ADD VALUE IF NOT EXISTS 'MEMBER_ADD' BEFORE 'USER_READ';
