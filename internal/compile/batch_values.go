package compile

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"kickoff/internal/fn"
	"kickoff/internal/plan"
	"kickoff/record"
)

// records reads all records of a relation.
func (b *builder) records(n plan.Node) (*record.Batch, error) {
	r, err := b.session.Read(b.ctx, n)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return record.ReadAll(b.ctx, r, 0)
}

// convert makes a value of one field one of another, where both are of a kind. It is
// not exact where the other field can have no such value.
func convert(v any, from, to record.Field) (as any, exact, ok bool) {
	switch {
	case v == nil, from.Type.IsString() && to.Type.IsString(), from.Type == to.Type && to.Type != record.FixedDecimal:
		return v, true, true
	case !from.Type.IsNumeric() || !to.Type.IsNumeric():
		return nil, false, false
	case to.Type == record.FixedDecimal:
		n, isNumber := new(big.Rat).SetString(fmt.Sprint(v))
		if !isNumber { // a Double that is none
			return nil, false, true
		}
		decimal := n.FloatString(to.Scale)
		cut, _ := new(big.Rat).SetString(decimal)
		whole, _, _ := strings.Cut(strings.TrimLeft(decimal, "-0"), ".")
		return decimal, n.Cmp(cut) == 0 && len(whole) <= to.Size-to.Scale, true
	}
	var n float64
	switch v := v.(type) {
	case int64:
		n = float64(v)
	case float64:
		n = v
	case string: // FixedDecimal
		var err error
		if n, err = strconv.ParseFloat(v, 64); err != nil {
			return nil, false, true
		}
	}
	if !to.Type.IsInteger() {
		return n, true, true
	}
	whole, isWhole := v.(int64)
	if !isWhole {
		whole = int64(n)
		isWhole = n == float64(whole) && n < math.MaxInt64 // whose nearest Double is beyond it
	}
	low, high := fn.IntRange(to.Type)
	return whole, isWhole && whole >= low && whole <= high, true
}

// text writes a value as control parameters take it; Null is empty.
func text(b *record.Batch, row, col int) string {
	switch v := b.Value(row, col).(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "True"
		}
		return "False"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int64:
		switch b.Schema[col].Type {
		case record.Date:
			return record.FormatDate(v)
		case record.Time:
			return record.FormatTime(v)
		case record.DateTime:
			return record.FormatDateTime(v)
		}
		return strconv.FormatInt(v, 10)
	case []byte:
		return string(v)
	}
	return ""
}
