WITH n1 AS NOT MATERIALIZED (
  SELECT *
  FROM "sales"
  WHERE ((c3 > 100e0) AND (c2 IS DISTINCT FROM 'North'))
),
n2 AS NOT MATERIALIZED (
  SELECT *, CAST(row_number() OVER () AS INTEGER) AS c7
  FROM n1
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note", c7 AS "RecordID"
FROM n2;
