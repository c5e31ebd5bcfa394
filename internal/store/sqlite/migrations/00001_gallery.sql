-- +goose Up
-- Times are nanoseconds since 1970 UTC, 0 for none: integers sort and compare
-- the same everywhere. Ids are 24 hexadecimal digits; '' stands for none where
-- a column is no foreign key.

create table studios (
    id         text primary key,
    name       text not null,
    created_at bigint not null
);

-- One row; counts the changes of studios, users and keys.
create table revision (n bigint not null);
insert into revision values (0);

create table users (
    id         text primary key,
    studio_id  text not null references studios (id),
    email      text not null,
    email_key  text not null unique, -- lower case, folded by Go
    first_name text not null,
    last_name  text not null,
    role       integer not null,
    active     boolean not null,
    created_at bigint not null
);

create table api_keys (
    id         text primary key,
    consumer   text not null unique,
    sealed     blob not null,
    studio_id  text not null references studios (id),
    user_id    text references users (id), -- null: the studio's own key
    label      text not null,
    created_at bigint not null,
    revoked_at bigint not null
);

create table tokens (
    hash       text primary key,
    key_id     text not null references api_keys (id),
    expires_at bigint not null
) without rowid;
create index tokens_key on tokens (key_id);

create table workflows (
    id             text primary key,
    studio_id      text not null references studios (id),
    owner_id       text not null references users (id),
    source_id      text not null,
    name           text not null,
    public         boolean not null,
    run_disabled   boolean not null,
    can_download   boolean not null,
    safe_to_repeat boolean not null,
    worker_tag     text not null,
    run_count      integer not null,
    created_at     bigint not null,
    last_run_at    bigint not null,
    published      integer not null, -- number of the published version
    search_key     text not null     -- name, description and author in lower case
);
create unique index workflows_source on workflows (studio_id, source_id) where source_id <> '';

create table versions (
    id           text primary key,
    workflow_id  text not null references workflows (id),
    number       integer not null,
    author_id    text not null references users (id),
    package_type integer not null,
    file_name    text not null,
    meta         text not null, -- JSON
    chained      boolean not null,
    comments     text not null,
    blob         text not null,
    size         bigint not null,
    uploaded_at  bigint not null,
    questions    text not null, -- JSON
    sort_author      text not null, -- of meta, in lower case
    sort_copyright   text not null,
    sort_description text not null,
    unique (workflow_id, number)
);
create index versions_blob on versions (blob);

create table jobs (
    id           text primary key,
    studio_id    text not null references studios (id),
    workflow_id  text not null references workflows (id),
    version_id   text not null references versions (id),
    submitter_id text not null,
    source       text not null,
    priority     integer not null,
    worker_tag   text not null,
    answers      text not null, -- JSON
    status       text not null,
    disposition  text not null,
    cancelling   boolean not null,
    attempt      integer not null,
    worker       text not null,
    lease_until  bigint not null,
    created_at   bigint not null,
    started_at   bigint not null,
    finished_at  bigint not null
);
create index jobs_workflow on jobs (workflow_id, created_at);
create index jobs_open on jobs (status, submitter_id) where status <> 'Completed';
create index jobs_finished on jobs (finished_at) where status = 'Completed';

create table messages (
    job_id  text not null references jobs (id),
    seq     integer not null,
    status  integer not null,
    tool_id integer not null,
    text    text not null,
    primary key (job_id, seq)
) without rowid;

create table outputs (
    id     text primary key,
    job_id text not null references jobs (id),
    seq    integer not null,
    name   text not null,
    unique (job_id, seq)
);

create table output_files (
    output_id text not null references outputs (id),
    seq       integer not null,
    format    text not null,
    blob      text not null,
    size      bigint not null,
    primary key (output_id, seq)
) without rowid;
create index output_files_blob on output_files (blob);
