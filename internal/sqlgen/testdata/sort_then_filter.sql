WITH n1 AS NOT MATERIALIZED (
  SELECT *, c3 AS o1, rowid AS o2
  FROM "sales"
  WHERE (c6 IS NULL)
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note"
FROM n1
ORDER BY o1 NULLS FIRST, o2 NULLS FIRST;
