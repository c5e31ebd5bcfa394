// Package fn holds the functions of the expression language in Go, one
// implementation for the interpreter and for the engine's user functions, and
// the conversions that assigning a value to a field makes.
//
// A Library is made for one run. Its functions take and give Values, keep no
// state but the library's and may be called from several goroutines.
package fn

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"kickoff/expr"
)

// Options are what functions know of the world. The zero value knows no files,
// no environment and the time of the call of New.
type Options struct {
	// Now is what DateTimeNow and its relatives say, for the whole run.
	Now time.Time
	// Zone is the machine's zone for DateTimeNow, DateTimeToLocal and
	// DateTimeToUTC; nil is time.Local.
	Zone *time.Location
	// Seed makes Rand, RandInt and UuidCreate repeat themselves; 0 does not.
	Seed int64
	// RegexTimeout bounds one match of a backtracking pattern; 0 is 2 s.
	RegexTimeout time.Duration
	// FileExists answers the function of that name; nil finds no file.
	FileExists func(path string) bool
	// Getenv gives the variables that workflows may see; nil hides all.
	Getenv func(name string) (string, bool)
	// Message takes what the function Message says: kind 1 is a message, 2 a
	// warning, 3 an error, 5 a conversion error.
	Message func(kind int, text string)
}

// Library holds the functions for one run.
type Library struct {
	opt     Options
	now     int64 // microseconds since 1970 on the clock of the zone
	regexes regexCache
	mu      sync.Mutex
	rand    *rand.Rand
}

// New returns the library of a run.
func New(opt Options) *Library {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	if opt.Zone == nil {
		opt.Zone = time.Local
	}
	if opt.RegexTimeout == 0 {
		opt.RegexTimeout = 2 * time.Second
	}
	seed := uint64(opt.Seed)
	if seed == 0 {
		seed = rand.Uint64()
	}
	l := &Library{opt: opt, rand: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))}
	l.now = wallClock(opt.Now.In(opt.Zone))
	return l
}

// Func is a function ready to be called. The arguments are as many as
// expr.Function allows and of the kinds it says. An error that is a *Conversion
// is to be reported, and the value stands; any other ends the evaluation.
type Func struct {
	Name string
	Call func(args []Value) (Value, error)
}

// implementation is a row of the table of functions.
type implementation struct {
	name string
	// nulls says that the function sees Null arguments; where it does not, a
	// Null among them makes the result Null.
	nulls bool
	call  func(l *Library, args []Value) (Value, error)
}

// Lookup returns the function of a name of expr.Functions, ignoring case.
func (l *Library) Lookup(name string) (Func, bool) {
	if f, ok := expr.Lookup(name); ok {
		name = f.Name
	}
	i, ok := slices.BinarySearchFunc(implementations, strings.ToLower(name), func(im implementation, key string) int {
		return strings.Compare(strings.ToLower(im.name), key)
	})
	if !ok {
		return Func{}, false
	}
	return l.bind(implementations[i]), true
}

// Funcs returns all functions, by name.
func (l *Library) Funcs() []Func {
	all := make([]Func, len(implementations))
	for i, im := range implementations {
		all[i] = l.bind(im)
	}
	return all
}

func (l *Library) bind(im implementation) Func {
	if im.nulls {
		return Func{im.name, func(args []Value) (Value, error) { return im.call(l, args) }}
	}
	return Func{im.name, func(args []Value) (Value, error) {
		for i := range args {
			if args[i].IsNull() {
				return Value{}, nil
			}
		}
		return im.call(l, args)
	}}
}

// flag reads a switch given as 0, 1, "true" or "false"; Null and a missing
// argument are the default.
func flag(args []Value, i int, def bool) bool {
	if i >= len(args) || args[i].IsNull() {
		return def
	}
	v := args[i]
	if v.IsNumber() {
		return v.IsTrue()
	}
	s := strings.TrimSpace(v.Text())
	return s != "" && s != "0" && !strings.EqualFold(s, "false")
}
