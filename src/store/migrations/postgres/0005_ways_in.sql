-- A grant comes of whatever way a person proved themselves by. Of a code it has the code's id; of any other way, how that
-- way names the person.
alter table grants alter column code drop not null;
alter table grants add column evidence text;
alter table grants add constraint grants_have_evidence
    check ((code is null) <> (evidence is null) and (way = 'enrolment-code') = (code is not null));
