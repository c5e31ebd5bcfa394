package cli

import (
	"context"
	"fmt"
	"path"
	"strings"

	"kickoff/gallery"
)

// find returns the id and the name of the workflow that the user means: an id
// of 24 hexadecimal digits is taken as it is (with an empty name), anything
// else is a name, matched against names, file names and ids without regard to case.
func find(ctx context.Context, c *gallery.Client, ref string) (id, name string, err error) {
	if isID(ref) {
		return ref, "", nil
	}
	// What the server searches in is its own affair, so a miss is no proof.
	found, _, err := match(ctx, c, gallery.ListOptions{Search: ref}, ref)
	var all []gallery.Workflow
	if err == nil && len(found) == 0 {
		found, all, err = match(ctx, c, gallery.ListOptions{}, ref)
	}
	if err != nil {
		return "", "", err
	}
	switch len(found) {
	case 1:
		return found[0].ID, found[0].Name(), nil
	case 0:
		return "", "", &codedError{err: fmt.Errorf("there is no workflow %q", ref), hints: []string{nearNames(all, ref)}}
	}
	hint := "say which by its id:"
	for _, w := range found {
		hint += fmt.Sprintf(" %s (%s, version %d)", w.ID, w.FileName, w.Version)
	}
	return "", "", &codedError{err: fmt.Errorf("%d workflows are called %q", len(found), ref), code: exitUsage, hints: []string{hint}}
}

func match(ctx context.Context, c *gallery.Client, o gallery.ListOptions, ref string) (found, all []gallery.Workflow, err error) {
	for w, err := range c.Workflows(ctx, o) {
		if err != nil {
			return nil, nil, err
		}
		all = append(all, w)
		stem := strings.TrimSuffix(w.FileName, path.Ext(w.FileName))
		for _, s := range []string{w.Name(), w.FileName, stem, w.ID} {
			if strings.EqualFold(s, ref) {
				found = append(found, w)
				break
			}
		}
	}
	return found, all, nil
}

func isID(s string) bool {
	if len(s) != 24 {
		return false
	}
	return strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// nearNames is a hint with the names that look like what was typed, else some names.
func nearNames(all []gallery.Workflow, ref string) string {
	if len(all) == 0 {
		return "this key's studio has no workflows"
	}
	var near []string
	for _, w := range all {
		n, r := strings.ToLower(w.Name()), strings.ToLower(ref)
		if strings.Contains(n, r) || strings.Contains(r, n) {
			near = append(near, w.Name())
		}
	}
	if len(near) == 0 {
		return "'kickoff list' shows the workflows of this key's studio"
	}
	return "did you mean " + strings.Join(near[:min(len(near), 5)], " or ") + "?"
}
