-- Registered client systems (SMART Backend Services) and PGO apps (public clients).
CREATE TABLE client (
  client_id TEXT NOT NULL PRIMARY KEY,
  org BIGINT,
  name TEXT NOT NULL,
  jwks TEXT,
  redirect_uris TEXT,
  scope TEXT NOT NULL,
  active BIGINT NOT NULL
);

-- People who can sign in at the built-in identity provider (demo) and whom they are.
CREATE TABLE account (
  username TEXT NOT NULL PRIMARY KEY,
  subject TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  display TEXT NOT NULL,
  patient TEXT,
  practitioner TEXT,
  practitioner_role TEXT,
  org BIGINT
);

-- Who may act for whom (parent, partner, mentor), until when.
CREATE TABLE representative (
  patient TEXT NOT NULL,
  username TEXT NOT NULL,
  relation TEXT NOT NULL,
  until BIGINT,
  PRIMARY KEY (patient, username)
);

-- Used token ids, so that an assertion works once.
CREATE TABLE used_jti (
  client_id TEXT NOT NULL,
  jti TEXT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (client_id, jti)
);
CREATE INDEX used_jti_expires ON used_jti (expires);

-- Short-lived secrets of the sign-in flows, stored as SHA-256: authorization codes, pushed requests, refresh tokens,
-- portal sessions, provider sessions. `kind` says which, `body` is JSON.
CREATE TABLE secret (
  digest TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  subject TEXT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT NOT NULL
);
CREATE INDEX secret_subject ON secret (kind, subject);
CREATE INDEX secret_expires ON secret (expires);

-- Revoked access tokens, until they would have expired.
CREATE TABLE revoked (
  jti TEXT NOT NULL PRIMARY KEY,
  expires BIGINT NOT NULL
);

-- The server's own signing keys and other settings it made itself.
CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
