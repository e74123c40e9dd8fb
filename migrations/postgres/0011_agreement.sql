-- When a child of twelve or older agreed that a parent acts for it, ms.
ALTER TABLE representative ADD COLUMN agreed BIGINT;
