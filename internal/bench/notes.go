package main

const (
	counting = "the records that pass each tool are counted for the job's log, which the SQL by hand does not do: one more step of a batch for each Filter. It shows where the rest is cheap."
	running  = "a Null makes all later sums of its group Null, so each group is asked for its first Null besides."
	parsing  = "one core parses the file, by the rules of the product, while the other hands the records on; DuckDB's own reader parses on both."
)

// notes say why a workflow takes longer or more memory than the SQL written by
// hand, by the row's name. A row shows its note only when it misses its aim.
var notes = map[string]string{
	"five formulas": "each result is checked against its field: a whole number against the range of Int32, a text against what V_String can hold. " +
		"A value that does not fit is reported as a conversion error, where SQL by hand fails or does not notice.",
	"cross tab":                     "the headers are part of the result, so the document is compiled while the data is there: cells are aggregated into a table, headers are read, records are laid out in Go; by hand the 100 headers stand in the text of the query.",
	"multi-row running":             running,
	"text to columns to rows":       "a Null is to stay one record with a Null, which costs a test of each text.",
	"union of four":                 counting,
	"filter formula summarize sort": counting,
	"read csv":                      parsing,
	"read yxdb":                     parsing,
}
