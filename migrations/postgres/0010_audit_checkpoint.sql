-- How the audit log stood at a moment: the root of the Merkle tree over its first `size` records, signed. `peaks` is the right
-- edge of that tree, so that the next one needs only the records since.
CREATE TABLE audit_checkpoint (
  number BIGINT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  note TEXT NOT NULL,
  peaks BYTEA NOT NULL
);
