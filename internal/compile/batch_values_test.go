package compile

import (
	"testing"

	"kickoff/record"
)

// TestConvert: what DuckDB would refuse as a value of the other type, and the plain
// engine would not, is none.
func TestConvert(t *testing.T) {
	decimal := record.Field{Type: record.FixedDecimal, Size: 5, Scale: 2}
	for _, c := range []struct {
		v        any
		from, to record.Field
		want     any
		exact    bool
	}{
		{int64(255), record.New("", record.Int32, 0), record.New("", record.Byte, 0), int64(255), true},
		{int64(300), record.New("", record.Int32, 0), record.New("", record.Byte, 0), int64(300), false},
		{int64(-1), record.New("", record.Int64, 0), record.New("", record.Byte, 0), int64(-1), false},
		{-32769.0, record.New("", record.Double, 0), record.New("", record.Int16, 0), int64(-32769), false},
		{int64(1<<62 + 1), record.New("", record.Int64, 0), record.New("", record.Int64, 0), int64(1<<62 + 1), true},
		{"3.00", decimal, record.New("", record.Int32, 0), int64(3), true},
		{int64(-999), record.New("", record.Int64, 0), decimal, "-999.00", true},
		{int64(1000), record.New("", record.Int64, 0), decimal, "1000.00", false},
		{0.125, record.New("", record.Double, 0), decimal, "0.13", false},
	} {
		got, exact, ok := convert(c.v, c.from, c.to)
		if got != c.want || exact != c.exact || !ok {
			t.Errorf("%v as %s: %v, %v, %v", c.v, c.to.Type, got, exact, ok)
		}
	}
}
