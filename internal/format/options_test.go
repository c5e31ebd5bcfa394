package format

import (
	"errors"
	"testing"
)

// TestNeutralOptions: what changes no record is passed over whatever the format;
// anything else that is not known and not switched off is an error.
func TestNeutralOptions(t *testing.T) {
	for name, decode := range map[string]func(Options) error{
		"csv":       func(o Options) error { _, err := DecodeCSV(o); return err },
		"csv write": func(o Options) error { _, err := DecodeCSVWrite(o); return err },
		"xlsx":      func(o Options) error { _, err := DecodeXLSX(o); return err },
		"xml":       func(o Options) error { _, err := DecodeXML(o); return err },
	} {
		if err := decode(Options{"UNCLocal": "True", "NoProgress": "True", "Later": "False"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var unknown *OptionError
		if err := decode(Options{"Later": "True"}); !errors.As(err, &unknown) || unknown.Option != "Later" {
			t.Errorf("%s: %v for an option that is not known", name, err)
		}
	}
}
