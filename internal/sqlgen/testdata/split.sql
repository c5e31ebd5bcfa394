WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, unnest(string_split(translate(c6, ';', ','), ',')) AS c6
  FROM "sales"
)
SELECT c1, c2, c3, c4, c5, c6
FROM n1;
