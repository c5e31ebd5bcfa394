WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE ((c3 > 100e0) AND (NOT CASE WHEN c2 = 'North' THEN true WHEN strlen(c2) = 5 THEN lower(c2) = 'north' ELSE false END))
),
n2 AS NOT MATERIALIZED (
  SELECT *, CAST(row_number() OVER () AS INTEGER) AS c7
  FROM n1
)
SELECT c1, c2, c3, c4, c5, c6, c7
FROM n2;
