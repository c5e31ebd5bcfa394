WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE ((c3 > 100e0) AND (c2 IS DISTINCT FROM 'North'))
),
n2 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6 FROM n1
  UNION ALL
  (SELECT c1, c2, c3, c4, c5, c6 FROM "sales" ORDER BY c1 NULLS FIRST, rowid NULLS FIRST)
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note"
FROM n2;
