package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kickoff/gallery"
)

func newPublishCmd(a *app) *cobra.Command {
	var p gallery.Publication
	cmd := &cobra.Command{
		Use:   "publish FILE",
		Short: "Publish a workflow (.yxzp; Kickoff also takes .yxmd, .yxwz and .yxmc)",
		Long: `Publish a workflow; for a curator's key. The id of the workflow is printed.
Publishing again with the same --source-id makes a new version of it. With
--validate the server runs the workflow first and refuses one whose run fails;
nothing of that run is kept.`,
		Example: `  kickoff publish "Sales Explorer.yxzp" --owner ann@example.com
  kickoff publish report.yxzp --owner ann@example.com --source-id report`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.publish(cmd.Context(), args[0], p) },
	}
	f := cmd.Flags()
	f.StringVar(&p.Name, "name", "", "name of the workflow (default: the file's)")
	f.StringVar(&p.Owner, "owner", "", "e-mail of the user whom it shall belong to")
	f.StringVar(&p.SourceID, "source-id", "", "where it comes from; the same again makes a new version")
	f.StringVar(&p.Comments, "comments", "", "comments for this version")
	f.StringVar(&p.WorkerTag, "worker-tag", "", "run on workers with this tag only")
	f.BoolVar(&p.Public, "public", false, "let everybody see it")
	f.BoolVar(&p.Validate, "validate", false, "let the server run it with its default answers before it is accepted")
	f.BoolVar(&p.CanDownload, "download", false, "let others download it")
	return cmd
}

func (a *app) publish(ctx context.Context, path string, p gallery.Publication) error {
	ext := strings.ToLower(filepath.Ext(path))
	switch ext {
	case ".yxzp", ".yxmd", ".yxwz", ".yxmc":
	default:
		return usageError("a workflow ends in .yxzp, .yxmd, .yxwz or .yxmc", "%q is no workflow", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return usageError("", "%w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return usageError("", "%s is not a file", path)
	}
	p.FileName = filepath.Base(path)
	if p.Name == "" {
		p.Name = strings.TrimSuffix(p.FileName, filepath.Ext(p.FileName))
	}
	c, err := a.gallery()
	if err != nil {
		return err
	}
	id, err := c.Publish(ctx, p, f, info.Size())
	if err != nil {
		return fmt.Errorf("publish %s: %w", p.FileName, err)
	}
	if a.json {
		return a.writeJSON(map[string]string{"id": id})
	}
	_, err = fmt.Fprintln(a.Out, id)
	return err
}
