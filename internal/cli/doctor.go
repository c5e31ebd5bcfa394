package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"kickoff/gallery"
	"kickoff/internal/doctor"
	"kickoff/internal/profile"
)

func newDoctorCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor [URL]",
		Short: "Say in one line each what is well between here and a gallery, and what is not",
		Long: `Look at the profile's gallery, or at the one at URL, from outside: name,
connection, TLS, redirects, which API it speaks, clock, and whether key and
secret are taken. Each line says ok, or what is wrong and the cure.

At a URL that is not the profile's, key and secret are not tried.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			address := ""
			if len(args) == 1 {
				address = args[0]
			}
			return a.doctor(cmd.Context(), address)
		},
	}
}

func (a *app) doctor(ctx context.Context, address string) error {
	p, err := a.patient(address)
	if err != nil {
		return err
	}
	findings := []doctor.Finding{}
	well := doctor.Examine(ctx, p, func(f doctor.Finding) {
		findings = append(findings, f)
		if a.json {
			return
		}
		fmt.Fprintf(a.Out, "%-7s %-10s %s\n", f.Outcome, f.Check, printable(f.Text))
		if f.Cure != "" {
			fmt.Fprintf(a.Out, "%-7s %-10s cure: %s\n", "", "", printable(f.Cure))
		}
	})
	if a.json {
		if err := a.writeJSON(findings); err != nil {
			return err
		}
	}
	if !well {
		return fmt.Errorf("%s cannot be used as things are", p.Base)
	}
	return nil
}

// patient is the gallery to look at, with credentials where they belong to it.
func (a *app) patient(address string) (doctor.Patient, error) {
	p := doctor.Patient{Transport: a.Transport, Now: a.Now}
	c, err := a.connection()
	if address == "" {
		if err != nil {
			return p, err
		}
		address = c.URL
	}
	if p.Base, err = gallery.ParseBase(address); err != nil {
		return p, usageError("write it like https://host/gallery", "%w", err)
	}
	if c.Secret == "" || c.URL != p.Base.String() {
		return p, nil
	}
	p.Auth, p.Key, p.Secret = string(c.Auth), c.Key, c.Secret
	if c.Auth == profile.OAuth2 && plainText(c.URL) {
		return p, nil // the secret is not sent in the open, not even to try it
	}
	p.Try = func(ctx context.Context) error { return a.tryOut(ctx, c) }
	return p, nil
}
