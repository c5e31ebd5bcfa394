CREATE TABLE "t1" AS
WITH n1 AS NOT MATERIALIZED ( -- tool 2 (Filter) Output
  SELECT *
  FROM "sales"
  WHERE ((c3 > 100e0) AND (NOT CASE WHEN c2 = 'North' THEN true WHEN strlen(c2) = 5 THEN lower(c2) = 'north' ELSE false END))
)
SELECT c1, c2, c3, c4, c5, c6
FROM n1;

-- t2 holds regions.csv

SELECT c1, c2, c3, c4, c5, c6
FROM "t1"
ORDER BY c1 NULLS FIRST, rowid NULLS FIRST;

WITH n1 AS NOT MATERIALIZED (
  SELECT l.c1, l.c2, l.c3, l.c4, l.c5, l.c6, r.c1 AS c7, r.c2 AS c8, l.c2 AS o1, l.rowid AS o2, r.rowid AS o3
  FROM "t1" AS l
  JOIN "t2" AS r
  ON l.c2 IS NOT DISTINCT FROM r.c1
)
SELECT c1, c2, c3, c4, c5, c6, c7, c8
FROM n1
ORDER BY o1 NULLS FIRST, o2 NULLS FIRST, o3 NULLS FIRST;
