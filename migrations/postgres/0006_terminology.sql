-- Concepts of code systems, taken out of the CodeSystem resource `rid` in its stored version `version` at first use; `ord` is the
-- place in the resource. `words` is what a text filter looks at, `status` 1 inactive, 2 abstract (both: 3), `detail` JSON.
CREATE TABLE concept (
  rid BIGINT NOT NULL,
  version BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  code TEXT NOT NULL,
  display TEXT,
  words TEXT NOT NULL,
  status BIGINT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (rid, version, ord)
);
CREATE UNIQUE INDEX concept_code ON concept (rid, version, code);

-- The hierarchy, by places.
CREATE TABLE concept_parent (
  rid BIGINT NOT NULL,
  version BIGINT NOT NULL,
  child BIGINT NOT NULL,
  parent BIGINT NOT NULL,
  PRIMARY KEY (rid, version, child, parent)
);
CREATE INDEX concept_parent_down ON concept_parent (rid, version, parent, child);

-- Properties that value sets choose by.
CREATE TABLE concept_property (
  rid BIGINT NOT NULL,
  version BIGINT NOT NULL,
  ord BIGINT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL
);
CREATE INDEX concept_property_value ON concept_property (rid, version, name, value, ord);
CREATE INDEX concept_property_ord ON concept_property (rid, version, ord, name);

-- A code system whose concepts are all there; `head` is the resource without them.
CREATE TABLE concept_system (
  rid BIGINT NOT NULL,
  version BIGINT NOT NULL,
  head TEXT NOT NULL,
  PRIMARY KEY (rid, version)
);

-- Installed packages of definitions, and what each brought.
CREATE TABLE package (
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  installed BIGINT NOT NULL,
  PRIMARY KEY (name, version)
);

CREATE TABLE package_item (
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  rtype BIGINT NOT NULL,
  id TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (name, version, rtype, id)
);
CREATE INDEX package_item_id ON package_item (rtype, id);
