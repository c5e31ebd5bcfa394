WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, unnest(string_split(translate(c6, ';', ','), ',')) AS c6
  FROM "sales"
)
SELECT c1 AS "Order ID", c2 AS "Region", c3 AS "Amount", c4 AS "Units", c5 AS "Day", c6 AS "Note"
FROM n1;
