-- Two search parameters of the medication process that this version knows by itself (their numbers are in
-- fhir-profiles/r4/parameters-nl.tsv). What is stored already is indexed for them in steps like for one that was given; until
-- that is done they cannot be asked for. No id of a resource has a `|`, so nobody can take them away.
INSERT INTO search_parameter (number, size, id, url, code, definition, state, done)
  SELECT 8012, 3, '|period-of-use', 'http://nictiz.nl/fhir/SearchParameter/period-of-use', 'period-of-use',
    '{"url": "http://nictiz.nl/fhir/SearchParameter/period-of-use", "code": "period-of-use", "kind": "date", "bases": [78, 76, 79], "expression": "MedicationRequest.extension(''http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period'').value | MedicationDispense.extension(''http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period'').value | (MedicationStatement.effective as Period)", "targets": [], "parts": []}',
    0, 0
  WHERE EXISTS (SELECT 1 FROM resource WHERE rtype IN (76, 78, 79));
INSERT INTO search_parameter (number, size, id, url, code, definition, state, done)
  SELECT 8015, 9, '|is-latest-stop', 'http://nictiz.nl/fhir/SearchParameter/is-latest-stop', 'is-latest-stop',
    '{"url": "http://nictiz.nl/fhir/SearchParameter/is-latest-stop", "code": "is-latest-stop", "kind": "composite", "bases": [78, 76, 79], "expression": "MedicationRequest | MedicationDispense | MedicationStatement", "targets": [], "parts": [{"code": "treatment", "kind": "token", "targets": [], "expression": "$this"}, {"code": "agreed", "kind": "date", "targets": [], "expression": "$this"}]}',
    0, 0
  WHERE EXISTS (SELECT 1 FROM resource WHERE rtype IN (76, 78, 79));
INSERT INTO search_parameter_change (version)
  SELECT COALESCE(MAX(version), 0) + 1 FROM search_parameter_change
  HAVING EXISTS (SELECT 1 FROM search_parameter WHERE number = 8012);
