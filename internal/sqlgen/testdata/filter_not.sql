WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE NOT coalesce((c3 > 100e0), false)
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note"
FROM n1;
