package yxdb

import "kickoff/record"

// layout is where the fields of a classic record stand in its fixed part.
type layout struct {
	schema record.Schema
	start  []int
	fixed  int  // bytes of the fixed part
	vars   bool // a part of variable length follows
}

func newLayout(s record.Schema) layout {
	l := layout{schema: s, start: make([]int, len(s))}
	for i, f := range s {
		l.start[i] = l.fixed
		l.fixed += width(f)
		l.vars = l.vars || isVar(f.Type)
	}
	return l
}

// width is the room of a field in the fixed part, its null flag included.
func width(f record.Field) int {
	switch f.Type {
	case record.Bool:
		return 1
	case record.Byte:
		return 2
	case record.Int16:
		return 3
	case record.Int32, record.Float:
		return 5
	case record.Int64, record.Double:
		return 9
	case record.WString:
		return 2*f.Size + 1
	case record.String, record.FixedDecimal, record.Date, record.Time, record.DateTime:
		return f.Size + 1
	}
	return 4
}

// isVar reports the types whose values stand in the variable part.
func isVar(t record.Type) bool {
	return t == record.VString || t == record.VWString || t == record.Blob || t == record.SpatialObj
}
