WITH n1 AS NOT MATERIALIZED (
  SELECT c1, c2, c3, c4, c5, c6, CASE WHEN v7 <= (-2147483648.5e0) OR v7 >= 2147483647.5e0 THEN kickoff_to_integer(0, v7) ELSE CAST(round(v7) AS INTEGER) END AS c7
  FROM (SELECT *, (c3 / 3e0) AS v7 FROM "sales")
)
SELECT c1, c2, c3, c4, c5, c6, c7
FROM n1;
