-- How members join by an invite link.
ALTER TYPE "OrgUserOrigin" ADD VALUE IF NOT EXISTS 'INVITE_LINK';
