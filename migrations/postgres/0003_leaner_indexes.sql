-- Few references have an identifier: only those are in the index by identifier.
DROP INDEX ix_reference_logical;
CREATE INDEX ix_reference_logical ON ix_reference (param, value, system, rid) WHERE value IS NOT NULL;
