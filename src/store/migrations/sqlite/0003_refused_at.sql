-- When a person's last code from outside was refused; 0 once a right one came. From this it is seen that many are guessed at.
alter table verify_tries add column refused_at integer not null default 0;
create index verify_tries_refused on verify_tries (refused_at) where refused_at > 0;
