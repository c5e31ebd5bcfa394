WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE NOT coalesce((c3 > 100e0), false)
)
SELECT c1, c2, c3, c4, c5, c6
FROM n1;
