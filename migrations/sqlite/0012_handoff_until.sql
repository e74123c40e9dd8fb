-- Until when a handoff lends out what it names; the default is the end of time.
ALTER TABLE handoff_item ADD COLUMN until BIGINT NOT NULL DEFAULT 9223372036854775807;
