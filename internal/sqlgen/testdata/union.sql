WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE ((c3 > 100e0) AND (NOT CASE WHEN c2 = 'North' THEN true WHEN strlen(c2) = 5 THEN lower(c2) = 'north' ELSE false END))
),
n2 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6 FROM n1
  UNION ALL
  (SELECT c1, c2, c3, c4, c5, c6 FROM "sales" ORDER BY c1 NULLS FIRST, rowid NULLS FIRST)
)
SELECT c1, c2, c3, c4, c5, c6
FROM n2;
