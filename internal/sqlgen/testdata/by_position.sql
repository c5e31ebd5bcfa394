WITH n1 AS NOT MATERIALIZED (
  SELECT *, rowid AS o1
  FROM "sales"
  WHERE ((c3 > 100e0) AND (NOT CASE WHEN c2 = 'North' THEN true WHEN strlen(c2) = 5 THEN lower(c2) = 'north' ELSE false END))
),
n2 AS NOT MATERIALIZED (
  SELECT l.c1, l.c2, l.c3, l.c4, l.c5, l.c6, r.c1 AS c7, r.c2 AS c8, coalesce(l.p, r.p) AS o1
  FROM (SELECT c1, c2, c3, c4, c5, c6, row_number() OVER (ORDER BY o1 NULLS FIRST) - 1 AS p FROM n1) AS l
  FULL JOIN (SELECT c1, c2, rowid AS p FROM "regions") AS r
  ON l.p = r.p
)
SELECT c1, c2, c3, c4, c5, c6, c7, c8
FROM n2
ORDER BY o1 NULLS FIRST;
