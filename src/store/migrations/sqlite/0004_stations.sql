-- Computers that IT registered. Until its code is used a station has no key (no bytes), and registered_at is 0; the code
-- then counts no more, but for the same key: its answer may have been lost.
create table stations (
    id text not null primary key,
    name text not null unique,
    school text not null,
    code_hash blob not null unique,
    code_expires_at integer not null,
    public_key blob not null,
    added_at integer not null,
    registered_at integer not null,
    seen_at integer not null,
    revoked_at integer not null
) strict;

-- One key is one station: else what is revoked under one name would count under another.
create unique index stations_key on stations (public_key) where registered_at > 0;

-- At which station the person signed in for it; empty at any other computer.
alter table grants add column station text not null default '';
