
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
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.activity (
    id bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    verb text NOT NULL COLLATE pg_catalog."C",
    api_group text NOT NULL COLLATE pg_catalog."C",
    resource text NOT NULL COLLATE pg_catalog."C",
    namespace text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    outcome text NOT NULL COLLATE pg_catalog."C",
    why text NOT NULL
);
CREATE SEQUENCE public.activity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.activity_id_seq OWNED BY public.activity.id;
CREATE TABLE public.changes (
    version bigint NOT NULL,
    api_group text NOT NULL COLLATE pg_catalog."C",
    resource text NOT NULL COLLATE pg_catalog."C",
    path text NOT NULL COLLATE pg_catalog."C",
    namespace text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    before_version bigint,
    body_before text,
    body_after text,
    at bigint NOT NULL
);
CREATE TABLE public.counter (
    id integer NOT NULL,
    version bigint NOT NULL,
    compacted bigint NOT NULL,
    epoch bigint NOT NULL
);
CREATE TABLE public.decision_inputs (
    hash text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL
);
CREATE TABLE public.decisions (
    id bigint NOT NULL,
    target text NOT NULL COLLATE pg_catalog."C",
    target_uid text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    inputs_hash text NOT NULL COLLATE pg_catalog."C",
    decided_at bigint NOT NULL,
    body text NOT NULL
);
CREATE SEQUENCE public.decisions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.decisions_id_seq OWNED BY public.decisions.id;
CREATE TABLE public.facts (
    cluster text NOT NULL COLLATE pg_catalog."C",
    facts text NOT NULL,
    seen_at bigint NOT NULL
);
CREATE TABLE public.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);
CREATE SEQUENCE public.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.knex_migrations_id_seq OWNED BY public.knex_migrations.id;
CREATE TABLE public.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);
CREATE SEQUENCE public.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.knex_migrations_lock_index_seq OWNED BY public.knex_migrations_lock.index;
CREATE TABLE public.leases (
    name text NOT NULL COLLATE pg_catalog."C",
    holder text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.object_labels (
    object_id bigint NOT NULL,
    label text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.objects (
    id bigint NOT NULL,
    api_group text NOT NULL COLLATE pg_catalog."C",
    resource text NOT NULL COLLATE pg_catalog."C",
    path text NOT NULL COLLATE pg_catalog."C",
    namespace text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    uid text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    deleting boolean NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.reservations (
    target text NOT NULL COLLATE pg_catalog."C",
    cluster text NOT NULL COLLATE pg_catalog."C",
    replicas integer NOT NULL,
    requests text NOT NULL
);
CREATE TABLE public.revisions (
    id bigint NOT NULL,
    target text NOT NULL COLLATE pg_catalog."C",
    revision text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL
);
CREATE SEQUENCE public.revisions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.revisions_id_seq OWNED BY public.revisions.id;
CREATE TABLE public.settings (
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL
);
CREATE TABLE public.works (
    cluster text NOT NULL COLLATE pg_catalog."C",
    api_version text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    namespace text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    cluster_uid text NOT NULL COLLATE pg_catalog."C",
    target text NOT NULL COLLATE pg_catalog."C",
    owner_uid text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    revision text NOT NULL COLLATE pg_catalog."C",
    wanted_hash text NOT NULL COLLATE pg_catalog."C",
    applied_hash text NOT NULL COLLATE pg_catalog."C",
    member_uid text NOT NULL COLLATE pg_catalog."C",
    sent boolean NOT NULL,
    error text NOT NULL,
    since bigint NOT NULL
);
ALTER TABLE ONLY public.activity ALTER COLUMN id SET DEFAULT nextval('public.activity_id_seq'::regclass);
ALTER TABLE ONLY public.decisions ALTER COLUMN id SET DEFAULT nextval('public.decisions_id_seq'::regclass);
ALTER TABLE ONLY public.knex_migrations ALTER COLUMN id SET DEFAULT nextval('public.knex_migrations_id_seq'::regclass);
ALTER TABLE ONLY public.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('public.knex_migrations_lock_index_seq'::regclass);
ALTER TABLE ONLY public.revisions ALTER COLUMN id SET DEFAULT nextval('public.revisions_id_seq'::regclass);
INSERT INTO public.activity VALUES (1, 1780000000000, 'user:default/lin', 'create', 'apps.kurator.dev', 'applications', 'shop', 'web', 'done', '');
INSERT INTO public.changes VALUES (1, 'apps.kurator.dev', 'applications', 'shop/web', 'shop', 'web', NULL, NULL, '{"apiVersion":"apps.kurator.dev/v1alpha1","kind":"Application","metadata":{"name":"web","namespace":"shop","uid":"uid-of-web","creationTimestamp":"2026-05-28T20:26:40Z","labels":{"team":"blue"},"finalizers":["fleet.kurator.dev/members"]},"spec":{"components":[{"name":"api","type":"Deployment"}]}}', 1780000000000);
INSERT INTO public.changes VALUES (2, '', 'secrets', 'shop/pass', 'shop', 'pass', NULL, NULL, '{"sealed":"first:TedrlzVo4SzXihWXiBTajhLKWHqxRi8FeMCVb1KV84ucQOO06DIosywFmRSEJUSoYZdxy9P0JEvMX0K8tgPG6Zelv7gwTzIQshHQD53yUwDNjL0f+a4G8cUdvs1sBtKJBlEmq5OxzAVTuCP6XRGPemkAc+nNhDTz7O7ZMh8=","open":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"pass","namespace":"shop","uid":"uid-of-pass","creationTimestamp":"2026-05-28T20:26:40Z","annotations":{}},"type":"Older"}}', 1780000000000);
INSERT INTO public.changes VALUES (3, '', 'secrets', 'shop/pass', 'shop', 'pass', 2, '{"sealed":"first:TedrlzVo4SzXihWXiBTajhLKWHqxRi8FeMCVb1KV84ucQOO06DIosywFmRSEJUSoYZdxy9P0JEvMX0K8tgPG6Zelv7gwTzIQshHQD53yUwDNjL0f+a4G8cUdvs1sBtKJBlEmq5OxzAVTuCP6XRGPemkAc+nNhDTz7O7ZMh8=","open":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"pass","namespace":"shop","uid":"uid-of-pass","creationTimestamp":"2026-05-28T20:26:40Z","annotations":{}},"type":"Older"}}', '{"sealed":"first:2v+PLRN4QGMEXZmc/ed6XQXJyakv6Qwt9ZFXDpjIHwoy0Vm0Rr0SnOEBxTqRmPJzymEj+HzZ2+odvP00Xo2RU2MfhDLTjqSu90LSzQdQ6VP2WZsx49JLF5AI8L1SNAsie+YYbF6C5ydEyWEO3yDGp082LdR48zC7ZRA1bqM=","open":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"pass","namespace":"shop","uid":"uid-of-pass","creationTimestamp":"2026-05-28T20:26:40Z","annotations":{}},"type":"Opaque"}}', 1780000000000);
INSERT INTO public.changes VALUES (4, '', 'configmaps', 'shop/settings', 'shop', 'settings', NULL, NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"shop","uid":"uid-of-settings","creationTimestamp":"2026-05-28T20:26:40Z"},"data":{"colour":"blue","sign":"it''s ''quoted'', 中文"}}', 1780000000000);
INSERT INTO public.changes VALUES (5, '', 'configmaps', 'shop/gone', 'shop', 'gone', NULL, NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"gone","namespace":"shop","uid":"uid-of-gone","creationTimestamp":"2026-05-28T20:26:40Z"},"data":{"colour":"blue","sign":"it''s ''quoted'', 中文"}}', 1780000000000);
INSERT INTO public.changes VALUES (6, '', 'configmaps', 'shop/gone', 'shop', 'gone', 5, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"gone","namespace":"shop","uid":"uid-of-gone","creationTimestamp":"2026-05-28T20:26:40Z"},"data":{"colour":"blue","sign":"it''s ''quoted'', 中文"}}', NULL, 1780000000000);
INSERT INTO public.counter VALUES (1, 6, 0, 1);
INSERT INTO public.decision_inputs VALUES ('i1', '{"older":true}');
INSERT INTO public.decision_inputs VALUES ('i2', '{"clusters":[{"name":"east"},{"name":"west"}]}');
INSERT INTO public.decisions VALUES (1, 'Application/shop/web/api', 'uid-of-web', 'h1', 'i1', 1780000000000, '{"placements":[{"cluster":"east","replicas":3}]}');
INSERT INTO public.decisions VALUES (2, 'Application/shop/web/api', 'uid-of-web', 'h2', 'i2', 1780000000000, '{"placements":[{"cluster":"east","replicas":3}]}');
INSERT INTO public.facts VALUES ('east', '{"uid":"cluster-0","version":"v1.36.3"}', 1780000000000);
INSERT INTO public.knex_migrations VALUES (1, '20261101000000_init.js', 1, '2026-11-25 18:48:13.343+00');
INSERT INTO public.knex_migrations_lock VALUES (1, 0);
INSERT INTO public.leases VALUES ('engine', 'the-only-process', 1, 1780000015000);
INSERT INTO public.object_labels VALUES (1, 'team', 'blue');
INSERT INTO public.objects VALUES (1, 'apps.kurator.dev', 'applications', 'shop/web', 'shop', 'web', 'uid-of-web', 1, false, '{"apiVersion":"apps.kurator.dev/v1alpha1","kind":"Application","metadata":{"name":"web","namespace":"shop","uid":"uid-of-web","creationTimestamp":"2026-05-28T20:26:40Z","labels":{"team":"blue"},"finalizers":["fleet.kurator.dev/members"]},"spec":{"components":[{"name":"api","type":"Deployment"}]}}');
INSERT INTO public.objects VALUES (2, '', 'secrets', 'shop/pass', 'shop', 'pass', 'uid-of-pass', 3, false, '{"sealed":"first:2v+PLRN4QGMEXZmc/ed6XQXJyakv6Qwt9ZFXDpjIHwoy0Vm0Rr0SnOEBxTqRmPJzymEj+HzZ2+odvP00Xo2RU2MfhDLTjqSu90LSzQdQ6VP2WZsx49JLF5AI8L1SNAsie+YYbF6C5ydEyWEO3yDGp082LdR48zC7ZRA1bqM=","open":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"pass","namespace":"shop","uid":"uid-of-pass","creationTimestamp":"2026-05-28T20:26:40Z","annotations":{}},"type":"Opaque"}}');
INSERT INTO public.objects VALUES (4, '', 'configmaps', 'shop/settings', 'shop', 'settings', 'uid-of-settings', 4, false, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"shop","uid":"uid-of-settings","creationTimestamp":"2026-05-28T20:26:40Z"},"data":{"colour":"blue","sign":"it''s ''quoted'', 中文"}}');
INSERT INTO public.reservations VALUES ('Application/shop/web/api', 'east', 3, '{"cpu":250,"memory":8589934592}');
INSERT INTO public.revisions VALUES (1, 'Application/shop/web/api', 'r1', '{"main":{"kind":"Deployment","spec":{"replicas":3}}}');
INSERT INTO public.settings VALUES ('key:first', 'first:YZW5xgQ6EXqPsuOeI9ZYNlrr1afBWtzu4QXn4/PTLkrO');
INSERT INTO public.settings VALUES ('instance-id', 'bbc452e7-90bc-4632-9522-9eec1de8d56b');
INSERT INTO public.works VALUES ('east', 'apps/v1', 'Deployment', 'shop', 'api-wanted', 'cluster-0', 'Application/shop/web/api', 'uid-of-web', 'wanted', 'r1', 'w', '', 'member-0', false, 'it said "no"', 1780000000000);
INSERT INTO public.works VALUES ('west', 'apps/v1', 'Deployment', 'shop', 'api-removing', 'cluster-1', 'Application/shop/web/api', 'uid-of-web', 'removing', 'r1', 'w', 'w', 'member-1', true, '', 1780000000000);
INSERT INTO public.works VALUES ('east', 'apps/v1', 'Deployment', 'shop', 'api-orphaned', 'cluster-0', 'Application/shop/web/api', 'uid-of-web', 'orphaned', 'r1', 'w', 'w', 'member-2', true, '', 1780000000000);
INSERT INTO public.works VALUES ('west', 'apps/v1', 'Deployment', 'shop', 'api-completed', 'cluster-1', 'Application/shop/web/api', 'uid-of-web', 'completed', 'r1', 'w', 'w', 'member-3', true, '', 1780000000000);
SELECT pg_catalog.setval('public.activity_id_seq', 1, true);
SELECT pg_catalog.setval('public.decisions_id_seq', 2, true);
SELECT pg_catalog.setval('public.knex_migrations_id_seq', 1, true);
SELECT pg_catalog.setval('public.knex_migrations_lock_index_seq', 1, true);
SELECT pg_catalog.setval('public.revisions_id_seq', 1, true);
ALTER TABLE ONLY public.activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.decision_inputs
    ADD CONSTRAINT decision_inputs_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.facts
    ADD CONSTRAINT facts_pkey PRIMARY KEY (cluster);
ALTER TABLE ONLY public.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);
ALTER TABLE ONLY public.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_epoch UNIQUE (epoch);
ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.object_labels
    ADD CONSTRAINT object_labels_pkey PRIMARY KEY (object_id, label);
ALTER TABLE ONLY public.objects
    ADD CONSTRAINT objects_key UNIQUE (api_group, resource, path);
ALTER TABLE ONLY public.objects
    ADD CONSTRAINT objects_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (target, cluster);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_key UNIQUE (target, revision);
ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.works
    ADD CONSTRAINT works_pkey PRIMARY KEY (cluster, api_version, kind, namespace, name);
CREATE INDEX activity_at ON public.activity USING btree (at);
CREATE INDEX activity_object ON public.activity USING btree (api_group, resource, namespace, name, at);
CREATE INDEX changes_at ON public.changes USING btree (at);
CREATE INDEX changes_key ON public.changes USING btree (api_group, resource, path, version);
CREATE INDEX decisions_inputs ON public.decisions USING btree (inputs_hash);
CREATE INDEX decisions_owner ON public.decisions USING btree (target_uid);
CREATE INDEX decisions_target ON public.decisions USING btree (target, id);
CREATE INDEX object_labels_value ON public.object_labels USING btree (label, value, object_id);
CREATE INDEX objects_uid ON public.objects USING btree (uid);
CREATE INDEX works_owner ON public.works USING btree (owner_uid);
CREATE INDEX works_target ON public.works USING btree (target);
