package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

func newPackageCmd(a *app) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "package NAME|ID",
		Short: "Download a workflow's package (.yxzp)",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.fetchPackage(cmd.Context(), args[0], out)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "`file` to write (-: standard output; default: the server's name for it)")
	return cmd
}

func (a *app) fetchPackage(ctx context.Context, ref, out string) error {
	if out == "-" && a.json {
		return usageError("", "--json and --out - both want standard output")
	}
	c, err := a.gallery()
	if err != nil {
		return err
	}
	id, name, err := find(ctx, c, ref)
	if err != nil {
		return err
	}
	d, err := c.Package(ctx, id)
	if err != nil {
		return err
	}
	defer d.Close()
	if out == "-" {
		if _, err := io.Copy(a.Out, d); err != nil {
			return fmt.Errorf("the package broke off: %w", err)
		}
		return nil
	}
	if out == "" {
		out = packageName(d.Name, name, id)
	}
	body, done := a.watch(d, out, d.Size)
	n, err := writeFile(out, body)
	done()
	if err != nil {
		return err
	}
	return a.writeFiles([]file{{Path: out, Bytes: n}})
}

func packageName(fromServer, name, id string) string {
	if fromServer != "" {
		return fromServer
	}
	if name = gallery.BaseName(name); name == "" {
		name = id
	}
	return name + ".yxzp"
}
