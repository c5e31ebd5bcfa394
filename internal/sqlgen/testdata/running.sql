WITH n1 AS NOT MATERIALIZED (
  SELECT *, rowid AS o1, TRY_CAST(sum(coalesce(c3, 0)) OVER (PARTITION BY c2 ORDER BY rowid NULLS FIRST ROWS UNBOUNDED PRECEDING) AS DOUBLE) AS c7
  FROM "sales"
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note", c7 AS "Sum"
FROM n1
ORDER BY o1 NULLS FIRST;
