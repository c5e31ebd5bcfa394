WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6, CASE WHEN strlen(v7) > 10 OR strlen(v7) <> length(v7) THEN kickoff_to_varchar(0, v7) ELSE v7 END AS c7
  FROM (SELECT *, concat(trim(c6, E' \t\n\x0B\x0C\r'), '!') AS v7 FROM "sales")
)
SELECT c1, c2, c3, c4, c5, c6, c7
FROM n1;
