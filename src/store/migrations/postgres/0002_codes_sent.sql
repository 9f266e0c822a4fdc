-- When a code first came from a computer, whatever was answered: it may have been read on its way.
alter table codes add column sent_at bigint not null default 0;

-- Nobody noted it before: those that still count are taken to have been.
update codes set sent_at = issued_at where state = 'issued';
