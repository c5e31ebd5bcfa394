package fn

import (
	"errors"
	"math"
	"testing"

	"kickoff/record"
)

// TestAssign is the table of assignment conversions of the formula reference,
// section 2. In a result, ! marks an error and ? a warning.
func TestAssign(t *testing.T) {
	text := func(s string) Value { return Text(s) }
	field := func(t record.Type, size, scale int) record.Field {
		return record.Field{Name: "f", Type: t, Size: size, Scale: scale}
	}
	of := func(t record.Type) record.Field { return record.New("f", t, 0) }
	day, at, clock := Date(18321), DateTime(1582934400000000+3723000000), Time(3723500000)
	for _, c := range []struct {
		v    Value
		to   record.Field
		want string
	}{
		{Float(2.5), of(record.Int32), "3"}, {Float(-2.5), of(record.Int32), "-3"}, {Float(2.4), of(record.Byte), "2"}, {Float(256), of(record.Byte), "Null!"},
		{Float(-1), of(record.Byte), "Null!"}, {Int(255), of(record.Byte), "255"}, {Int(40000), of(record.Int16), "Null!"}, {Float(1e19), of(record.Int64), "Null!"},
		{Float(9223372036854775807), of(record.Int64), "Null!"}, {Int(math.MaxInt64), of(record.Int64), "9223372036854775807"}, {Float(math.NaN()), of(record.Int32), "Null!"},
		{Bool(true), of(record.Int16), "1"}, {Bool(true), of(record.Double), "1"}, {Decimal("2.50"), of(record.Int32), "2?"}, {Decimal("-100.00"), of(record.Int32), "-100"},
		{Float(0.1), of(record.Bool), "True"}, {Float(0), of(record.Bool), "False"}, {text("0"), of(record.Bool), "False"}, {text("2x"), of(record.Bool), "True"},
		{text("true"), of(record.Bool), "True"}, {text("yes"), of(record.Bool), "False"}, {text(""), of(record.Bool), "False"},
		{text("12"), of(record.Int32), "12"}, {text(" -12 "), of(record.Int32), "-12"}, {text("3.7"), of(record.Int32), "3?"}, {text("1,234"), of(record.Int32), "1?"},
		{text("0x1F"), of(record.Int32), "31"}, {text("0x"), of(record.Int32), "0?"}, {text("+5"), of(record.Int32), "5"}, {text("-"), of(record.Int32), "Null!"}, {text("\u00a05"), of(record.Int32), "Null!"},
		{text(""), of(record.Int32), "Null"}, {text("x"), of(record.Int32), "Null!"}, {text("99999999999"), of(record.Int32), "Null!"}, {text("99999999999999999999"), of(record.Int64), "Null!"},
		{text("1.5e2"), of(record.Double), "150"}, {text("12abc"), of(record.Double), "12?"}, {text(" "), of(record.Double), "Null"}, {text("abc"), of(record.Double), "Null!"},
		{text("nan"), of(record.Double), "Null!"}, {text("1d2"), of(record.Double), "100"}, {text("1D"), of(record.Double), "1?"}, {text("\u00a05"), of(record.Double), "Null!"}, {text("1e999"), of(record.Double), "Null!"}, {text("1e39"), of(record.Float), "Null!"}, {Float(0.1), of(record.Float), "0.100000001490116"},
		{Int(1 << 53), of(record.Double), "9.00719925474099e+15"}, {Int(1<<53 + 1), of(record.Double), "9.00719925474099e+15?"}, {Int(1<<24 + 1), of(record.Float), "16777216?"},
		{text("1.239"), field(record.FixedDecimal, 10, 2), "1.24?"}, {text("1.2"), field(record.FixedDecimal, 10, 2), "1.20"}, {text("123456"), field(record.FixedDecimal, 5, 0), "Null!"},
		{text("-0.001"), field(record.FixedDecimal, 5, 2), "0.00?"}, {text("x"), field(record.FixedDecimal, 5, 2), "Null!"}, {text("1e2"), field(record.FixedDecimal, 6, 2), "Null!"},
		{text("9.995"), field(record.FixedDecimal, 10, 2), "10.00?"}, {text("-99.5"), field(record.FixedDecimal, 10, 0), "-100?"}, {text("1.234"), field(record.FixedDecimal, 10, 2), "1.23?"},
		{text("1,234.5"), field(record.FixedDecimal, 10, 2), "Null!"}, {text(" 1"), field(record.FixedDecimal, 10, 2), "Null!"}, {text("5."), field(record.FixedDecimal, 10, 2), "Null!"},
		{text("-.5"), field(record.FixedDecimal, 10, 2), "-0.50"}, {text("+7"), field(record.FixedDecimal, 10, 2), "7.00"}, {text("."), field(record.FixedDecimal, 10, 2), "Null!"}, {text("-"), field(record.FixedDecimal, 10, 2), "Null!"},
		{Float(1.005), field(record.FixedDecimal, 10, 2), "1.00"}, {Float(0.125), field(record.FixedDecimal, 10, 2), "0.13"}, {Float(1e10), field(record.FixedDecimal, 5, 1), "Null!"},
		{Int(7), field(record.FixedDecimal, 10, 3), "7.000"}, {Decimal("1.239"), field(record.FixedDecimal, 10, 2), "1.24?"}, {text(""), field(record.FixedDecimal, 5, 2), "Null"},
		{Int(7), of(record.VWString), "7"}, {Float(7), of(record.VWString), "7"}, {Float(1.5e-5), of(record.VWString), "0.000015"}, {Bool(true), of(record.VWString), "True"}, {Decimal("1.50"), of(record.VWString), "1.50"},
		{text("abcdef"), field(record.VWString, 3, 0), "abc?"}, {text("äöü"), field(record.VWString, 3, 0), "äöü"}, {text("a€"), field(record.VString, 5, 0), "a??"}, {text("aé"), field(record.VString, 5, 0), "aé"},
		{day, of(record.VWString), "2020-02-29"}, {at, of(record.VWString), "2020-02-29 01:02:03"}, {clock, of(record.VWString), "01:02:03.5"},
		{text("2020-02-29"), of(record.Date), "2020-02-29"}, {text("2020-02-29 10:00:00"), of(record.Date), "2020-02-29"}, {text("2020-02-30"), of(record.Date), "Null!"},
		{text("2020-02-29x"), of(record.Date), "2020-02-29"}, {text("29/02/2020"), of(record.Date), "Null!"}, {text(""), of(record.Date), "Null"},
		{text("2020-02-29"), of(record.DateTime), "2020-02-29 00:00:00"}, {text("2020-02-29 10:11:12.25"), of(record.DateTime), "2020-02-29 10:11:12.25"},
		{text("2020-02-29 10:11:12 UTC"), of(record.DateTime), "2020-02-29 10:11:12"}, {text("2020-02-29 25:00:00"), of(record.DateTime), "Null!"},
		{text("10:11:12"), of(record.Time), "10:11:12"}, {text("10:11"), of(record.Time), "Null!"}, {text("10:11:12"), of(record.Date), "Null!"}, {text("1399-12-31"), of(record.Date), "Null!"},
		{day, of(record.DateTime), "2020-02-29 00:00:00"}, {at, of(record.Date), "2020-02-29"}, {at, of(record.Time), "01:02:03"}, {clock, of(record.Date), "Null!"},
		{Float(43890.5), of(record.DateTime), "2020-02-29 12:00:00"}, {Float(43890.5), of(record.Date), "2020-02-29"}, {Float(43890.5), of(record.Time), "12:00:00"}, {Float(-1), of(record.DateTime), "Null!"}, {Int(1), of(record.DateTime), "Null!"},
		{Object(record.Blob, "x"), of(record.Blob), "x"}, {text("x"), of(record.Blob), "Null!"}, {Value{}, of(record.Int32), "Null"},
	} {
		v, err := Assign(c.v, c.to)
		got := "Null"
		if !v.IsNull() {
			got = v.Text()
		}
		var conv *Conversion
		switch {
		case err == nil:
		case !errors.As(err, &conv):
			t.Errorf("%s into %s: an error that is no conversion: %v", c.v.Text(), c.to.Type, err)
		case conv.Warning:
			got += "?"
		default:
			got += "!"
		}
		if got != c.want {
			t.Errorf("%s %q into %s %d.%d = %s (%v), want %s", c.v.Type(), c.v.Text(), c.to.Type, c.to.Size, c.to.Scale, got, err, c.want)
		}
	}
}

func TestNumberText(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", -1.5: "-1.5", 0.1: "0.1", 123456789.123: "123456789.123", 0.0123: "0.0123", 1.5e-5: "0.000015", -1e-10: "-0.0000000001",
		0.1 + 0.2: "0.3", 1.0 / 3: "0.333333333333333", -2.0 / 3: "-0.666666666666667", 1.0 / 30: "3.33333333333333e-02", 1.0 / 3e10: "3.33333333333333e-11", 0.012345678901234: "1.2345678901234e-02", 0.01234567890123: "0.01234567890123",
		100.0 / 3: "33.3333333333333", 1e14 + 0.7: "100000000000001", 999999999999999: "999999999999999", 999999999999999.9: "1.e+15", 1e15: "1.e+15", 1.25e20: "1.25e+20", 12345678901234567: "1.23456789012346e+16",
		9.995: "9.995", 1e-14: "0.00000000000001", 1e-15: "1.e-15", 1.23e-100: "1.23e-100", math.MaxFloat64: "1.79769313486232e+308", math.Inf(1): "inf", math.Inf(-1): "-inf", math.NaN(): "nan",
	} {
		if got := NumberText(f); got != want {
			t.Errorf("NumberText(%g) = %s, want %s", f, got, want)
		}
	}
}

func BenchmarkNumberText(b *testing.B) {
	for _, f := range []float64{42, 1234567.891, 1.0 / 3} {
		b.Run(NumberText(f), func(b *testing.B) {
			for b.Loop() {
				NumberText(f)
			}
		})
	}
}

func TestFixedText(t *testing.T) {
	for _, c := range []struct {
		f    float64
		d    int
		want string
	}{
		{0.5, 0, "1"}, {1.5, 0, "2"}, {2.5, 0, "3"}, {-0.5, 0, "-1"}, {0.125, 2, "0.13"}, {0.375, 2, "0.38"}, {1.005, 2, "1.00"},
		{74.876925, 5, "74.87692"}, {1e20, 1, "100000000000000000000.0"}, {-0.0001, 2, "0.00"}, {999.5, 0, "1000"}, {4503599627370495.5, 0, "4503599627370496"},
	} {
		if got := FixedText(c.f, c.d); got != c.want {
			t.Errorf("FixedText(%v, %d) = %s, want %s", c.f, c.d, got, c.want)
		}
	}
}
