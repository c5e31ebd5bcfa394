WITH n1 AS NOT MATERIALIZED (
  SELECT c2 AS c1, TRY_CAST(sum(c4) AS BIGINT) AS c2, arg_min_null(c6, rowid) AS c3, string_agg(c6, ', ' ORDER BY rowid NULLS FIRST) AS c4
  FROM "sales"
  GROUP BY c2
)
SELECT c1, c2, c3, c4
FROM n1
ORDER BY c1 NULLS FIRST;
