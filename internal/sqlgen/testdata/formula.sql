-- tool 3 (Formula) Output
WITH n1 AS NOT MATERIALIZED ( -- tool 3 (Formula) Output
  SELECT c1, c2, c3, c4, c5, c6, (c3 * CAST(c4 AS DOUBLE)) AS c7
  FROM "sales"
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note", c7 AS "Total"
FROM n1;
