package server

import (
	"context"
	"net/http"
	"strings"

	"kickoff/internal/store"
)

// listWorkflows answers GET v1/workflows/subscription: the workflows of the
// key's studio.
func (s *Server) listWorkflows(c *call) error {
	f, err := workflowFilter(c)
	if err != nil {
		return err
	}
	f.StudioID = c.who.studio
	list, err := s.store.ListWorkflows(c.r.Context(), f)
	if err != nil {
		return err
	}
	out := make([]wireWorkflow, len(list))
	for i, w := range list {
		out[i] = newWireWorkflow(c.base, w)
	}
	return c.ok(out)
}

// workflowSorts are the fields that a list of workflows can be sorted by.
var workflowSorts = []store.WorkflowSort{
	store.SortAuthor, store.SortCopyright, store.SortDateMadePublic, store.SortDescription, store.SortExecutionMode,
	store.SortName, store.SortOwner, store.SortRunCount, store.SortSubscriptionID, store.SortUploadDate,
}

func workflowFilter(c *call) (store.WorkflowFilter, error) {
	var f store.WorkflowFilter
	var err error
	if f.Offset, f.Limit, err = c.page(); err != nil {
		return f, err
	}
	if f.Descending, err = c.descending(); err != nil {
		return f, err
	}
	f.Search = c.query.Get("search")
	if t := c.query.Get("packagetype"); t != "" {
		typ, ok := parsePackageType(t)
		if !ok {
			return f, failf(http.StatusBadRequest, "The parameter packageType must be 0 (app), 1 (workflow) or 2 (macro), not %.40q.", t)
		}
		f.PackageType = &typ
	}
	if name := c.query.Get("sortfield"); name != "" {
		for _, known := range workflowSorts {
			if strings.EqualFold(name, string(known)) {
				f.Sort = known
			}
		}
		if f.Sort == "" {
			return f, failf(http.StatusBadRequest, "The parameter sortField must be one of %s, not %.40q.", joinSorts(workflowSorts), name)
		}
	}
	return f, nil
}

func joinSorts(list []store.WorkflowSort) string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = string(n)
	}
	return strings.Join(names, ", ")
}

func parsePackageType(text string) (store.PackageType, bool) {
	for t, name := range packageTypeNames {
		if text == string(rune('0'+t)) || strings.EqualFold(text, name) {
			return store.PackageType(t), true
		}
	}
	return 0, false
}

// workflow finds the workflow that the path names. Those of other studios do
// not exist for the caller, unless it is a curator.
func (s *Server) workflow(c *call) (store.Workflow, error) {
	id, err := c.id("workflow")
	if err != nil {
		return store.Workflow{}, err
	}
	w, err := s.store.Workflow(c.r.Context(), id)
	if err == nil && w.StudioID != c.who.studio && c.who.role < store.Curator {
		err = store.ErrNotFound
	}
	return w, err
}

// listQuestions answers GET v1/workflows/{workflow}/questions. A workflow that
// is no app has none.
func (s *Server) listQuestions(c *call) error {
	w, err := s.workflow(c)
	if err != nil {
		return err
	}
	out := make([]wireQuestion, len(w.Published.Questions))
	for i, q := range w.Published.Questions {
		out[i] = wireQuestion{Name: q.Name, Type: q.Type, Description: q.Description, Value: q.Value}
		if isList(q) {
			out[i].Multiple = "False"
			if q.Multiple {
				out[i].Multiple = "True"
			}
		}
		for _, it := range q.Items {
			out[i].Items = append(out[i].Items, wireItem{it.Key, it.Value})
		}
	}
	return c.ok(out)
}

func isList(q store.Question) bool {
	return q.Type == "QuestionListBox" || q.Type == "QuestionTree" || len(q.Items) > 0
}

// adminListWorkflows answers GET admin/v1/workflows: those of all studios.
func (s *Server) adminListWorkflows(c *call) error {
	f, err := workflowFilter(c)
	if err != nil {
		return err
	}
	ctx := c.r.Context()
	list, err := s.store.ListWorkflows(ctx, f)
	if err != nil {
		return err
	}
	users, studios, err := s.owners(ctx)
	if err != nil {
		return err
	}
	out := make([]wireAdminWorkflow, len(list))
	for i, w := range list {
		v, owner := w.Published, users[w.OwnerID]
		out[i] = wireAdminWorkflow{
			FileName: v.FileName, ID: w.ID, IsChained: v.Chained, MetaInfo: newWireMeta(v.Meta), PackageType: c.base.packageType(v.PackageType),
			Public: w.Public, RunCount: w.RunCount, RunDisabled: w.RunDisabled, SubscriptionID: w.StudioID, UploadDate: storedDate(v.UploadedAt),
			Version: v.Number, WorkerTag: w.WorkerTag, Collections: []wireCollection{},
			PublishedVersionID: v.ID, PublishedVersionNumber: v.Number, SubscriptionName: studios[w.StudioID].Name,
			PublishedVersionOwner: wireOwner{
				ID: owner.ID, FirstName: owner.FirstName, LastName: owner.LastName, SubscriptionID: owner.StudioID, Email: owner.Email, Active: owner.Active,
			},
		}
		if !w.LastRunAt.IsZero() {
			d := storedDate(w.LastRunAt)
			out[i].LastRunDate = &d
		}
	}
	return c.ok(out)
}

func (s *Server) owners(ctx context.Context) (map[store.ID]store.User, map[store.ID]store.Studio, error) {
	us, err := s.store.Users(ctx)
	if err != nil {
		return nil, nil, err
	}
	sts, err := s.store.Studios(ctx)
	if err != nil {
		return nil, nil, err
	}
	users, studios := make(map[store.ID]store.User, len(us)), make(map[store.ID]store.Studio, len(sts))
	for _, u := range us {
		users[u.ID] = u
	}
	for _, st := range sts {
		studios[st.ID] = st
	}
	return users, studios, nil
}
