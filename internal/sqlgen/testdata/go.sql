WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6, CASE WHEN strlen(v7) > 40 THEN kickoff_to_varchar(0, v7) ELSE v7 END AS c7
  FROM (SELECT *, kickoff_datetimeformat(0, c5, '%d/%m/%Y') AS v7 FROM "sales")
)
SELECT c1, c2, c3, c4, c5, c6, c7
FROM n1;
