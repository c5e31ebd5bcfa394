WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6, o1
  FROM (SELECT *, rowid AS o1, row_number() OVER (PARTITION BY c2 ORDER BY rowid NULLS FIRST) AS k, count(*) OVER (PARTITION BY c2) AS n FROM "sales")
  WHERE k > n - 2
)
SELECT c1, c2, c3, c4, c5, c6
FROM n1
ORDER BY o1 NULLS FIRST;
