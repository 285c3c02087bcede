-- How members join by a request, and the events of requests.
ALTER TYPE "OrgUserOrigin" ADD VALUE IF NOT EXISTS 'JOIN_REQUEST';
ALTER TYPE "OrgEventKind" ADD VALUE IF NOT EXISTS 'JOIN_REQUEST';
