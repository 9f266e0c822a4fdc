-- Every column is "not null": a missing argument would otherwise become NULL without a word.
-- Times are milliseconds since 1970; 0 means never. Ids are UUIDs as text. Codes and tokens stand here as HMACs only.

create table settings (
    name text not null primary key,
    value text not null
);

create table policies (
    serial bigint not null primary key,
    body text not null,
    -- The key that assistants seal to under it.
    envelope_key text not null,
    adopted_at bigint not null
);

-- Which keys are in use. The keys themselves are in a file of their own.
create table key_uses (
    kind text not null check (kind in ('envelope', 'vault', 'identity')),
    -- In this order they were taken into use.
    place bigint not null,
    key_id text not null,
    from_at bigint not null,
    -- 0: it is the one in use.
    ended_at bigint not null,
    state text not null check (state in ('kept', 'refused', 'forgotten')),
    primary key (kind, place),
    unique (kind, key_id)
);

-- The processes that serve this store, and which keys each has read.
create table nodes (
    id text not null primary key,
    name text not null,
    key_ids text not null,
    seen_at bigint not null
);

create table people (
    id text not null primary key,
    sign_in_key text not null unique,
    sign_in_name text not null,
    name text not null,
    school text not null,
    generation bigint not null,
    created_at bigint not null,
    departed_at bigint not null
);
create index people_by_departure on people (departed_at) where departed_at > 0;

create table codes (
    id text not null primary key,
    code_hash bytea not null unique,
    person text not null references people (id),
    -- The person's when the code was issued: what was accepted since ends it.
    generation bigint not null,
    state text not null check (state in ('issued', 'accepted', 'revoked')),
    replaces bigint not null,
    issued_at bigint not null,
    expires_at bigint not null,
    redeemed bigint not null
);
create index codes_of_person on codes (person);

create table grants (
    id text not null primary key,
    enrolment text not null unique,
    person text not null references people (id),
    generation bigint not null,
    code text not null references codes (id),
    way text not null,
    -- In force when the grant was made: nothing older counts for it.
    policy_serial bigint not null,
    token_hash bytea not null,
    state text not null check (state in ('open', 'used', 'ended', 'revoked')),
    made_at bigint not null,
    expires_at bigint not null
);
create index grants_of_code on grants (code);
create index grants_of_person on grants (person);

create table sessions (
    token_hash bytea not null primary key,
    person text not null references people (id),
    grant_id text not null references grants (id),
    made_at bigint not null,
    used_at bigint not null
);
create index sessions_by_use on sessions (used_at);
create index sessions_of_grant on sessions (grant_id);
create index sessions_of_person on sessions (person);

create table enrolments (
    id text not null primary key,
    grant_id text not null references grants (id),
    person text not null references people (id),
    generation bigint not null,
    fingerprint bytea not null,
    reference text not null,
    policy_serial bigint not null,
    accepted_at bigint not null,
    audit_sequence bigint not null,
    audit_hash bytea not null
);
create index enrolments_of_grant on enrolments (grant_id);
create index enrolments_of_person on enrolments (person);
create index enrolments_by_reference on enrolments (reference);

create table methods (
    id text not null primary key,
    person text not null references people (id),
    kind text not null,
    generation bigint not null,
    enrolment text not null,
    key_id text not null,
    sealed bytea not null,
    -- Of a phone: as in calls. Empty for the others.
    phone_hash bytea not null,
    number_hash bytea not null,
    state text not null check (state in ('tested', 'used')),
    last_step bigint not null,
    tested_at bigint not null,
    used_at bigint not null,
    unique (person, kind)
);
create index methods_by_key on methods (key_id, id);
create index methods_by_number on methods (number_hash);

-- Failed enrolment codes, a row for each minute and place.
create table guesses (
    scope text not null,
    slot bigint not null,
    tries bigint not null,
    primary key (scope, slot)
);
create index guesses_by_slot on guesses (slot);

-- Tries at a person's sign-in codes, counted before they are looked at.
create table verify_tries (
    person text not null references people (id),
    place text not null check (place in ('school', 'outside')),
    delay_ms bigint not null,
    next_at bigint not null,
    day_from bigint not null,
    day_tries bigint not null,
    primary key (person, place)
);

-- Telephone calls. No digit of a number stands here in clear: phone_hash is an HMAC of the number alone, number_hash
-- of number and extension, both under a key of their own.
create table calls (
    id text not null primary key,
    kind text not null check (kind in ('test', 'approval')),
    person text not null references people (id),
    -- The grant that a test is for; empty for an approval.
    grant_id text not null,
    -- Of what was asked: asked again with the same id, the same call is meant.
    fingerprint bytea not null,
    phone_hash bytea not null,
    number_hash bytea not null,
    -- Those on the page.
    digits text not null,
    practice bigint not null,
    -- In this order people are called.
    turn bigint not null unique,
    state text not null check (state in ('queued', 'placed', 'ended')),
    -- How far it has come, and the number of its last event. Both only move forward.
    step text not null,
    events bigint not null,
    queued_at bigint not null,
    placed_at bigint not null,
    ended_at bigint not null,
    -- The node whose line it holds, and until when unless the node says so again; empty when it holds none.
    node text not null,
    lease_until bigint not null
);
create index calls_queued on calls (kind, turn) where state = 'queued';
create index calls_on_line on calls (node) where node <> '';
create index calls_to_phone on calls (phone_hash, queued_at);
create index calls_of_grant on calls (grant_id);
create index calls_of_person on calls (person, queued_at);
create index calls_by_time on calls (queued_at);
create index calls_by_placing on calls (placed_at);
create index calls_by_end on calls (ended_at);

-- One row, locked by whoever adds to the queue or takes from it.
create table call_queue (
    id bigint not null primary key check (id = 1),
    turn bigint not null
);
insert into call_queue (id, turn) values (1, 0);

create table call_events (
    call text not null references calls (id),
    number bigint not null,
    what text not null,
    -- With waiting: how many are called first.
    ahead bigint not null,
    at bigint not null,
    primary key (call, number)
);

-- The number of a call that is not over, sealed by the vault.
create table pending_numbers (
    call text not null primary key references calls (id),
    key_id text not null,
    sealed bytea not null,
    made_at bigint not null
);
create index pending_numbers_by_key on pending_numbers (key_id, call);

-- A passed call: what the grant's enrolment may say.
create table tested_numbers (
    grant_id text not null references grants (id),
    number_hash bytea not null,
    at bigint not null,
    primary key (grant_id, number_hash)
);

-- 9 was pressed.
create table stopped_numbers (
    phone_hash bytea not null primary key,
    until bigint not null
);

create table clients (
    id text not null primary key,
    name text not null unique,
    key_hash bytea not null unique,
    scope text not null,
    addresses text not null,
    added_at bigint not null,
    revoked_at bigint not null
);

-- What a sign-in call asks about. The same client asking again with the same key joins the call.
create table approvals (
    call text not null primary key references calls (id),
    client text not null references clients (id),
    key text not null,
    what text not null,
    at_school bigint not null,
    -- The relying party shows the digits, so the voice does not say them.
    shown bigint not null,
    unique (client, key)
);

-- People who said that a sign-in was not theirs, until IT clears it.
create table stopped_people (
    person text not null primary key references people (id),
    call text not null,
    at bigint not null
);

create table audit (
    sequence bigint not null primary key,
    at bigint not null,
    body bytea not null,
    hash bytea not null
);

-- Apart, so that an address can be deleted without breaking the chain.
create table audit_addresses (
    sequence bigint not null primary key,
    at bigint not null,
    address text not null,
    -- Whom the row names; empty for nobody.
    person text not null
);
create index audit_addresses_by_time on audit_addresses (at);
create index audit_addresses_of_person on audit_addresses (person);

create table audit_head (
    id bigint not null primary key check (id = 1),
    sequence bigint not null,
    hash bytea not null,
    at bigint not null
);
insert into audit_head (id, sequence, hash, at) values (1, 0, decode(repeat('00', 32), 'hex'), 0);

-- The last row that was deleted for its age: the chain begins after it. The proof is an HMAC under the audit's key.
create table audit_start (
    id bigint not null primary key check (id = 1),
    sequence bigint not null,
    hash bytea not null,
    at bigint not null,
    proof bytea not null
);
