// Package record holds what flows between tools: fields, schemas and batches
// of records.
//
// A Schema is the ordered list of fields of a relation. A Batch is a run of
// records of one schema, stored by column. Readers hand out batches and
// writers take them; neither knows where the records come from or go to.
package record

import (
	"context"
	"fmt"
	"strings"
)

// Type is a field type of the workflow language (formula reference, section 2).
type Type uint8

// The field types. The zero value is no type.
const (
	Invalid Type = iota
	Bool
	Byte  // 0 to 255
	Int16 // signed
	Int32
	Int64
	FixedDecimal // decimal text, Size characters in all, Scale after the point
	Float        // 32 bits
	Double       // 64 bits
	String       // fixed width, Latin-1
	WString      // fixed width, UTF-16
	VString      // variable width, Latin-1
	VWString     // variable width, UTF-16
	Date
	Time
	DateTime
	Blob
	SpatialObj
)

// typeNames are the names as they stand in documents and on the wire.
var typeNames = [...]string{
	Invalid: "Unknown", Bool: "Bool", Byte: "Byte", Int16: "Int16", Int32: "Int32", Int64: "Int64",
	FixedDecimal: "FixedDecimal", Float: "Float", Double: "Double",
	String: "String", WString: "WString", VString: "V_String", VWString: "V_WString",
	Date: "Date", Time: "Time", DateTime: "DateTime", Blob: "Blob", SpatialObj: "SpatialObj",
}

// String returns the name used in documents, for example "V_WString".
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// ParseType finds a type by its document name, ignoring case.
// It returns false for a name that is no type.
func ParseType(name string) (Type, bool) {
	for t, n := range typeNames {
		if Type(t) != Invalid && strings.EqualFold(n, name) {
			return Type(t), true
		}
	}
	return Invalid, false
}

// IsString reports whether values are text of one of the four string types.
func (t Type) IsString() bool { return t >= String && t <= VWString }

// IsWide reports whether t is a string type that holds all of Unicode.
func (t Type) IsWide() bool { return t == WString || t == VWString }

// IsInteger reports whether t is Byte, Int16, Int32 or Int64.
func (t Type) IsInteger() bool { return t >= Byte && t <= Int64 }

// IsNumeric reports whether t is an integer, decimal or floating type. Bool is not.
func (t Type) IsNumeric() bool { return t >= Byte && t <= Double }

// IsDate reports whether t is Date, Time or DateTime.
func (t Type) IsDate() bool { return t >= Date && t <= DateTime }

// Field describes one column of a relation.
type Field struct {
	Name string
	Type Type
	// Size is the length in characters of a string type, the total width of a
	// FixedDecimal, and the size in bytes of any other type.
	Size int
	// Scale is the number of decimals of a FixedDecimal, else 0.
	Scale int
	// Source and Description are lineage text that tools pass along.
	Source, Description string
}

// Limits of the string types, in characters.
const (
	MaxFixedSize = 8192
	MaxVString   = 2147483647
	MaxVWString  = 1073741823
)

// FixedSize returns the Size of a type whose size is not free:
// 1, 1, 2, 4, 8, 4, 8, 10, 8, 19. It returns 0 for string, decimal and blob types.
func FixedSize(t Type) int {
	switch t {
	case Bool, Byte:
		return 1
	case Int16:
		return 2
	case Int32, Float:
		return 4
	case Int64, Double, Time:
		return 8
	case Date:
		return 10
	case DateTime:
		return 19
	}
	return 0
}

// New returns a field whose size follows from its type, with size taken only
// for types whose size is free.
func New(name string, t Type, size int) Field {
	if n := FixedSize(t); n > 0 {
		size = n
	}
	return Field{Name: name, Type: t, Size: size}
}

// Schema is the ordered list of the fields of a relation. Names are unique
// ignoring case.
type Schema []Field

// Index returns the position of a field by name, ignoring case, or -1.
func (s Schema) Index(name string) int {
	for i := range s {
		if strings.EqualFold(s[i].Name, name) {
			return i
		}
	}
	return -1
}

// Names lists the field names in order.
func (s Schema) Names() []string {
	names := make([]string, len(s))
	for i := range s {
		names[i] = s[i].Name
	}
	return names
}

// Reader hands out the records of a relation, batch by batch, in order.
type Reader interface {
	// Schema is fixed for the life of the reader.
	Schema() Schema
	// Next returns the next batch, or io.EOF after the last. The batch is the
	// caller's until the next call of Next or Close.
	Next(ctx context.Context) (*Batch, error)
	Close() error
}

// Writer takes the records of a relation, batch by batch, in order. What was
// written is complete only when Close returned nil.
type Writer interface {
	Write(ctx context.Context, b *Batch) error
	Close() error
}
