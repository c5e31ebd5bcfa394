WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6, CAST(((CAST(c4 AS BIGINT) * 2::BIGINT) + 1::BIGINT) AS INTEGER) AS c7
  FROM "sales"
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note", c7 AS "More"
FROM n1;
