package explain

// A Mistake is a row of the catalogue: one way to get a signature wrong.
type Mistake struct {
	ID     string // stable: "U1" … as in docs/oauth-mistakes.md
	Axis   Axis
	Text   string // what was done, one sentence in the user's words
	Cure   string // what to do about it
	Marks  Marks
	Likely int // 1 seen often, 2 sometimes, 3 rare

	// variants lists the forms that the mistake can take for one request.
	// Rows that no computation can show have none.
	variants func(*facts) []variant
}

// Marks say how a mistake comes to light.
type Marks uint8

const (
	// Provable mistakes are found by computing the signature they make.
	Provable Marks = 1 << iota
	// Visible mistakes show in the request alone, without the secret.
	Visible
	// Stateful mistakes are known to the server alone, from its clock, its
	// nonces and its keys.
	Stateful
)

// String names the marks.
func (m Marks) String() string {
	s := ""
	for i, name := range []string{"proof", "sight", "server"} {
		if m&(1<<i) != 0 {
			if s != "" {
				s += ", "
			}
			s += name
		}
	}
	return s
}

// variant is one form of a mistake for one request.
type variant struct {
	axis    axis
	what    string // in words, with at most one %q or %s for arg
	arg     string
	apply   func(*recipe)
	spell   *speller // for a spelling of values, and of names if names is set
	names   bool
	mistake *Mistake
}

// idle reports whether v would leave the parameters of r as they are.
func (v *variant) idle(r *recipe) bool {
	if v.spell == nil {
		return false
	}
	for _, p := range r.params.list {
		if v.spell.changes(p.value) || v.names && v.spell.changes(p.name) {
			return false
		}
	}
	return true
}

// Axis is the part of a signature in which a mistake lies.
type Axis string

// The axes, as the catalogue groups them.
const (
	InAddress    Axis = "address"
	InParameters Axis = "parameters"
	InEncoding   Axis = "encoding"
	InMethod     Axis = "method"
	InKey        Axis = "key"
	InOutput     Axis = "digest and output"
	InTime       Axis = "time and nonce"
	OnTheWay     Axis = "on the way"
)

// axis is what the search varies: of one axis a combination holds at most one
// variant. The order is that in which variants are applied.
type axis uint8

const (
	axWhole axis = iota // spelling of all elements, or of the last encoding
	axSplit             // address and parameters at once

	axMethod

	axUser
	axScheme
	axHost
	axPort
	axRoot
	axVersionPath
	axPathSpelling
	axPathCase
	axSlash
	axQuery
	axFragment

	axOwn
	axForm
	axExtra
	axToken
	axProtocol
	axSignature
	axRealm
	axTime
	axText
	axDouble
	axRepeat
	axFlag
	axBody
	axNames
	axValues
	axOrder

	axJoin
	axFourth
	axTail

	axSecret
	axKeyForm
	axKeySpelling
	axHash
	axes
)

// part is an element of the signature: what is rendered apart.
type part uint8

const (
	partWhole part = iota // changes more than one element
	partMethod
	partURL
	partParams
	partJoin
	partKey
	parts
)

func (a axis) part() part {
	switch {
	case a <= axSplit:
		return partWhole
	case a == axMethod:
		return partMethod
	case a <= axFragment:
		return partURL
	case a <= axOrder:
		return partParams
	case a <= axTail:
		return partJoin
	}
	return partKey
}
