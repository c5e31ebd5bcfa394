package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"kickoff/internal/store"
)

type workflowRow struct {
	bun.BaseModel `bun:"table:workflows,alias:w"`
	ID            string `bun:",pk"`
	StudioID      string
	OwnerID       string
	SourceID      string
	Name          string
	Public        bool
	RunDisabled   bool
	CanDownload   bool
	SafeToRepeat  bool
	WorkerTag     string
	RunCount      int
	CreatedAt     int64
	LastRunAt     int64
	Published     int
	SearchKey     string
}

func newWorkflowRow(w store.Workflow, v store.Version) *workflowRow {
	return &workflowRow{
		ID: string(w.ID), StudioID: string(w.StudioID), OwnerID: string(w.OwnerID), SourceID: clean(w.SourceID), Name: clean(w.Name),
		Public: w.Public, RunDisabled: w.RunDisabled, CanDownload: w.CanDownload, SafeToRepeat: w.SafeToRepeat,
		WorkerTag: clean(w.WorkerTag), RunCount: w.RunCount, CreatedAt: nanos(w.CreatedAt), LastRunAt: nanos(w.LastRunAt), Published: v.Number,
		SearchKey: strings.ToLower(clean(strings.Join([]string{w.Name, v.Meta.Description, v.Meta.Author}, "\n"))),
	}
}

func (r workflowRow) workflow(v versionRow) (store.Workflow, error) {
	pub, err := v.version()
	return store.Workflow{
		ID: store.ID(r.ID), StudioID: store.ID(r.StudioID), OwnerID: store.ID(r.OwnerID), SourceID: r.SourceID, Name: r.Name,
		Public: r.Public, RunDisabled: r.RunDisabled, CanDownload: r.CanDownload, SafeToRepeat: r.SafeToRepeat, WorkerTag: r.WorkerTag,
		RunCount: r.RunCount, CreatedAt: fromNanos(r.CreatedAt), LastRunAt: fromNanos(r.LastRunAt), Published: pub,
	}, err
}

type versionRow struct {
	bun.BaseModel   `bun:"table:versions,alias:v"`
	ID              string `bun:",pk"`
	WorkflowID      string
	Number          int
	AuthorID        string
	PackageType     int
	FileName        string
	Meta            string
	Chained         bool
	Comments        string
	Blob            string
	Size            int64
	UploadedAt      int64
	Questions       string
	SortAuthor      string
	SortCopyright   string
	SortDescription string
}

func newVersionRow(v store.Version) *versionRow {
	q := v.Questions
	if q == nil {
		q = []store.Question{}
	}
	return &versionRow{
		ID: string(v.ID), WorkflowID: string(v.WorkflowID), Number: v.Number, AuthorID: string(v.AuthorID),
		PackageType: int(v.PackageType), FileName: clean(v.FileName), Meta: toJSON(v.Meta), Chained: v.Chained, Comments: clean(v.Comments),
		Blob: v.Blob, Size: v.Size, UploadedAt: nanos(v.UploadedAt), Questions: toJSON(q),
		SortAuthor: strings.ToLower(clean(v.Meta.Author)), SortCopyright: strings.ToLower(clean(v.Meta.Copyright)),
		SortDescription: strings.ToLower(clean(v.Meta.Description)),
	}
}

func (r versionRow) version() (store.Version, error) {
	v := store.Version{
		ID: store.ID(r.ID), WorkflowID: store.ID(r.WorkflowID), Number: r.Number, AuthorID: store.ID(r.AuthorID),
		PackageType: store.PackageType(r.PackageType), FileName: r.FileName, Chained: r.Chained, Comments: r.Comments,
		Blob: r.Blob, Size: r.Size, UploadedAt: fromNanos(r.UploadedAt),
	}
	return v, errors.Join(fromJSON(r.Meta, &v.Meta), fromJSON(r.Questions, &v.Questions))
}

// Publish implements store.Workflows.
func (db *DB) Publish(ctx context.Context, w store.Workflow, v store.Version) (store.Workflow, error) {
	var out store.Workflow
	err := db.write(ctx, "publish workflow", func(ctx context.Context, tx bun.IDB) error {
		var old workflowRow
		v.Number = 1
		update := false
		if w.SourceID != "" {
			err := tx.NewSelect().Model(&old).Where("studio_id = ? and source_id = ?", string(w.StudioID), clean(w.SourceID)).Scan(ctx)
			switch {
			case err == nil:
				update = true
			case !errors.Is(err, sql.ErrNoRows):
				return err
			}
		}
		if update {
			var last int
			if err := tx.NewSelect().Model((*versionRow)(nil)).ColumnExpr("max(number)").Where("workflow_id = ?", old.ID).Scan(ctx, &last); err != nil {
				return err
			}
			v.Number = last + 1
			w.ID, w.CreatedAt, w.RunCount, w.LastRunAt = store.ID(old.ID), fromNanos(old.CreatedAt), old.RunCount, fromNanos(old.LastRunAt)
		}
		v.WorkflowID = w.ID
		row, vrow := newWorkflowRow(w, v), newVersionRow(v)
		var err error
		if update {
			_, err = tx.NewUpdate().Model(row).WherePK().Exec(ctx)
		} else {
			_, err = tx.NewInsert().Model(row).Exec(ctx)
		}
		if err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(vrow).Exec(ctx); err != nil {
			return err
		}
		out, err = row.workflow(*vrow)
		return err
	})
	return out, err
}

// Workflow implements store.Workflows.
func (db *DB) Workflow(ctx context.Context, id store.ID) (store.Workflow, error) {
	rows, err := db.workflows(ctx, db.Read.NewSelect().Where("w.id = ?", string(id)))
	if err == nil && len(rows) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return store.Workflow{}, db.fail("workflow "+string(id), err)
	}
	return rows[0], nil
}

// sortColumns are the columns of the sort fields that have one. All workflows
// run in one mode and are made public when they are uploaded, so executionmode
// leaves the order of creation and datemadepublic is the upload date.
var sortColumns = map[store.WorkflowSort]string{
	"":                       "w.created_at",
	store.SortAuthor:         "v.sort_author",
	store.SortCopyright:      "v.sort_copyright",
	store.SortDateMadePublic: "v.uploaded_at",
	store.SortDescription:    "v.sort_description",
	store.SortExecutionMode:  "w.created_at",
	store.SortName:           "w.search_key",
	store.SortOwner:          "u.email_key",
	store.SortRunCount:       "w.run_count",
	store.SortSubscriptionID: "w.studio_id",
	store.SortUploadDate:     "v.uploaded_at",
}

// ListWorkflows implements store.Workflows.
func (db *DB) ListWorkflows(ctx context.Context, f store.WorkflowFilter) ([]store.Workflow, error) {
	col, ok := sortColumns[f.Sort]
	if !ok {
		return nil, fmt.Errorf("list workflows: unknown sort field %q", f.Sort)
	}
	q := db.Read.NewSelect()
	if f.StudioID != "" {
		q.Where("w.studio_id = ?", string(f.StudioID))
	}
	if f.Search != "" {
		q.Where(`(w.search_key like ? escape '\' or w.id = ? or w.source_id = ?)`, likePattern(strings.ToLower(f.Search)),
			strings.ToLower(clean(f.Search)), clean(f.Search))
	}
	if f.PackageType != nil {
		q.Where("v.package_type = ?", int(*f.PackageType))
	}
	dir := " asc"
	if f.Descending {
		dir = " desc"
	}
	q.OrderExpr(col + dir).OrderExpr("w.created_at" + dir).OrderExpr("w.id" + dir)
	page(q, f.Offset, f.Limit)
	out, err := db.workflows(ctx, q)
	if err != nil {
		return nil, db.fail("list workflows", err)
	}
	return out, nil
}

// page limits a query. SQLite knows no offset without a limit.
func page(q *bun.SelectQuery, offset, limit int) {
	if limit <= 0 && offset > 0 {
		limit = 1<<31 - 1
	}
	if limit > 0 {
		q.Limit(int64(limit))
	}
	if offset > 0 {
		q.Offset(int64(offset))
	}
}

// workflows runs a query over w (workflows), v (published versions) and u (owners).
func (db *DB) workflows(ctx context.Context, q *bun.SelectQuery) ([]store.Workflow, error) {
	var rows []struct {
		W workflowRow `bun:"embed:w_"`
		V versionRow  `bun:"embed:v_"`
	}
	q.TableExpr("workflows as w").
		Join("join versions as v on v.workflow_id = w.id and v.number = w.published").
		Join("join users as u on u.id = w.owner_id")
	for _, c := range workflowColumns {
		q.ColumnExpr("w." + c + " as w_" + c)
	}
	for _, c := range versionColumns {
		q.ColumnExpr("v." + c + " as v_" + c)
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, err
	}
	out := make([]store.Workflow, len(rows))
	for i, r := range rows {
		w, err := r.W.workflow(r.V)
		if err != nil {
			return nil, fmt.Errorf("workflow %s: %w", r.W.ID, err)
		}
		out[i] = w
	}
	return out, nil
}

// The columns that are read; the sort and search keys are only written.
var (
	workflowColumns = []string{"id", "studio_id", "owner_id", "source_id", "name", "public", "run_disabled", "can_download",
		"safe_to_repeat", "worker_tag", "run_count", "created_at", "last_run_at", "published"}
	versionColumns = []string{"id", "workflow_id", "number", "author_id", "package_type", "file_name", "meta", "chained",
		"comments", "blob", "size", "uploaded_at", "questions"}
)

// Version implements store.Workflows.
func (db *DB) Version(ctx context.Context, id store.ID) (store.Version, error) {
	var r versionRow
	err := db.Read.NewSelect().Model(&r).Column(versionColumns...).Where("id = ?", string(id)).Scan(ctx)
	if err != nil {
		return store.Version{}, db.fail("version "+string(id), err)
	}
	return r.version()
}

// Versions implements store.Workflows.
func (db *DB) Versions(ctx context.Context, workflow store.ID) ([]store.Version, error) {
	var rows []versionRow
	err := db.Read.NewSelect().Model(&rows).Column(versionColumns...).Where("workflow_id = ?", string(workflow)).Order("number").Scan(ctx)
	if err != nil {
		return nil, db.fail("versions of "+string(workflow), err)
	}
	out := make([]store.Version, len(rows))
	for i, r := range rows {
		if out[i], err = r.version(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
