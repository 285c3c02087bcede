SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA graphile_worker;
CREATE TYPE graphile_worker.job_spec AS (
	identifier text,
	payload json,
	queue_name text,
	run_at timestamp with time zone,
	max_attempts smallint,
	job_key text,
	priority smallint,
	flags text[]
);
CREATE TYPE public."DataRegion" AS ENUM (
    'US_WEST',
    'US_EAST',
    'EU_WEST',
    'EU_CENTRAL',
    'AP_SOUTHEAST'
);
CREATE TYPE public."EmailDomainStatus" AS ENUM (
    'PENDING',
    'VERIFIED'
);
CREATE TYPE public."OrgEventKind" AS ENUM (
    'INVITE',
    'USER',
    'CHANGE'
);
CREATE TYPE public."OrgInviteDelivery" AS ENUM (
    'NOT_SENT',
    'QUEUED',
    'SENT',
    'FAILED'
);
CREATE TYPE public."OrgInviteStatus" AS ENUM (
    'PENDING',
    'ACCEPTED',
    'DECLINED',
    'REVOKED',
    'EXPIRED'
);
CREATE TYPE public."OrgRoleName" AS ENUM (
    'USER',
    'ADMIN',
    'OWNER'
);
CREATE TYPE public."OrgStatus" AS ENUM (
    'PROVISIONING',
    'ACTIVE',
    'DEPROVISIONING'
);
CREATE TYPE public."OrgTier" AS ENUM (
    'FREE',
    'PREMIUM'
);
CREATE TYPE public."OrgUserOrigin" AS ENUM (
    'CREATOR',
    'INVITE',
    'EMAIL_DOMAIN',
    'DIRECT'
);
CREATE TYPE public."Permission" AS ENUM (
    'ORG_READ',
    'ORG_UPDATE',
    'ORG_DELETE',
    'MEMBER_READ',
    'MEMBER_UPDATE_ROLES',
    'MEMBER_REMOVE',
    'INVITE_READ',
    'INVITE_CREATE',
    'INVITE_RESEND',
    'INVITE_REVOKE',
    'INVITE_DELETE',
    'EMAIL_DOMAIN_READ',
    'EMAIL_DOMAIN_MANAGE',
    'EVENT_READ',
    'API_TOKEN_READ',
    'API_TOKEN_MANAGE',
    'INVITE_RESPOND',
    'INVITE_LINK',
    'ORG_CREATE',
    'ORG_MANAGE',
    'USER_READ',
    'USER_MANAGE'
);
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE graphile_worker._private_jobs (
    id bigint NOT NULL,
    job_queue_id integer,
    task_id integer NOT NULL,
    payload json DEFAULT '{}'::json NOT NULL,
    priority smallint DEFAULT 0 NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    max_attempts smallint DEFAULT 25 NOT NULL,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    key text,
    locked_at timestamp with time zone,
    locked_by text,
    revision integer DEFAULT 0 NOT NULL,
    flags jsonb,
    is_available boolean GENERATED ALWAYS AS (((locked_at IS NULL) AND (attempts < max_attempts))) STORED NOT NULL,
    CONSTRAINT jobs_key_check CHECK (((length(key) > 0) AND (length(key) <= 512))),
    CONSTRAINT jobs_max_attempts_check CHECK ((max_attempts >= 1))
);
CREATE FUNCTION graphile_worker.add_job(identifier text, payload json DEFAULT NULL::json, queue_name text DEFAULT NULL::text, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, max_attempts integer DEFAULT NULL::integer, job_key text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, flags text[] DEFAULT NULL::text[], job_key_mode text DEFAULT 'replace'::text) RETURNS graphile_worker._private_jobs
    LANGUAGE plpgsql
    AS $$
declare
  v_job "graphile_worker"._private_jobs;
begin
  if (job_key is null or job_key_mode is null or job_key_mode in ('replace', 'preserve_run_at')) then
    select * into v_job
    from "graphile_worker".add_jobs(
      ARRAY[(
        identifier,
        payload,
        queue_name,
        run_at,
        max_attempts::smallint,
        job_key,
        priority::smallint,
        flags
      )::"graphile_worker".job_spec],
      (job_key_mode = 'preserve_run_at')
    )
    limit 1;
    return v_job;
  elsif job_key_mode = 'unsafe_dedupe' then
    -- Ensure all the tasks exist
    insert into "graphile_worker"._private_tasks as tasks (identifier)
    values (add_job.identifier)
    on conflict do nothing;
    -- Ensure all the queues exist
    if add_job.queue_name is not null then
      insert into "graphile_worker"._private_job_queues as job_queues (queue_name)
      values (add_job.queue_name)
      on conflict do nothing;
    end if;
    -- Insert job, but if one already exists then do nothing, even if the
    -- existing job has already started (and thus represents an out-of-date
    -- world state). This is dangerous because it means that whatever state
    -- change triggered this add_job may not be acted upon (since it happened
    -- after the existing job started executing, but no further job is being
    -- scheduled), but it is useful in very rare circumstances for
    -- de-duplication. If in doubt, DO NOT USE THIS.
    insert into "graphile_worker"._private_jobs as jobs (
      job_queue_id,
      task_id,
      payload,
      run_at,
      max_attempts,
      key,
      priority,
      flags
    )
      select
        job_queues.id,
        tasks.id,
        coalesce(add_job.payload, '{}'::json),
        coalesce(add_job.run_at, now()),
        coalesce(add_job.max_attempts::smallint, 25::smallint),
        add_job.job_key,
        coalesce(add_job.priority::smallint, 0::smallint),
        (
          select jsonb_object_agg(flag, true)
          from unnest(add_job.flags) as item(flag)
        )
      from "graphile_worker"._private_tasks as tasks
      left join "graphile_worker"._private_job_queues as job_queues
      on job_queues.queue_name = add_job.queue_name
      where tasks.identifier = add_job.identifier
    on conflict (key)
      -- Bump the updated_at so that there's something to return
      do update set
        revision = jobs.revision + 1,
        updated_at = now()
      returning *
      into v_job;
    if v_job.revision = 0 then
      perform pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":1}');
    end if;
    return v_job;
  else
    raise exception 'Invalid job_key_mode value, expected ''replace'', ''preserve_run_at'' or ''unsafe_dedupe''.' using errcode = 'GWBKM';
  end if;
end;
$$;
CREATE FUNCTION graphile_worker.add_jobs(specs graphile_worker.job_spec[], job_key_preserve_run_at boolean DEFAULT false) RETURNS SETOF graphile_worker._private_jobs
    LANGUAGE plpgsql
    AS $$
begin
  -- Ensure all the tasks exist
  insert into "graphile_worker"._private_tasks as tasks (identifier)
  select distinct spec.identifier
  from unnest(specs) spec
  on conflict do nothing;
  -- Ensure all the queues exist
  insert into "graphile_worker"._private_job_queues as job_queues (queue_name)
  select distinct spec.queue_name
  from unnest(specs) spec
  where spec.queue_name is not null
  on conflict do nothing;
  -- Ensure any locked jobs have their key cleared - in the case of locked
  -- existing job create a new job instead as it must have already started
  -- executing (i.e. it's world state is out of date, and the fact add_job
  -- has been called again implies there's new information that needs to be
  -- acted upon).
  update "graphile_worker"._private_jobs as jobs
  set
    key = null,
    attempts = jobs.max_attempts,
    updated_at = now()
  from unnest(specs) spec
  where spec.job_key is not null
  and jobs.key = spec.job_key
  and is_available is not true;
  -- WARNING: this count is not 100% accurate; 'on conflict' clause will cause it to be an overestimate
  perform pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":' || array_length(specs, 1)::text || '}');
  -- TODO: is there a risk that a conflict could occur depending on the
  -- isolation level?
  return query insert into "graphile_worker"._private_jobs as jobs (
    job_queue_id,
    task_id,
    payload,
    run_at,
    max_attempts,
    key,
    priority,
    flags
  )
    select
      job_queues.id,
      tasks.id,
      coalesce(spec.payload, '{}'::json),
      coalesce(spec.run_at, now()),
      coalesce(spec.max_attempts, 25),
      spec.job_key,
      coalesce(spec.priority, 0),
      (
        select jsonb_object_agg(flag, true)
        from unnest(spec.flags) as item(flag)
      )
    from unnest(specs) spec
    inner join "graphile_worker"._private_tasks as tasks
    on tasks.identifier = spec.identifier
    left join "graphile_worker"._private_job_queues as job_queues
    on job_queues.queue_name = spec.queue_name
  on conflict (key) do update set
    job_queue_id = excluded.job_queue_id,
    task_id = excluded.task_id,
    payload =
      case
      when json_typeof(jobs.payload) = 'array' and json_typeof(excluded.payload) = 'array' then
        (jobs.payload::jsonb || excluded.payload::jsonb)::json
      else
        excluded.payload
      end,
    max_attempts = excluded.max_attempts,
    run_at = (case
      when job_key_preserve_run_at is true and jobs.attempts = 0 then jobs.run_at
      else excluded.run_at
    end),
    priority = excluded.priority,
    revision = jobs.revision + 1,
    flags = excluded.flags,
    -- always reset error/retry state
    attempts = 0,
    last_error = null,
    updated_at = now()
  where jobs.locked_at is null
  returning *;
end;
$$;
CREATE FUNCTION graphile_worker.complete_jobs(job_ids bigint[]) RETURNS SETOF graphile_worker._private_jobs
    LANGUAGE sql
    AS $$
  delete from "graphile_worker"._private_jobs as jobs
    where id = any(job_ids)
    and (
      locked_at is null
    or
      locked_at < now() - interval '4 hours'
    )
    returning *;
$$;
CREATE FUNCTION graphile_worker.force_unlock_workers(worker_ids text[]) RETURNS void
    LANGUAGE sql
    AS $$
update "graphile_worker"._private_jobs as jobs
set locked_at = null, locked_by = null
where locked_by = any(worker_ids);
update "graphile_worker"._private_job_queues as job_queues
set locked_at = null, locked_by = null
where locked_by = any(worker_ids);
$$;
CREATE FUNCTION graphile_worker.permanently_fail_jobs(job_ids bigint[], error_message text DEFAULT NULL::text) RETURNS SETOF graphile_worker._private_jobs
    LANGUAGE sql
    AS $$
  update "graphile_worker"._private_jobs as jobs
    set
      last_error = coalesce(error_message, 'Manually marked as failed'),
      attempts = max_attempts,
      updated_at = now()
    where id = any(job_ids)
    and (
      locked_at is null
    or
      locked_at < NOW() - interval '4 hours'
    )
    returning *;
$$;
CREATE FUNCTION graphile_worker.remove_job(job_key text) RETURNS graphile_worker._private_jobs
    LANGUAGE plpgsql STRICT
    AS $$
declare
  v_job "graphile_worker"._private_jobs;
begin
  -- Delete job if not locked
  delete from "graphile_worker"._private_jobs as jobs
    where key = job_key
    and (
      locked_at is null
    or
      locked_at < NOW() - interval '4 hours'
    )
  returning * into v_job;
  if not (v_job is null) then
    perform pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":-1}');
    return v_job;
  end if;
  -- Otherwise prevent job from retrying, and clear the key
  update "graphile_worker"._private_jobs as jobs
  set
    key = null,
    attempts = jobs.max_attempts,
    updated_at = now()
  where key = job_key
  returning * into v_job;
  return v_job;
end;
$$;
CREATE FUNCTION graphile_worker.reschedule_jobs(job_ids bigint[], run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, priority integer DEFAULT NULL::integer, attempts integer DEFAULT NULL::integer, max_attempts integer DEFAULT NULL::integer) RETURNS SETOF graphile_worker._private_jobs
    LANGUAGE sql
    AS $$
  update "graphile_worker"._private_jobs as jobs
    set
      run_at = coalesce(reschedule_jobs.run_at, jobs.run_at),
      priority = coalesce(reschedule_jobs.priority::smallint, jobs.priority),
      attempts = coalesce(reschedule_jobs.attempts::smallint, jobs.attempts),
      max_attempts = coalesce(reschedule_jobs.max_attempts::smallint, jobs.max_attempts),
      updated_at = now()
    where id = any(job_ids)
    and (
      locked_at is null
    or
      locked_at < NOW() - interval '4 hours'
    )
    returning *;
$$;
CREATE FUNCTION public.unicode_address(address text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT COST 1000 PARALLEL SAFE
    AS $$
DECLARE
  domain TEXT := substr(address, strpos(address, '@') + 1);
  part TEXT;
  label TEXT;
  digits TEXT;
  decoded TEXT[] := '{}';
  code BIGINT;
  place BIGINT;
  before BIGINT;
  bias BIGINT;
  weight BIGINT;
  threshold BIGINT;
  digit BIGINT;
  delta BIGINT;
  step BIGINT;
  points BIGINT;
BEGIN
  FOREACH part IN ARRAY string_to_array(domain, '.') LOOP
    label := part;
    IF left(part, 4) = 'xn--' THEN
      digits := regexp_replace(substr(part, 5), '^.*-', '');
      label := left(substr(part, 5), greatest(0, length(part) - 4 - length(digits) - 1));
      code := 128;
      place := 0;
      bias := 72;
      WHILE digits <> '' LOOP
        before := place;
        weight := 1;
        step := 36;
        LOOP
          digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', left(digits, 1)) - 1;
          -- No label that IDNA makes ends within a number or leaves Unicode: any other is shown as it is.
          IF digits = '' OR digit < 0 OR weight > 4294967296 THEN
            code := 1114112;
            EXIT;
          END IF;
          digits := substr(digits, 2);
          place := place + digit * weight;
          threshold := least(greatest(step - bias, 1), 26);
          EXIT WHEN digit < threshold;
          weight := weight * (36 - threshold);
          step := step + 36;
        END LOOP;
        points := length(label) + 1;
        code := code + place / points;
        IF code > 1114111 OR code BETWEEN 55296 AND 57343 THEN
          label := part;
          EXIT;
        END IF;
        delta := (place - before) / CASE WHEN before = 0 THEN 700 ELSE 2 END;
        delta := delta + delta / points;
        step := 0;
        WHILE delta > 455 LOOP
          delta := delta / 35;
          step := step + 36;
        END LOOP;
        bias := step + 36 * delta / (delta + 38);
        place := place % points;
        label := left(label, place::INT) || chr(code::INT) || substr(label, place::INT + 1);
        place := place + 1;
      END LOOP;
    END IF;
    decoded := decoded || label;
  END LOOP;
  RETURN left(address, strpos(address, '@')) || array_to_string(decoded, '.');
END
$$;
CREATE TABLE graphile_worker._private_job_queues (
    id integer NOT NULL,
    queue_name text NOT NULL,
    locked_at timestamp with time zone,
    locked_by text,
    is_available boolean GENERATED ALWAYS AS ((locked_at IS NULL)) STORED NOT NULL,
    CONSTRAINT job_queues_queue_name_check CHECK ((length(queue_name) <= 128))
);
CREATE TABLE graphile_worker._private_known_crontabs (
    identifier text NOT NULL,
    known_since timestamp with time zone NOT NULL,
    last_execution timestamp with time zone
);
CREATE TABLE graphile_worker._private_tasks (
    id integer NOT NULL,
    identifier text NOT NULL,
    CONSTRAINT tasks_identifier_check CHECK ((length(identifier) <= 128))
);
ALTER TABLE graphile_worker._private_job_queues ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME graphile_worker.job_queues_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW graphile_worker.jobs AS
 SELECT jobs.id,
    job_queues.queue_name,
    tasks.identifier AS task_identifier,
    jobs.priority,
    jobs.run_at,
    jobs.attempts,
    jobs.max_attempts,
    jobs.last_error,
    jobs.created_at,
    jobs.updated_at,
    jobs.key,
    jobs.locked_at,
    jobs.locked_by,
    jobs.revision,
    jobs.flags
   FROM ((graphile_worker._private_jobs jobs
     JOIN graphile_worker._private_tasks tasks ON ((tasks.id = jobs.task_id)))
     LEFT JOIN graphile_worker._private_job_queues job_queues ON ((job_queues.id = jobs.job_queue_id)));
ALTER TABLE graphile_worker._private_jobs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME graphile_worker.jobs_id_seq1
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE graphile_worker.migrations (
    id integer NOT NULL,
    ts timestamp with time zone DEFAULT now() NOT NULL,
    breaking boolean DEFAULT false NOT NULL
);
ALTER TABLE graphile_worker._private_tasks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME graphile_worker.tasks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public._prisma_migrations (
    id character varying(36) NOT NULL,
    checksum character varying(64) NOT NULL,
    finished_at timestamp with time zone,
    migration_name character varying(255) NOT NULL,
    logs text,
    rolled_back_at timestamp with time zone,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_steps_count integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.api_token (
    id uuid NOT NULL,
    hash bytea NOT NULL,
    org_id uuid,
    name text NOT NULL,
    permissions public."Permission"[],
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    created_by_id uuid,
    created_by_token_id uuid,
    expires_at timestamp(3) with time zone,
    last_used_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    maker_membership_id uuid,
    CONSTRAINT api_token_permissions_check CHECK ((COALESCE(cardinality(permissions), 0) > 0))
);
CREATE TABLE public.instance_key (
    name text NOT NULL,
    value bytea NOT NULL
);
CREATE TABLE public.mail_day (
    email text NOT NULL,
    start timestamp(3) with time zone NOT NULL,
    count integer NOT NULL,
    by_org jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.org (
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    status public."OrgStatus" DEFAULT 'ACTIVE'::public."OrgStatus" NOT NULL,
    tier public."OrgTier" DEFAULT 'FREE'::public."OrgTier" NOT NULL,
    data_region public."DataRegion" DEFAULT 'US_WEST'::public."DataRegion" NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    created_by_id uuid,
    event_seq integer DEFAULT 0 NOT NULL,
    member_count integer DEFAULT 0 NOT NULL,
    pending_count integer DEFAULT 0 NOT NULL,
    accepted_count integer DEFAULT 0 NOT NULL,
    declined_count integer DEFAULT 0 NOT NULL,
    revoked_count integer DEFAULT 0 NOT NULL,
    expired_count integer DEFAULT 0 NOT NULL,
    invite_day_start timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    invite_day_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT org_counts_check CHECK (((event_seq >= 0) AND (member_count >= 0) AND (pending_count >= 0) AND (accepted_count >= 0) AND (declined_count >= 0) AND (revoked_count >= 0) AND (expired_count >= 0) AND (invite_day_count >= 0)))
);
CREATE TABLE public.org_email_domain (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    domain text NOT NULL,
    status public."EmailDomainStatus" DEFAULT 'PENDING'::public."EmailDomainStatus" NOT NULL,
    challenge text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE public.org_event (
    org_id uuid NOT NULL,
    seq integer NOT NULL,
    kind public."OrgEventKind" NOT NULL,
    type text NOT NULL,
    actor_id uuid,
    occurred_at timestamp(3) with time zone NOT NULL,
    org_invite_id uuid,
    status public."OrgInviteStatus",
    previous_status public."OrgInviteStatus",
    user_id uuid,
    roles public."OrgRoleName"[],
    previous_roles public."OrgRoleName"[],
    summary text,
    subject_id uuid,
    inbox_user_id uuid,
    inbox_seq integer
);
CREATE TABLE public.org_invite (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    email text NOT NULL,
    invited_user_id uuid,
    invited_by_id uuid,
    invited_by_token_id uuid,
    roles public."OrgRoleName"[],
    status public."OrgInviteStatus" DEFAULT 'PENDING'::public."OrgInviteStatus" NOT NULL,
    message text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    resolved_at timestamp(3) with time zone,
    delivery public."OrgInviteDelivery" DEFAULT 'NOT_SENT'::public."OrgInviteDelivery" NOT NULL,
    last_sent_at timestamp(3) with time zone,
    send_count integer DEFAULT 0 NOT NULL,
    mail_number integer DEFAULT 0 NOT NULL,
    renews_id uuid,
    resent_by_id uuid,
    resent_by_token_id uuid,
    delivery_problem text,
    CONSTRAINT org_invite_roles_check CHECK ((COALESCE(cardinality(roles), 0) > 0))
);
CREATE TABLE public.org_invite_token (
    hash bytea NOT NULL,
    invite_id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE public.org_resource (
    org_id uuid NOT NULL,
    kind text NOT NULL,
    count integer NOT NULL,
    CONSTRAINT org_resource_count_check CHECK ((count > 0))
);
CREATE TABLE public.org_user (
    id uuid NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    roles public."OrgRoleName"[],
    joined_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    origin public."OrgUserOrigin" NOT NULL,
    invite_id uuid,
    CONSTRAINT org_user_roles_check CHECK ((COALESCE(cardinality(roles), 0) > 0))
);
CREATE TABLE public."user" (
    id uuid NOT NULL,
    subject text NOT NULL,
    email text,
    email_verified boolean DEFAULT false NOT NULL,
    name text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    claims_issued_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    inbox_seq integer DEFAULT 0 NOT NULL,
    org_day_count integer DEFAULT 0 NOT NULL,
    org_day_start timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE public.user_mail_day (
    user_id uuid NOT NULL,
    start timestamp(3) with time zone NOT NULL,
    count integer NOT NULL
);
INSERT INTO graphile_worker._private_jobs OVERRIDING SYSTEM VALUE VALUES
	(4, NULL, 2, '{}', 0, '2026-11-29 20:33:12.036+00', 0, 32767, NULL, '2026-11-29 19:33:12.043883+00', '2026-11-29 19:33:12.043883+00', 'tidyUp', NULL, NULL, 0, NULL, DEFAULT),
	(6, NULL, 11, '{"inviteId":"01a228cc-17da-7369-ba0c-f611ebc33d88","mailNumber":1,"askedAt":"2026-11-29T19:33:13.810Z","failures":0}', 0, '2026-11-29 19:33:13.809888+00', 0, 25, NULL, '2026-11-29 19:33:13.809888+00', '2026-11-29 19:33:13.809888+00', 'sendInviteMail:01a228cc-17da-7369-ba0c-f611ebc33d88', NULL, NULL, 0, NULL, DEFAULT),
	(11, NULL, 1, '{}', 0, '2026-11-29 19:33:20.057+00', 0, 32767, NULL, '2026-11-29 19:33:19.088197+00', '2026-11-29 19:33:19.088197+00', 'expireOrgInvites', NULL, NULL, 0, NULL, DEFAULT);
INSERT INTO graphile_worker._private_tasks OVERRIDING SYSTEM VALUE VALUES
	(1, 'expireOrgInvites'),
	(2, 'tidyUp'),
	(5, 'purgeOrg'),
	(6, 'revokeInvitesOfToken'),
	(7, 'finishWithdrawal'),
	(11, 'sendInviteMail');
INSERT INTO graphile_worker.migrations VALUES
	(1, '2026-11-29 19:33:11.393584+00', true),
	(2, '2026-11-29 19:33:11.432371+00', false),
	(3, '2026-11-29 19:33:11.440719+00', true),
	(4, '2026-11-29 19:33:11.448994+00', false),
	(5, '2026-11-29 19:33:11.452636+00', false),
	(6, '2026-11-29 19:33:11.458217+00', false),
	(7, '2026-11-29 19:33:11.466531+00', false),
	(8, '2026-11-29 19:33:11.479873+00', false),
	(9, '2026-11-29 19:33:11.487092+00', false),
	(10, '2026-11-29 19:33:11.49618+00', false),
	(11, '2026-11-29 19:33:11.497359+00', true),
	(12, '2026-11-29 19:33:11.550709+00', false),
	(13, '2026-11-29 19:33:11.559331+00', true),
	(14, '2026-11-29 19:33:11.561442+00', true),
	(15, '2026-11-29 19:33:11.563779+00', false),
	(16, '2026-11-29 19:33:11.565997+00', true),
	(17, '2026-11-29 19:33:11.571742+00', false),
	(18, '2026-11-29 19:33:11.575403+00', false),
	(19, '2026-11-29 19:33:11.582146+00', true);
INSERT INTO public._prisma_migrations VALUES
	('013fe13b-266d-4e63-bedb-e5bdcbd38fd7', '3c9b535baeb520c5eb7edf7648bd27ab2012d0e0bcc41bf89e2fc7fe71fe419a', '2026-11-29 19:33:11.004239+00', '20261121000000_init', NULL, NULL, '2026-11-29 19:33:10.876614+00', 1),
	('c60d14ab-945e-40d2-92a7-b7e07adbbcca', '5681b1f0706a27d8f2ff9f8c8930d0374f5dca82a8a4f1022f4339e5e52f1fe7', '2026-11-29 19:33:11.019848+00', '20261121120000_org_day', NULL, NULL, '2026-11-29 19:33:11.018628+00', 1),
	('9bb23737-9b70-45dc-ab40-ec49d7d0505e', '32589fe90d6acf5e3c1e8350f7a733d1da164a045e1c03d71bca0b4ff6e1d04d', '2026-11-29 19:33:11.044912+00', '20261121130000_org_invite_resent_by', NULL, NULL, '2026-11-29 19:33:11.039627+00', 1),
	('1f3a4ab4-78d9-4f08-a746-7877d8253510', '375ca97692e877630f3d91f8b5540873a9fe9f4a0c8400764c82019072758a10', '2026-11-29 19:33:11.115934+00', '20261125120000_list_indexes', NULL, NULL, '2026-11-29 19:33:11.062173+00', 1),
	('502f3b9d-c6f4-4fde-90cf-ee0690f9af39', 'a8064ac99fc142f92ad7e2d131f43b6e69d1b809ac9e79663cec99dcfcc0bdc3', '2026-11-29 19:33:11.134517+00', '20261129100000_unicode_address', NULL, NULL, '2026-11-29 19:33:11.128877+00', 1),
	('b49e84a5-baee-4d0e-bbf5-f739d82610b2', '727ac72fd59968ba6efa14e39c155c6109c65ceff55a66c27b763da7aacd428f', '2026-11-29 19:33:11.145092+00', '20261129100200_api_token_membership', NULL, NULL, '2026-11-29 19:33:11.141042+00', 1),
	('8b3cd096-679d-43a0-bfa4-c41be68afe23', '1be78789b332fb2725fbc4da238f66ac108bcb199db46d803844e220cd67e430', '2026-11-29 19:33:11.157285+00', '20261129100201_api_token_membership_known', NULL, NULL, '2026-11-29 19:33:11.155246+00', 1),
	('e81e96ae-1217-4d49-90dd-be7fabecec7d', '57a4e0faf4d611b8d0270aeb2fe3ae45dea07ceb5b3a8d8830083cc0fc1be83b', '2026-11-29 19:33:11.178343+00', '20261129100202_api_token_unrevoked_idx', NULL, NULL, '2026-11-29 19:33:11.17185+00', 1),
	('35d4f8f9-03d2-4c0f-bdac-0d1fc6289c33', '5d231c631d5586071cd54c8089b61d7531f7388008b671b4194c3155d173dd58', '2026-11-29 19:33:11.195431+00', '20261129100600_mail_rates', NULL, NULL, '2026-11-29 19:33:11.184817+00', 1),
	('743173a5-b0a5-4011-ba00-6bd3c6e0e721', '3c764c7051ef4df78a124b357ff600cbb2906bf494d5b1d92c0229b3b10f7918', '2026-11-29 19:33:11.202653+00', '20261129100700_org_invite_delivery_problem', NULL, NULL, '2026-11-29 19:33:11.200732+00', 1),
	('b13dbd6d-9495-489f-bea7-b2d2925c9143', '91664de99f2952818dd6629b9c517cec79264a724d3fb953d0aaa926a3b9f645', '2026-11-29 19:33:11.231756+00', '20261129100701_org_event_send_failed_idx', NULL, NULL, '2026-11-29 19:33:11.219299+00', 1);
INSERT INTO public.api_token VALUES
	('01a228cc-1711-7b3d-958b-affe90e7f40b', '\xba41f439dd6696b0dfc9f70dc236073ea2026f8082790b78abee8de241b85212', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'Sync', '{ORG_READ,MEMBER_READ,INVITE_READ,INVITE_CREATE,EVENT_READ}', '2026-11-29 19:33:13.616+00', '01a228cc-11ff-7757-b975-6584ce2e38b3', NULL, NULL, NULL, NULL, '01a228cc-148a-7719-b3de-853bba0a5b7d'),
	('01a228cc-172d-717a-86de-36db4c78d0ae', '\x7e027b88752346d2db85b74fbc9e86715f586d765ba4b7e7194bc1b86967bdd6', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'Old', '{ORG_READ}', '2026-11-29 19:33:13.634+00', '01a228cc-11ff-7757-b975-6584ce2e38b3', NULL, NULL, NULL, '2026-11-29 19:33:13.667+00', '01a228cc-148a-7719-b3de-853bba0a5b7d');
INSERT INTO public.instance_key VALUES
	('cursor', '\xf761f56f3290506f4c8143b1033bb4933a2db5cd2467a61b429a59ae1f532487');
INSERT INTO public.mail_day VALUES
	('mailed@guests.example', '2026-11-29 19:33:13.81+00', 1, '{"01a228cc-147f-7ecb-b19d-deabaebfc5bc": 1}');
INSERT INTO public.org VALUES
	('01a228cc-14e8-7771-be77-d550c1024172', 'Ärger & Söhne', 'ärger & söhne', 'ACTIVE', 'FREE', 'EU_CENTRAL', '2026-11-29 19:33:13.051+00', '01a228cc-1350-71af-ba0e-2024b9675a2d', 2, 1, 0, 0, 0, 0, 0, '2026-11-29 19:33:13.051+00', 0),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'Released Ltd', 'released ltd', 'ACTIVE', 'FREE', 'US_WEST', '2026-11-29 19:33:12.952+00', '01a228cc-11ff-7757-b975-6584ce2e38b3', 44, 2, 23, 2, 1, 1, 0, '2026-11-29 19:33:13.087+00', 27);
INSERT INTO public.org_email_domain VALUES
	('01a228cc-14a2-7ba8-9e22-ee2987fa14f1', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'ada.example', 'VERIFIED', '5343db12048c2c949b9d66e12f5a820bff530e66', '2026-11-29 19:33:12.964+00'),
	('01a228cc-1706-729b-bc46-6d9a9e276065', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'released.example', 'PENDING', 'a5d334358f8bf7b2b531130c5f4732d888baeedf', '2026-11-29 19:33:13.551+00');
INSERT INTO public.org_event VALUES
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 1, 'CHANGE', 'CREATED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:12.964+00', NULL, NULL, NULL, NULL, '{}', '{}', 'Released was created.', NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 2, 'USER', 'JOINED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:12.964+00', NULL, NULL, NULL, '01a228cc-11ff-7757-b975-6584ce2e38b3', '{OWNER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 3, 'CHANGE', 'EMAIL_DOMAIN_BOUND', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:12.964+00', NULL, NULL, NULL, NULL, '{}', '{}', 'The e-mail domain ada.example was bound.', '01a228cc-14a2-7ba8-9e22-ee2987fa14f1', NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 4, 'CHANGE', 'EMAIL_DOMAIN_VERIFIED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:12.964+00', NULL, NULL, NULL, NULL, '{}', '{}', 'The e-mail domain ada.example was verified.', '01a228cc-14a2-7ba8-9e22-ee2987fa14f1', NULL, NULL),
	('01a228cc-14e8-7771-be77-d550c1024172', 1, 'CHANGE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.065+00', NULL, NULL, NULL, NULL, '{}', '{}', 'Ärger & Söhne was created.', NULL, NULL, NULL),
	('01a228cc-14e8-7771-be77-d550c1024172', 2, 'USER', 'JOINED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.065+00', NULL, NULL, NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', '{OWNER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 5, 'INVITE', 'CREATED', NULL, '2026-11-29 19:33:13.087+00', '01a228cc-150f-7bb5-8208-458fa74ca5eb', 'PENDING', NULL, NULL, '{ADMIN}', '{}', NULL, NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', 1),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 6, 'INVITE', 'ACCEPTED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.175+00', '01a228cc-150f-7bb5-8208-458fa74ca5eb', 'ACCEPTED', 'PENDING', NULL, '{ADMIN}', '{}', NULL, NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', 2),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 7, 'USER', 'JOINED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.175+00', NULL, NULL, NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', '{ADMIN}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 8, 'INVITE', 'CREATED', NULL, '2026-11-29 19:33:13.248+00', '01a228cc-15a9-7732-aa20-b653f4d47bc9', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, '01a228cc-13bf-7c0e-b7ae-a5eb09858796', 1),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 9, 'INVITE', 'ACCEPTED', '01a228cc-13bf-7c0e-b7ae-a5eb09858796', '2026-11-29 19:33:13.315+00', '01a228cc-15a9-7732-aa20-b653f4d47bc9', 'ACCEPTED', 'PENDING', NULL, '{USER}', '{}', NULL, NULL, '01a228cc-13bf-7c0e-b7ae-a5eb09858796', 2),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 10, 'USER', 'JOINED', '01a228cc-13bf-7c0e-b7ae-a5eb09858796', '2026-11-29 19:33:13.315+00', NULL, NULL, NULL, '01a228cc-13bf-7c0e-b7ae-a5eb09858796', '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 11, 'INVITE', 'CREATED', NULL, '2026-11-29 19:33:13.352+00', '01a228cc-160b-7922-8dce-eb7a7e24e477', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, '01a228cc-1423-765e-846b-7f5497e5c140', 1),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 12, 'INVITE', 'DECLINED', '01a228cc-1423-765e-846b-7f5497e5c140', '2026-11-29 19:33:13.401+00', '01a228cc-160b-7922-8dce-eb7a7e24e477', 'DECLINED', 'PENDING', NULL, '{USER}', '{}', NULL, NULL, '01a228cc-1423-765e-846b-7f5497e5c140', 2),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 13, 'USER', 'ROLES_CHANGED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:13.432+00', NULL, NULL, NULL, '01a228cc-13bf-7c0e-b7ae-a5eb09858796', '{USER,ADMIN}', '{USER}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 14, 'CHANGE', 'EMAIL_DOMAIN_BOUND', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:13.551+00', NULL, NULL, NULL, NULL, '{}', '{}', 'The e-mail domain released.example was bound.', '01a228cc-1706-729b-bc46-6d9a9e276065', NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 15, 'CHANGE', 'API_TOKEN_CREATED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:13.616+00', NULL, NULL, NULL, NULL, '{}', '{}', 'The API token Sync was created.', '01a228cc-1711-7b3d-958b-affe90e7f40b', NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 16, 'CHANGE', 'API_TOKEN_CREATED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:13.634+00', NULL, NULL, NULL, NULL, '{}', '{}', 'The API token Old was created.', '01a228cc-172d-717a-86de-36db4c78d0ae', NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 17, 'CHANGE', 'API_TOKEN_REVOKED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:13.666+00', NULL, NULL, NULL, NULL, '{}', '{}', 'The API token Old was revoked.', '01a228cc-172d-717a-86de-36db4c78d0ae', NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 18, 'INVITE', 'CREATED', NULL, '2026-11-29 19:33:13.756+00', '01a228cc-179e-71dd-9ee8-02e9782481f0', 'PENDING', NULL, NULL, '{USER,ADMIN}', '{}', NULL, NULL, '01a228cc-13fb-7ebe-86a1-1604e853f056', 1),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 19, 'INVITE', 'CREATED', NULL, '2026-11-29 19:33:13.79+00', '01a228cc-17be-7b1d-89f4-2847f2b04468', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, '01a228cc-1446-7b71-bf27-3a15ffef5725', 1),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 20, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.81+00', '01a228cc-17da-7369-ba0c-f611ebc33d88', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 21, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.88+00', '01a228cc-181c-7e75-8c10-39cf0ad62f3b', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 22, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.897+00', '01a228cc-182a-7ddb-a0f1-d7e9ebe3246b', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 23, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.899+00', '01a228cc-182c-7fcf-a144-2e179177e93c', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 24, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.905+00', '01a228cc-1831-7f0d-aa82-f61e2df90f1a', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 25, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.908+00', '01a228cc-1835-75da-8eb9-e51c21cf8897', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 26, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.916+00', '01a228cc-183c-78aa-bcac-454044310cdb', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 27, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.918+00', '01a228cc-183e-7029-9ef1-02081f2aeeef', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 28, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.928+00', '01a228cc-184c-7fa4-b3c1-e002b39d6f9e', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 29, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.937+00', '01a228cc-1851-7f52-84a9-10f48dd4735c', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 30, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.939+00', '01a228cc-1853-7c86-927d-6936e90d8cbd', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 31, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.941+00', '01a228cc-1855-7fa7-a14e-74a44eef2ebf', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 32, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.945+00', '01a228cc-1859-77ca-b927-32e1a3167372', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 33, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.964+00', '01a228cc-1875-72e8-9dcc-d4b7c65c0332', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 34, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.98+00', '01a228cc-187c-7c78-b07a-91ee093d6250', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 35, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.982+00', '01a228cc-187f-7cdf-9421-4c03726ab6a5', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 36, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.984+00', '01a228cc-1881-741c-bf4a-4c9f87de50b4', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 37, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.987+00', '01a228cc-1884-736b-89ed-0f8ad7e0bad3', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 38, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.992+00', '01a228cc-188a-7966-8669-4b578afb459a', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 39, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:14+00', '01a228cc-1890-72bc-8366-944c5df1fc7e', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 40, 'INVITE', 'CREATED', '01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:14.001+00', '01a228cc-1892-748c-b324-f4b6b265ced6', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 41, 'INVITE', 'CREATED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:14.021+00', '01a228cc-18b4-7893-a97f-acc107cf3582', 'PENDING', NULL, NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 42, 'INVITE', 'REVOKED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:14.082+00', '01a228cc-18b4-7893-a97f-acc107cf3582', 'REVOKED', 'PENDING', NULL, '{USER}', '{}', NULL, NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 43, 'CHANGE', 'RENAMED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:14.104+00', NULL, NULL, NULL, NULL, '{}', '{}', 'Renamed from Released to Released Ltd.', NULL, NULL, NULL),
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 44, 'USER', 'REMOVED', '01a228cc-11ff-7757-b975-6584ce2e38b3', '2026-11-29 19:33:14.12+00', NULL, NULL, NULL, '01a228cc-13bf-7c0e-b7ae-a5eb09858796', '{}', '{USER,ADMIN}', NULL, NULL, NULL, NULL);
INSERT INTO public.org_invite VALUES
	('01a228cc-150f-7bb5-8208-458fa74ca5eb', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'ben@ben.example', NULL, NULL, NULL, '{ADMIN}', 'ACCEPTED', 'Hello Ben', '2026-11-29 19:33:13.087+00', '2026-12-06 19:33:13.087+00', '2026-11-29 19:33:13.175+00', 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-15a9-7732-aa20-b653f4d47bc9', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'cleo@cleo.example', NULL, NULL, NULL, '{USER}', 'ACCEPTED', 'Hello Cleo', '2026-11-29 19:33:13.248+00', '2026-12-06 19:33:13.248+00', '2026-11-29 19:33:13.315+00', 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-160b-7922-8dce-eb7a7e24e477', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'eve@eve.example', NULL, NULL, NULL, '{USER}', 'DECLINED', 'Hello Eve', '2026-11-29 19:33:13.352+00', '2026-12-06 19:33:13.352+00', '2026-11-29 19:33:13.401+00', 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-179e-71dd-9ee8-02e9782481f0', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'drew@drew.example', NULL, NULL, NULL, '{USER,ADMIN}', 'PENDING', 'Hello Drew', '2026-11-29 19:33:13.756+00', '2026-12-06 19:33:13.756+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-17be-7b1d-89f4-2847f2b04468', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'finn@finn.example', NULL, NULL, NULL, '{USER}', 'PENDING', 'Hello Finn', '2026-11-29 19:33:13.79+00', '2026-12-06 19:33:13.79+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-17da-7369-ba0c-f611ebc33d88', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'mailed@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', 'By mail', '2026-11-29 19:33:13.81+00', '2026-12-06 19:33:13.81+00', NULL, 'QUEUED', NULL, 0, 1, NULL, NULL, NULL, NULL),
	('01a228cc-181c-7e75-8c10-39cf0ad62f3b', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many0@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.88+00', '2026-12-06 19:33:13.88+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-182a-7ddb-a0f1-d7e9ebe3246b', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many1@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.897+00', '2026-12-06 19:33:13.897+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-182c-7fcf-a144-2e179177e93c', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many2@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.899+00', '2026-12-06 19:33:13.899+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1831-7f0d-aa82-f61e2df90f1a', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many3@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.905+00', '2026-12-06 19:33:13.905+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1835-75da-8eb9-e51c21cf8897', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many4@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.908+00', '2026-12-06 19:33:13.908+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-183c-78aa-bcac-454044310cdb', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many5@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.916+00', '2026-12-06 19:33:13.916+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-183e-7029-9ef1-02081f2aeeef', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many6@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.918+00', '2026-12-06 19:33:13.918+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-184c-7fa4-b3c1-e002b39d6f9e', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many7@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.928+00', '2026-12-06 19:33:13.928+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1851-7f52-84a9-10f48dd4735c', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many8@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.937+00', '2026-12-06 19:33:13.937+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1853-7c86-927d-6936e90d8cbd', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many9@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.939+00', '2026-12-06 19:33:13.939+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1855-7fa7-a14e-74a44eef2ebf', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many10@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.941+00', '2026-12-06 19:33:13.941+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1859-77ca-b927-32e1a3167372', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many11@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.945+00', '2026-12-06 19:33:13.945+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1875-72e8-9dcc-d4b7c65c0332', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many12@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.964+00', '2026-12-06 19:33:13.964+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-187c-7c78-b07a-91ee093d6250', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many13@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.98+00', '2026-12-06 19:33:13.98+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-187f-7cdf-9421-4c03726ab6a5', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many14@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.982+00', '2026-12-06 19:33:13.982+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1881-741c-bf4a-4c9f87de50b4', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many15@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.984+00', '2026-12-06 19:33:13.984+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1884-736b-89ed-0f8ad7e0bad3', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many16@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.987+00', '2026-12-06 19:33:13.987+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-188a-7966-8669-4b578afb459a', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many17@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:13.992+00', '2026-12-06 19:33:13.992+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1890-72bc-8366-944c5df1fc7e', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many18@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:14+00', '2026-12-06 19:33:14+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-1892-748c-b324-f4b6b265ced6', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'many19@guests.example', NULL, '01a228cc-1350-71af-ba0e-2024b9675a2d', NULL, '{USER}', 'PENDING', NULL, '2026-11-29 19:33:14.001+00', '2026-12-06 19:33:14.001+00', NULL, 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL),
	('01a228cc-18b4-7893-a97f-acc107cf3582', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'gone@guests.example', NULL, '01a228cc-11ff-7757-b975-6584ce2e38b3', NULL, '{USER}', 'REVOKED', NULL, '2026-11-29 19:33:14.021+00', '2026-12-06 19:33:14.021+00', '2026-11-29 19:33:14.082+00', 'NOT_SENT', NULL, 0, 0, NULL, NULL, NULL, NULL);
INSERT INTO public.org_invite_token VALUES
	('\xf0cb7f4eb3d0bd1aa0cd18c0d98047a95e43ca17415616e3ec57aca3b4d3275a', '01a228cc-150f-7bb5-8208-458fa74ca5eb', '2026-11-29 19:33:13.087+00'),
	('\x72a7c196d4183bd29393e63b2cbae51aef00e7b65f78eefeac70b0bb54e95f53', '01a228cc-15a9-7732-aa20-b653f4d47bc9', '2026-11-29 19:33:13.248+00'),
	('\x8ee36ceb25e2145707e64695c4ca16e965e2c216fd8953bc1fbb1cd3e4929582', '01a228cc-160b-7922-8dce-eb7a7e24e477', '2026-11-29 19:33:13.352+00'),
	('\x8a817c068f41811f8ed061979949dd18921644a95b8e81c6b4a1cf9548fe998c', '01a228cc-179e-71dd-9ee8-02e9782481f0', '2026-11-29 19:33:13.756+00'),
	('\xc577331facc502645225d883fed69fbf672da9bf295959fb59d6384fc61dadc6', '01a228cc-17be-7b1d-89f4-2847f2b04468', '2026-11-29 19:33:13.79+00');
INSERT INTO public.org_resource VALUES
	('01a228cc-147f-7ecb-b19d-deabaebfc5bc', 'projects', 3);
INSERT INTO public.org_user VALUES
	('01a228cc-148a-7719-b3de-853bba0a5b7d', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', '01a228cc-11ff-7757-b975-6584ce2e38b3', '{OWNER}', '2026-11-29 19:33:12.964+00', 'CREATOR', NULL),
	('01a228cc-14eb-7e72-800f-9cf94844bea0', '01a228cc-14e8-7771-be77-d550c1024172', '01a228cc-1350-71af-ba0e-2024b9675a2d', '{OWNER}', '2026-11-29 19:33:13.065+00', 'CREATOR', NULL),
	('01a228cc-1573-7842-871c-1d161e5c5b55', '01a228cc-147f-7ecb-b19d-deabaebfc5bc', '01a228cc-1350-71af-ba0e-2024b9675a2d', '{ADMIN}', '2026-11-29 19:33:13.175+00', 'INVITE', '01a228cc-150f-7bb5-8208-458fa74ca5eb');
INSERT INTO public."user" VALUES
	('01a228cc-1423-765e-846b-7f5497e5c140', 'released|eve', 'eve@eve.example', true, 'Eve', '2026-11-29 19:33:12.86+00', '2026-11-29 19:33:13+00', 2, 0, '2026-11-29 19:33:12.86+00'),
	('01a228cc-1446-7b71-bf27-3a15ffef5725', 'released|finn', 'finn@finn.example', true, 'Finn', '2026-11-29 19:33:12.892+00', '2026-11-29 19:33:12+00', 1, 0, '2026-11-29 19:33:12.892+00'),
	('01a228cc-1350-71af-ba0e-2024b9675a2d', 'released|ben', 'ben@ben.example', true, 'Ben', '2026-11-29 19:33:12.649+00', '2026-11-29 19:33:17+00', 2, 1, '2026-11-29 19:33:13.062+00'),
	('01a228cc-13bf-7c0e-b7ae-a5eb09858796', 'released|cleo', 'cleo@cleo.example', true, 'Cleo', '2026-11-29 19:33:12.757+00', '2026-11-29 19:33:17+00', 2, 0, '2026-11-29 19:33:12.757+00'),
	('01a228cc-11ff-7757-b975-6584ce2e38b3', 'released|ada', 'ada@ada.example', true, 'Ada', '2026-11-29 19:33:12.293+00', '2026-11-29 19:33:19+00', 0, 1, '2026-11-29 19:33:12.958+00'),
	('01a228cc-13fb-7ebe-86a1-1604e853f056', 'released|drew', 'drew@drew.example', true, 'Drew', '2026-11-29 19:33:12.813+00', '2026-11-29 19:33:19+00', 1, 0, '2026-11-29 19:33:12.813+00');
INSERT INTO public.user_mail_day VALUES
	('01a228cc-1350-71af-ba0e-2024b9675a2d', '2026-11-29 19:33:13.81+00', 1);
SELECT pg_catalog.setval('graphile_worker.job_queues_id_seq', 1, false);
SELECT pg_catalog.setval('graphile_worker.jobs_id_seq1', 11, true);
SELECT pg_catalog.setval('graphile_worker.tasks_id_seq', 16, true);
ALTER TABLE ONLY graphile_worker._private_job_queues
    ADD CONSTRAINT job_queues_pkey1 PRIMARY KEY (id);
ALTER TABLE ONLY graphile_worker._private_job_queues
    ADD CONSTRAINT job_queues_queue_name_key UNIQUE (queue_name);
ALTER TABLE ONLY graphile_worker._private_jobs
    ADD CONSTRAINT jobs_key_key1 UNIQUE (key);
ALTER TABLE ONLY graphile_worker._private_jobs
    ADD CONSTRAINT jobs_pkey1 PRIMARY KEY (id);
ALTER TABLE ONLY graphile_worker._private_known_crontabs
    ADD CONSTRAINT known_crontabs_pkey PRIMARY KEY (identifier);
ALTER TABLE ONLY graphile_worker.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY graphile_worker._private_tasks
    ADD CONSTRAINT tasks_identifier_key UNIQUE (identifier);
ALTER TABLE ONLY graphile_worker._private_tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public._prisma_migrations
    ADD CONSTRAINT _prisma_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.instance_key
    ADD CONSTRAINT instance_key_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.mail_day
    ADD CONSTRAINT mail_day_pkey PRIMARY KEY (email);
ALTER TABLE ONLY public.org_email_domain
    ADD CONSTRAINT org_email_domain_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_event
    ADD CONSTRAINT org_event_pkey PRIMARY KEY (org_id, seq);
ALTER TABLE ONLY public.org_invite
    ADD CONSTRAINT org_invite_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_invite_token
    ADD CONSTRAINT org_invite_token_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.org
    ADD CONSTRAINT org_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.org_resource
    ADD CONSTRAINT org_resource_pkey PRIMARY KEY (org_id, kind);
ALTER TABLE ONLY public.org_user
    ADD CONSTRAINT org_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_mail_day
    ADD CONSTRAINT user_mail_day_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public."user"
    ADD CONSTRAINT user_pkey PRIMARY KEY (id);
CREATE INDEX jobs_locked_by ON graphile_worker._private_jobs USING btree (locked_by) WHERE (locked_by IS NOT NULL);
CREATE INDEX jobs_main_index ON graphile_worker._private_jobs USING btree (priority, run_at) INCLUDE (id, task_id, job_queue_id) WHERE (is_available = true);
CREATE INDEX jobs_no_queue_index ON graphile_worker._private_jobs USING btree (priority, run_at) INCLUDE (id, task_id) WHERE ((is_available = true) AND (job_queue_id IS NULL));
CREATE INDEX api_token_created_by_id_idx ON public.api_token USING btree (created_by_id);
CREATE INDEX api_token_created_by_token_id_idx ON public.api_token USING btree (created_by_token_id);
CREATE UNIQUE INDEX api_token_hash_key ON public.api_token USING btree (hash);
CREATE INDEX api_token_org_id_created_at_idx ON public.api_token USING btree (org_id, created_at);
CREATE INDEX api_token_unrevoked_idx ON public.api_token USING btree (org_id, expires_at) WHERE (revoked_at IS NULL);
CREATE INDEX org_created_at_id_idx ON public.org USING btree (created_at, id);
CREATE UNIQUE INDEX org_email_domain_org_id_domain_key ON public.org_email_domain USING btree (org_id, domain);
CREATE UNIQUE INDEX org_email_domain_verified_key ON public.org_email_domain USING btree (domain) WHERE (status = 'VERIFIED'::public."EmailDomainStatus");
CREATE INDEX org_event_actor_id_idx ON public.org_event USING btree (actor_id);
CREATE UNIQUE INDEX org_event_inbox_user_id_inbox_seq_key ON public.org_event USING btree (inbox_user_id, inbox_seq);
CREATE INDEX org_event_org_id_org_invite_id_seq_idx ON public.org_event USING btree (org_id, org_invite_id, seq);
CREATE INDEX org_event_send_failed_idx ON public.org_event USING btree (occurred_at) WHERE (type = 'SEND_FAILED'::text);
CREATE INDEX org_invite_by_inviter_idx ON public.org_invite USING btree (org_id, invited_by_id, status, created_at DESC, id DESC, expires_at);
CREATE INDEX org_invite_by_status_idx ON public.org_invite USING btree (org_id, status, created_at DESC, id DESC, expires_at);
CREATE INDEX org_invite_email_created_at_id_idx ON public.org_invite USING btree (email, created_at DESC, id DESC);
CREATE INDEX org_invite_invited_by_token_id_idx ON public.org_invite USING btree (invited_by_token_id);
CREATE INDEX org_invite_invited_user_id_idx ON public.org_invite USING btree (invited_user_id);
CREATE INDEX org_invite_list_idx ON public.org_invite USING btree (org_id, created_at DESC, id DESC, email, status, expires_at, invited_by_id, invited_user_id);
CREATE UNIQUE INDEX org_invite_pending_email_key ON public.org_invite USING btree (org_id, email) WHERE (status = 'PENDING'::public."OrgInviteStatus");
CREATE INDEX org_invite_pending_expires_at_idx ON public.org_invite USING btree (expires_at) WHERE (status = 'PENDING'::public."OrgInviteStatus");
CREATE INDEX org_invite_pending_org_id_expires_at_idx ON public.org_invite USING btree (org_id, expires_at) INCLUDE (created_at, id, invited_by_id) WHERE (status = 'PENDING'::public."OrgInviteStatus");
CREATE INDEX org_invite_pending_resent_by_token_id_idx ON public.org_invite USING btree (resent_by_token_id) WHERE (status = 'PENDING'::public."OrgInviteStatus");
CREATE INDEX org_invite_renews_id_idx ON public.org_invite USING btree (renews_id);
CREATE INDEX org_invite_token_invite_id_idx ON public.org_invite_token USING btree (invite_id);
CREATE UNIQUE INDEX org_name_key_key ON public.org USING btree (name_key);
CREATE INDEX org_user_above_user_idx ON public.org_user USING btree (org_id, joined_at, id) INCLUDE (user_id, roles) WHERE (roles && '{ADMIN,OWNER}'::public."OrgRoleName"[]);
CREATE INDEX org_user_invite_id_idx ON public.org_user USING btree (invite_id);
CREATE INDEX org_user_list_idx ON public.org_user USING btree (org_id, joined_at, id, user_id, roles);
CREATE UNIQUE INDEX org_user_org_id_user_id_key ON public.org_user USING btree (org_id, user_id);
CREATE INDEX org_user_user_id_joined_at_id_idx ON public.org_user USING btree (user_id, joined_at, id);
CREATE INDEX user_email_idx ON public."user" USING btree (email);
CREATE UNIQUE INDEX user_subject_key ON public."user" USING btree (subject);
CREATE UNIQUE INDEX user_verified_email_key ON public."user" USING btree (email) WHERE email_verified;
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_created_by_id_fkey FOREIGN KEY (created_by_id) REFERENCES public."user"(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_created_by_token_id_fkey FOREIGN KEY (created_by_token_id) REFERENCES public.api_token(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org
    ADD CONSTRAINT org_created_by_id_fkey FOREIGN KEY (created_by_id) REFERENCES public."user"(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.org_email_domain
    ADD CONSTRAINT org_email_domain_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_event
    ADD CONSTRAINT org_event_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public."user"(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.org_event
    ADD CONSTRAINT org_event_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_invite
    ADD CONSTRAINT org_invite_invited_by_id_fkey FOREIGN KEY (invited_by_id) REFERENCES public."user"(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.org_invite
    ADD CONSTRAINT org_invite_invited_by_token_id_fkey FOREIGN KEY (invited_by_token_id) REFERENCES public.api_token(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.org_invite
    ADD CONSTRAINT org_invite_invited_user_id_fkey FOREIGN KEY (invited_user_id) REFERENCES public."user"(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_invite
    ADD CONSTRAINT org_invite_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_invite
    ADD CONSTRAINT org_invite_renews_id_fkey FOREIGN KEY (renews_id) REFERENCES public.org_invite(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.org_invite_token
    ADD CONSTRAINT org_invite_token_invite_id_fkey FOREIGN KEY (invite_id) REFERENCES public.org_invite(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_resource
    ADD CONSTRAINT org_resource_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_user
    ADD CONSTRAINT org_user_invite_id_fkey FOREIGN KEY (invite_id) REFERENCES public.org_invite(id) ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE ONLY public.org_user
    ADD CONSTRAINT org_user_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.org(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.org_user
    ADD CONSTRAINT org_user_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE graphile_worker._private_job_queues ENABLE ROW LEVEL SECURITY;
ALTER TABLE graphile_worker._private_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE graphile_worker._private_known_crontabs ENABLE ROW LEVEL SECURITY;
ALTER TABLE graphile_worker._private_tasks ENABLE ROW LEVEL SECURITY;
