WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6, unnest(['Amount', 'Units']) AS c7, unnest([c3, CAST(c4 AS DOUBLE)]) AS c8, rowid AS o1, generate_subscripts(['Amount', 'Units'], 1) AS o2
  FROM "sales"
)
SELECT c1, c2, c3, c4, c5, c6, c7, c8
FROM n1
ORDER BY c7 NULLS FIRST, o1 NULLS FIRST, o2 NULLS FIRST;
