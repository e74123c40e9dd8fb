-- What a quantity is in base units of UCUM; `base` is empty where the unit is unknown. A plain number is a point
-- (`base_low` = `base_high`).
ALTER TABLE ix_quantity ADD COLUMN base TEXT NOT NULL DEFAULT '';
ALTER TABLE ix_quantity ADD COLUMN base_low DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE ix_quantity ADD COLUMN base_high DOUBLE PRECISION NOT NULL DEFAULT 0;
CREATE INDEX ix_quantity_base ON ix_quantity (param, base, base_low, person, rid);

-- What people read for a reference: `:text`.
ALTER TABLE ix_reference ADD COLUMN label TEXT;

-- Places, as degrees north and as a point on a ball of radius 1.
CREATE TABLE ix_position (
  rid BIGINT NOT NULL,
  param BIGINT NOT NULL,
  person BIGINT NOT NULL,
  latitude DOUBLE PRECISION NOT NULL,
  x DOUBLE PRECISION NOT NULL,
  y DOUBLE PRECISION NOT NULL,
  z DOUBLE PRECISION NOT NULL
);
CREATE INDEX ix_position_value ON ix_position (param, latitude, rid);
CREATE INDEX ix_position_rid ON ix_position (rid, param);

-- Contained resources: `id` has its `#`. Their search values stand in the same tables, under a row number below zero:
-- -(1024 times the row of the container, plus the place in it).
CREATE TABLE contained (
  rid BIGINT NOT NULL PRIMARY KEY,
  parent BIGINT NOT NULL,
  rtype BIGINT NOT NULL,
  id TEXT NOT NULL
);
CREATE INDEX contained_parent ON contained (parent, id);
CREATE INDEX contained_type ON contained (rtype, rid);

-- The words of a resource, of its narrative and of the rest; the words are cut by the server, alike for both engines.
CREATE TABLE full_text (
  rid BIGINT NOT NULL PRIMARY KEY,
  words TEXT NOT NULL
);
CREATE INDEX full_text_words ON full_text USING gin ((words::tsvector));
