WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  LIMIT 10
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note"
FROM n1;
