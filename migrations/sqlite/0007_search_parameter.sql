-- Search parameters that were given beside those of the standard: `number` is the first of `size` numbers that index rows
-- carry, never used again; `definition` is what was understood of the SearchParameter `id`. `state`: 0 asked, 1 being indexed,
-- 2 active, 3 failed, 4 removed, 5 removed and purged. `done` is the last row number that was indexed.
CREATE TABLE search_parameter (
  number INTEGER NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  code TEXT NOT NULL,
  definition TEXT NOT NULL,
  state BIGINT NOT NULL,
  done BIGINT NOT NULL,
  fault TEXT
);
CREATE INDEX search_parameter_id ON search_parameter (id, state);

-- One row per change of the set of search parameters; the highest tells every server whether what it holds is current.
CREATE TABLE search_parameter_change (
  version INTEGER NOT NULL PRIMARY KEY
);
