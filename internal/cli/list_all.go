package cli

import (
	"context"
	"strconv"
	"time"

	"kickoff/gallery"
)

// listAll lists the workflows of all studios. The Admin API knows no package
// type to ask for (API reference section 5), so that is sorted out here, and
// the limit with it.
func (a *app) listAll(ctx context.Context, c *gallery.Client, o gallery.ListOptions, csv bool) error {
	kind, limit := o.PackageType, o.Limit
	o.PackageType = nil
	if kind != nil {
		o.Limit = 0
	}
	workflows := []gallery.AdminWorkflow{}
	for w, err := range c.AdminWorkflows(ctx, o) {
		if err != nil {
			return err
		}
		if kind != nil && w.PackageType != *kind {
			continue
		}
		workflows = append(workflows, w)
		if len(workflows) == limit {
			break
		}
	}
	if a.json {
		return a.writeJSON(workflows)
	}
	layout := time.DateOnly
	if csv {
		layout = time.RFC3339
	}
	var rows [][]string
	for _, w := range workflows {
		rows = append(rows, []string{
			w.ID, kindOf(w.Workflow), strconv.Itoa(w.Version), strconv.Itoa(w.RunCount), date(w.UploadDate, layout), date(w.LastRunDate, layout),
			w.SubscriptionName, w.PublishedVersionOwner.Email, w.Name(),
		})
	}
	if csv {
		return a.writeCSV([]string{"id", "type", "version", "runCount", "uploadDate", "lastRunDate", "studio", "owner", "name"}, rows)
	}
	return a.writeTable([]string{"ID", "TYPE", "VERSION", "RUNS", "UPLOADED", "LAST RUN", "STUDIO", "OWNER", "NAME"}, rows)
}
