package sqlstore

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"kickoff/internal/store"
)

type jobRow struct {
	bun.BaseModel `bun:"table:jobs,alias:j"`
	ID            string `bun:",pk"`
	StudioID      string
	WorkflowID    string
	VersionID     string
	SubmitterID   string
	Source        string
	Priority      int
	WorkerTag     string
	Answers       string
	Status        string
	Disposition   string
	Cancelling    bool
	Attempt       int
	Worker        string
	LeaseUntil    int64
	CreatedAt     int64
	StartedAt     int64
	FinishedAt    int64
}

func newJobRow(j store.Job) *jobRow {
	a := j.Answers
	if a == nil {
		a = []store.Answer{}
	}
	return &jobRow{
		ID: string(j.ID), StudioID: string(j.StudioID), WorkflowID: string(j.WorkflowID), VersionID: string(j.VersionID),
		SubmitterID: string(j.SubmitterID), Source: string(j.Source), Priority: int(j.Priority), WorkerTag: clean(j.WorkerTag),
		Answers: toJSON(a), Status: string(j.Status), Disposition: string(j.Disposition), Cancelling: j.Cancelling,
		Attempt: j.Attempt, Worker: j.Worker, LeaseUntil: nanos(j.LeaseUntil),
		CreatedAt: nanos(j.CreatedAt), StartedAt: nanos(j.StartedAt), FinishedAt: nanos(j.FinishedAt),
	}
}

func (r jobRow) job() (store.Job, error) {
	j := store.Job{
		ID: store.ID(r.ID), StudioID: store.ID(r.StudioID), WorkflowID: store.ID(r.WorkflowID), VersionID: store.ID(r.VersionID),
		SubmitterID: store.ID(r.SubmitterID), Source: store.Source(r.Source), Priority: store.Priority(r.Priority), WorkerTag: r.WorkerTag,
		Status: store.Status(r.Status), Disposition: store.Disposition(r.Disposition), Cancelling: r.Cancelling,
		Attempt: r.Attempt, Worker: r.Worker, LeaseUntil: fromNanos(r.LeaseUntil),
		CreatedAt: fromNanos(r.CreatedAt), StartedAt: fromNanos(r.StartedAt), FinishedAt: fromNanos(r.FinishedAt),
	}
	if err := fromJSON(r.Answers, &j.Answers); err != nil {
		return store.Job{}, fmt.Errorf("job %s: %w", r.ID, err)
	}
	return j, nil
}

func jobs(rows []jobRow) ([]store.Job, error) {
	out := make([]store.Job, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.job(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type messageRow struct {
	bun.BaseModel `bun:"table:messages"`
	JobID         string `bun:",pk"`
	Seq           int    `bun:",pk"`
	Status        int
	ToolID        int
	Text          string
}

type outputRow struct {
	bun.BaseModel `bun:"table:outputs"`
	ID            string `bun:",pk"`
	JobID         string
	Seq           int
	Name          string
}

type outputFileRow struct {
	bun.BaseModel `bun:"table:output_files"`
	OutputID      string `bun:",pk"`
	Seq           int    `bun:",pk"`
	Format        string
	Blob          string
	Size          int64
}

// Job implements store.Jobs.
func (db *DB) Job(ctx context.Context, id store.ID) (store.Job, error) {
	j, err := jobByID(ctx, db.Read, id)
	if err != nil {
		return store.Job{}, db.fail("job "+string(id), err)
	}
	return j, nil
}

func jobByID(ctx context.Context, tx bun.IDB, id store.ID) (store.Job, error) {
	var r jobRow
	if err := tx.NewSelect().Model(&r).Where("id = ?", string(id)).Scan(ctx); err != nil {
		return store.Job{}, err
	}
	return r.job()
}

// jobSorts are the columns of the sort fields; status sorts as it is written.
var jobSorts = map[string]string{"": "j.created_at", "createdate": "j.created_at", "status": "j.status", "priority": "j.priority"}

// ListJobs implements store.Jobs.
func (db *DB) ListJobs(ctx context.Context, f store.JobFilter) ([]store.Job, error) {
	col, ok := jobSorts[f.Sort]
	if !ok {
		return nil, fmt.Errorf("list jobs: unknown sort field %q", f.Sort)
	}
	var rows []jobRow
	q := db.Read.NewSelect().Model(&rows)
	for column, value := range map[string]string{
		"studio_id": string(f.StudioID), "workflow_id": string(f.WorkflowID), "submitter_id": string(f.SubmitterID),
		"source": string(f.Source), "status": string(f.Status),
	} {
		if value != "" {
			q.Where("? = ?", bun.Ident("j."+column), value)
		}
	}
	dir := " desc"
	if f.Ascending {
		dir = " asc"
	}
	q.OrderExpr(col + dir).OrderExpr("j.created_at" + dir).OrderExpr("j.id" + dir)
	page(q, f.Offset, f.Limit)
	if err := q.Scan(ctx); err != nil {
		return nil, db.fail("list jobs", err)
	}
	return jobs(rows)
}

// LastJobs implements store.Jobs.
func (db *DB) LastJobs(ctx context.Context, workflows []store.ID) (map[store.ID]store.Job, error) {
	out := make(map[store.ID]store.Job)
	if len(workflows) == 0 {
		return out, nil
	}
	ids := make([]string, len(workflows))
	for i, w := range workflows {
		ids[i] = string(w)
	}
	var rows []jobRow
	err := db.Read.NewSelect().Model(&rows).Where("j.workflow_id in ?", bun.Tuple(ids)).
		Where("j.created_at = (select max(k.created_at) from jobs as k where k.workflow_id = j.workflow_id)").Scan(ctx)
	if err != nil {
		return nil, db.fail("last jobs", err)
	}
	list, err := jobs(rows)
	for _, j := range list {
		if j.ID > out[j.WorkflowID].ID { // of two made in the same nanosecond, one
			out[j.WorkflowID] = j
		}
	}
	return out, err
}

// Messages implements store.Jobs.
func (db *DB) Messages(ctx context.Context, job store.ID) ([]store.Message, error) {
	var rows []messageRow
	if err := db.Read.NewSelect().Model(&rows).Where("job_id = ?", string(job)).Order("seq").Scan(ctx); err != nil {
		return nil, db.fail("messages of job "+string(job), err)
	}
	out := make([]store.Message, len(rows))
	for i, r := range rows {
		out[i] = store.Message{Status: store.MessageStatus(r.Status), Text: r.Text, ToolID: r.ToolID}
	}
	return out, nil
}

// Outputs implements store.Jobs.
func (db *DB) Outputs(ctx context.Context, job store.ID) ([]store.Output, error) {
	var rows []outputRow
	var files []outputFileRow
	err := db.Read.NewSelect().Model(&rows).Where("job_id = ?", string(job)).Order("seq").Scan(ctx)
	if err == nil && len(rows) > 0 {
		err = db.Read.NewSelect().Model(&files).Order("seq").
			Where("output_id in (select id from outputs where job_id = ?)", string(job)).Scan(ctx)
	}
	if err != nil {
		return nil, db.fail("outputs of job "+string(job), err)
	}
	out := make([]store.Output, len(rows))
	at := make(map[string]int, len(rows))
	for i, r := range rows {
		out[i] = store.Output{ID: store.ID(r.ID), Name: r.Name}
		at[r.ID] = i
	}
	for _, f := range files {
		if i, ok := at[f.OutputID]; ok {
			out[i].Files = append(out[i].Files, store.OutputFile{Format: f.Format, Blob: f.Blob, Size: f.Size})
		}
	}
	return out, nil
}

// Enqueue implements store.Jobs.
func (db *DB) Enqueue(ctx context.Context, j store.Job, maxQueued int) error {
	j.Status, j.Disposition = store.Queued, store.None
	row := newJobRow(j)
	return db.write(ctx, "enqueue job", func(ctx context.Context, tx bun.IDB) error {
		if maxQueued > 0 {
			n, err := tx.NewSelect().Model((*jobRow)(nil)).
				Where("status = ? and submitter_id = ?", string(store.Queued), string(j.SubmitterID)).Count(ctx)
			if err != nil {
				return err
			}
			if n >= int64(maxQueued) {
				return fmt.Errorf("%d jobs are waiting: %w", n, store.ErrQueueFull)
			}
		}
		r, err := tx.NewUpdate().Model((*workflowRow)(nil)).Set("run_count = run_count + 1").Set("last_run_at = ?", row.CreatedAt).
			Where("id = ?", row.WorkflowID).Exec(ctx)
		if err := mustAffect(r, err, fmt.Errorf("workflow %s: %w", row.WorkflowID, store.ErrNotFound)); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
}
