-- Persons: one row per human; `policy` counts the changes of what that person permits.
CREATE TABLE person (
  person INTEGER NOT NULL PRIMARY KEY,
  bsn TEXT UNIQUE,
  policy BIGINT NOT NULL DEFAULT 0
);

-- Parties that hold or use data. Number 0 is the hub, 1 the patients themselves, from 10 on registered organisations.
CREATE TABLE organisation (
  org INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  ura TEXT UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL
);

-- The current version of every resource; `body` is the JSON as it is sent.
CREATE TABLE resource (
  rid INTEGER NOT NULL PRIMARY KEY,
  rtype BIGINT NOT NULL,
  id TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  person BIGINT NOT NULL,
  category BIGINT NOT NULL,
  labels BIGINT NOT NULL,
  source BIGINT NOT NULL,
  data_from BIGINT,
  data_to BIGINT,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX resource_id ON resource (rtype, id);
CREATE INDEX resource_person ON resource (person, rtype, rid);
CREATE INDEX resource_category ON resource (person, category, rid);
CREATE INDEX resource_type ON resource (rtype, rid);
CREATE INDEX resource_source ON resource (source, rtype, rid);
CREATE INDEX resource_updated ON resource (rtype, updated, rid);

-- Every version of every resource, with what the door needs to judge it as it was then.
CREATE TABLE history (
  rid BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  method BIGINT NOT NULL,
  person BIGINT NOT NULL,
  category BIGINT NOT NULL,
  labels BIGINT NOT NULL,
  source BIGINT NOT NULL,
  data_from BIGINT,
  data_to BIGINT,
  body BLOB NOT NULL,
  PRIMARY KEY (rid, version)
);

-- Search values, one narrow table per kind. `system` and `id_type` are the first 8 bytes of the SHA-256 of a system URI and of
-- `system|code` of an identifier's type; 0 is none. `param` is the number of the search parameter (fhir-profiles/r4/parameters.tsv);
-- `ord` is 0, or for a component of a composite the number of the element it was drawn from.
CREATE TABLE ix_token (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  system BIGINT NOT NULL,
  code TEXT NOT NULL,
  label TEXT,
  id_type BIGINT NOT NULL
);
CREATE INDEX ix_token_value ON ix_token (param, code, person, system, rid);
CREATE INDEX ix_token_rid ON ix_token (rid, param);

CREATE TABLE ix_string (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  normal TEXT NOT NULL,
  exact TEXT NOT NULL
);
CREATE INDEX ix_string_value ON ix_string (param, normal, person, rid);
CREATE INDEX ix_string_rid ON ix_string (rid, param);

CREATE TABLE ix_reference (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  target_type BIGINT NOT NULL,
  target_id TEXT NOT NULL,
  system BIGINT NOT NULL,
  value TEXT
);
CREATE INDEX ix_reference_value ON ix_reference (param, target_id, target_type, rid);
CREATE INDEX ix_reference_logical ON ix_reference (param, value, system, rid);
CREATE INDEX ix_reference_rid ON ix_reference (rid, param);

CREATE TABLE ix_date (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  low BIGINT NOT NULL,
  high BIGINT NOT NULL
);
CREATE INDEX ix_date_value ON ix_date (param, person, low, high, rid);
CREATE INDEX ix_date_low ON ix_date (param, low, rid);
CREATE INDEX ix_date_rid ON ix_date (rid, param);

CREATE TABLE ix_number (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL
);
CREATE INDEX ix_number_value ON ix_number (param, low, person, rid);
CREATE INDEX ix_number_rid ON ix_number (rid, param);

CREATE TABLE ix_quantity (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  system BIGINT NOT NULL,
  code TEXT NOT NULL,
  unit TEXT NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL
);
CREATE INDEX ix_quantity_value ON ix_quantity (param, low, person, rid);
CREATE INDEX ix_quantity_rid ON ix_quantity (rid, param);

CREATE TABLE ix_uri (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  person BIGINT NOT NULL,
  uri TEXT NOT NULL
);
CREATE INDEX ix_uri_value ON ix_uri (param, uri, person, rid);
CREATE INDEX ix_uri_rid ON ix_uri (rid, param);

-- Whom a person's permissions could concern: finds the persons that a caller without a patient in hand may see anything of.
-- user_kind: 0 everyone, 1 a kind of organisation, 2 an organisation, 3 a person.
CREATE TABLE policy_user (
  rid BIGINT NOT NULL,
  person BIGINT NOT NULL,
  user_kind BIGINT NOT NULL,
  user_key TEXT NOT NULL
);
CREATE INDEX policy_user_key ON policy_user (user_kind, user_key, person);
CREATE INDEX policy_user_rid ON policy_user (rid);

-- What running handoff Tasks name, for the organisation they are addressed to.
CREATE TABLE handoff_item (
  task BIGINT NOT NULL,
  org BIGINT NOT NULL,
  item BIGINT NOT NULL,
  PRIMARY KEY (task, org, item)
);
CREATE INDEX handoff_item_org ON handoff_item (org, item);

-- One record per pass through the door; `hash` covers `prev` and `body`.
CREATE TABLE audit (
  seq INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  org BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  emergency BIGINT NOT NULL,
  body TEXT NOT NULL,
  prev BLOB NOT NULL,
  hash BLOB NOT NULL
);
CREATE INDEX audit_org ON audit (org, seq);

-- Whose data a pass was about: what the patient reads back.
CREATE TABLE audit_person (
  person BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (person, seq)
);
