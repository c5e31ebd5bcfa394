WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE ((c3 > 100e0) AND (lower(c2) IS DISTINCT FROM 'north'))
)
SELECT c1, c2, c3, c4, c5, c6
FROM n1;
