package format

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/record"
)

func TestInferColumn(t *testing.T) {
	for _, c := range []struct {
		values string // separated by |
		typ    record.Type
		size   int
	}{
		{"", record.VWString, record.MaxVWString}, {"||", record.VWString, record.MaxVWString},
		{"0|255|", record.Byte, 1}, {"0|256", record.Int16, 2}, {"-1|5", record.Int16, 2}, {"-32769", record.Int32, 4},
		{"2147483648", record.Int64, 8}, {"-9223372036854775808", record.Int64, 8}, {"9223372036854775808", record.String, 19},
		{"007|1", record.String, 3}, {"0|-0", record.Byte, 1}, {"+5", record.String, 2}, {"-", record.String, 1}, {"1 ", record.String, 2},
		{"1|2.5", record.Double, 8}, {".5", record.Double, 8}, {"-0.25|3", record.Double, 8}, {"1e5|2E-3", record.Double, 8}, {"00.5", record.String, 4},
		{"0.123456789012345", record.Double, 8}, {"0.1234567890123456", record.String, 18}, {"1e999", record.String, 5},
		{"inf", record.String, 3}, {"0x10", record.String, 4}, {"1_0", record.String, 3}, {"1,5", record.String, 3}, {".", record.String, 1},
		{"2024-02-29|2023-01-01", record.Date, 10}, {"2023-02-29", record.String, 10}, {"0001-01-01", record.String, 10},
		{"2024-02-29 23:59:59", record.DateTime, 19}, {"2024-02-29 24:00:00", record.String, 19}, {"2024-02-29T10:00:00", record.String, 19},
		{"2024-02-29|2024-02-29 10:00:00", record.String, 19}, {"12:30:00|00:00:00", record.Time, 8}, {"12:60:00", record.String, 8},
		{"True|False", record.Bool, 1}, {"TRUE|false", record.Bool, 1}, {"True|1", record.String, 4}, {"Yes", record.String, 3},
		{"abc|de", record.String, 3}, {"a|a rather long text", record.VString, 18}, {"café", record.String, 4},
		{"日本", record.WString, 2}, {"日|a rather long text", record.VWString, 18}, {strings.Repeat("x", 256), record.VString, 256},
		{"12|x", record.String, 2},
	} {
		got := InferColumn(strings.Split(c.values, "|"), nil)
		if d := cmp.Diff(record.Field{Type: c.typ, Size: c.size}, got); d != "" {
			t.Errorf("%s: %s", c.values, d)
		}
	}
	if got := InferColumn([]string{"x", "5"}, []bool{true, false}); got.Type != record.Byte {
		t.Errorf("a Null decided the type: %v", got)
	}
}
