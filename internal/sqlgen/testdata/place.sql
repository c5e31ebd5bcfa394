WITH n1 AS NOT MATERIALIZED (
  SELECT *, rowid AS o1, CAST(rowid + 1 AS INTEGER) AS c7
  FROM "sales"
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note", c7 AS "RecordID"
FROM n1
ORDER BY o1 NULLS FIRST;
