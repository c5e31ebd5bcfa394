package expr

import (
	"fmt"

	"kickoff/record"
)

// CheckAssign tells whether values of n can be put into field f. Number and
// text do not mix in the product, but workflows exist that put a number into a
// text field, which some versions convert: so it is here, with the warning returned.
func CheckAssign(n Node, f record.Field) (warning string, err error) {
	from, to := KindOf(n.Type()), KindOf(f.Type)
	switch {
	case from == KindNull || from == to && (from != KindObject || n.Type() == f.Type):
		return "", nil
	case from == KindNumber && f.Type.IsString():
		return fmt.Sprintf("a number (%s) is written as text into the field %q (%s); say so with ToString", n.Type(), f.Name, f.Type), nil
	case from == KindNumber && to == KindText:
		return "", errorf(n, "a number (%s) does not go into the field %q (%s); use ToDate or ToDateTime", n.Type(), f.Name, f.Type)
	case from == KindText && to == KindNumber:
		return "", errorf(n, "text (%s) does not go into the field %q (%s); use ToNumber", n.Type(), f.Name, f.Type)
	}
	return "", errorf(n, "a value of type %s does not go into the field %q (%s)", n.Type(), f.Name, f.Type)
}
