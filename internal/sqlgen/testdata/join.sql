WITH n1 AS NOT MATERIALIZED (
  SELECT *, rowid AS o1
  FROM "sales"
  WHERE ((c3 > 100e0) AND (NOT CASE WHEN c2 = 'North' THEN true WHEN strlen(c2) = 5 THEN lower(c2) = 'north' ELSE false END))
),
n2 AS NOT MATERIALIZED (
  SELECT l.c1, l.c2, l.c3, l.c4, l.c5, l.c6, r.c1 AS c7, r.c2 AS c8, l.c2 AS o1, l.o1 AS o2, r.rowid AS o3
  FROM n1 AS l
  JOIN "regions" AS r
  ON l.c2 IS NOT DISTINCT FROM r.c1
)
SELECT c1, c2, c3, c4, c5, c6, c7, c8
FROM n2
ORDER BY o1 NULLS FIRST, o2 NULLS FIRST, o3 NULLS FIRST;
