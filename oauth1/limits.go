package oauth1

import (
	"errors"
	"math"
)

// Limits bound what is parsed before a signature has proved anything. Sizes
// are bytes as sent.
type Limits struct {
	Query      int // whole query
	Header     int // Authorization header
	Form       int // form body
	Parameters int // names and values, all places together
	Value      int // one name or one value
}

// DefaultLimits are wide for galleries, whose longest signed queries are some
// hundred bytes, and narrow for someone who wants to keep a server busy.
var DefaultLimits = Limits{Query: 8 << 10, Header: 8 << 10, Form: 64 << 10, Parameters: 256, Value: 4 << 10}

var unlimited = Limits{Query: math.MaxInt32 / 8, Header: math.MaxInt32 / 8, Form: math.MaxInt32 / 8, Parameters: math.MaxInt32, Value: math.MaxInt32}

var errTooLarge = errors.New("query, header, form or one of their parameters is over the size limit")
