-- A grant comes of whatever way a person proved themselves by. Of a code it has the code's id; of any other way, how that
-- way names the person.

-- SQLite takes no "not null" from a column, so the table is made anew under its own name. Until the end of this step its
-- rows are missing to the tables that refer to them.
pragma defer_foreign_keys = on;

create table grants_before (
    id text, enrolment text, person text, generation integer, code text, way text, policy_serial integer,
    token_hash blob, state text, made_at integer, expires_at integer, station text
) strict;
insert into grants_before (id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at,
                           expires_at, station)
    select id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at, expires_at, station
    from grants;
drop table grants;

create table grants (
    id text not null primary key,
    enrolment text not null unique,
    person text not null references people (id),
    generation integer not null,
    -- Where the way is a code.
    code text references codes (id),
    way text not null,
    -- In force when the grant was made: nothing older counts for it.
    policy_serial integer not null,
    token_hash blob not null,
    state text not null check (state in ('open', 'used', 'ended', 'revoked')),
    made_at integer not null,
    expires_at integer not null,
    -- At which station the person signed in for it; empty at any other computer.
    station text not null default '',
    -- Where the way is another: how it names the person.
    evidence text,
    constraint grants_have_evidence
        check ((code is null) <> (evidence is null) and (way = 'enrolment-code') = (code is not null))
) strict;
insert into grants (id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at,
                    expires_at, station)
    select id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at, expires_at, station
    from grants_before;
drop table grants_before;

create index grants_of_code on grants (code);
create index grants_of_person on grants (person);
