WITH n1 AS NOT MATERIALIZED ( -- tool 3 (Formula) Output
  SELECT c1, c2, c3, c4, c5, c6, (c3 * CAST(c4 AS DOUBLE)) AS c7
  FROM "sales"
)
SELECT c1, c2, c3, c4, c5, c6, c7
FROM n1;
