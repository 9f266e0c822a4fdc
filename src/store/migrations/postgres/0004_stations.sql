-- Computers that IT registered. Until its code is used a station has no key (no bytes), and registered_at is 0; the code
-- then counts no more, but for the same key: its answer may have been lost.
create table stations (
    id text not null primary key,
    name text not null unique,
    school text not null,
    code_hash bytea not null unique,
    code_expires_at bigint not null,
    public_key bytea not null,
    added_at bigint not null,
    registered_at bigint not null,
    seen_at bigint not null,
    revoked_at bigint not null
);

-- One key is one station: else what is revoked under one name would count under another.
create unique index stations_key on stations (public_key) where registered_at > 0;

-- At which station the person signed in for it; empty at any other computer.
alter table grants add column station text not null default '';
