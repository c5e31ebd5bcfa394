WITH n1 AS NOT MATERIALIZED (
  SELECT *, rowid AS o1
  FROM "sales"
  WHERE ((c3 > 100e0) AND (c2 IS DISTINCT FROM 'North'))
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note"
FROM n1
ORDER BY c3 DESC NULLS LAST, kickoff_dictionary(c2) NULLS FIRST, o1 NULLS FIRST;
