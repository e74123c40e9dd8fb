-- A plain number is a point from here on (`low` = `high`). Until now it was kept as the range of its last digit, at most 1 wide,
-- and counted as its middle.
UPDATE ix_number SET low = (low + high) / 2, high = (low + high) / 2 WHERE high > low AND high - low <= 1.0000001;
UPDATE ix_quantity SET low = (low + high) / 2, high = (low + high) / 2 WHERE high > low AND high - low <= 1.0000001;
