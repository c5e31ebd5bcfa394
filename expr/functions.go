package expr

import (
	"slices"
	"strings"
)

// categories are the parts of the function table, in the order in which the
// documentation shows them.
var categories = [...]struct {
	name string
	rows []Function
}{
	{"Bitwise", bitwiseFunctions},
	{"Conditional", conditionalFunctions},
	{"Conversion", conversionFunctions},
	{"DateTime", dateTimeFunctions},
	{"File", fileFunctions},
	{"Finance", financeFunctions},
	{"Math", mathFunctions},
	{"MinMax", minMaxFunctions},
	{"Spatial", spatialFunctions},
	{"Specialized", specializedFunctions},
	{"String", stringFunctions},
	{"Test", testFunctions},
}

// table is the function table: all categories, by name.
var table = buildTable()

func buildTable() []*Function {
	var all []*Function
	for _, c := range categories {
		for _, f := range c.rows {
			f.Category = c.name
			all = append(all, &f)
		}
	}
	slices.SortFunc(all, func(a, b *Function) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all
}

// aliases are other spellings that calls may use.
var aliases = map[string]string{
	"binaryshiftleft":  "ShiftLeft",
	"binaryshiftright": "ShiftRight",
	"rand_int":         "RandInt",
}

// Functions returns the function table, sorted by name. It must not be changed.
func Functions() []*Function { return table }

// Lookup finds a function by name, ignoring case.
func Lookup(name string) (*Function, bool) {
	key := strings.ToLower(name)
	if a, ok := aliases[key]; ok {
		key = strings.ToLower(a)
	}
	i, ok := slices.BinarySearchFunc(table, key, func(f *Function, key string) int {
		return strings.Compare(strings.ToLower(f.Name), key)
	})
	if !ok {
		return nil, false
	}
	return table[i], true
}
