-- Whom the newest passes were about, in the order of the log. Where each record of `audit_person` would touch a page of its own,
-- the server writes here, and moves many at once.
CREATE TABLE audit_recent (
  person BIGINT NOT NULL,
  seq BIGINT NOT NULL
);
-- Nothing looks for the records of an organisation without a person.
DROP INDEX audit_org;
