package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"kickoff/internal/store"
)

// Claim implements store.Jobs.
func (db *DB) Claim(ctx context.Context, job store.ID, worker string, lease time.Time) (store.Job, error) {
	var out store.Job
	err := db.write(ctx, "claim job "+string(job), func(ctx context.Context, tx bun.IDB) error {
		r, err := tx.NewUpdate().Model((*jobRow)(nil)).
			Set("status = ?", string(store.Running)).Set("attempt = attempt + 1").Set("worker = ?", worker).
			Set("lease_until = ?", nanos(lease)).Set("started_at = ?", nanos(time.Now())).
			Where("id = ? and status = ?", string(job), string(store.Queued)).Exec(ctx)
		if err := mustAffect(r, err, store.ErrState); err != nil {
			if errors.Is(err, store.ErrState) {
				return stateError(ctx, tx, job)
			}
			return err
		}
		out, err = jobByID(ctx, tx, job)
		return err
	})
	return out, err
}

// stateError says what a job is that was not in the state a call needed.
func stateError(ctx context.Context, tx bun.IDB, job store.ID) error {
	j, err := jobByID(ctx, tx, job)
	if err != nil {
		return err
	}
	return fmt.Errorf("it is %s: %w", j.Status, store.ErrState)
}

// held selects the row of a job while the attempt holds it.
const held = "id = ? and status = ? and attempt = ? and worker = ?"

func holder(a store.Attempt) []any {
	return []any{string(a.Job), string(store.Running), a.Number, a.Worker}
}

// Heartbeat implements store.Jobs.
func (db *DB) Heartbeat(ctx context.Context, a store.Attempt, lease time.Time) (bool, error) {
	var cancel bool
	err := db.write(ctx, "heartbeat of job "+string(a.Job), func(ctx context.Context, tx bun.IDB) error {
		r, err := tx.NewUpdate().Model((*jobRow)(nil)).Set("lease_until = ?", nanos(lease)).Where(held, holder(a)...).Exec(ctx)
		if err := mustAffect(r, err, store.ErrStale); err != nil {
			return err
		}
		j, err := jobByID(ctx, tx, a.Job)
		cancel = j.Cancelling
		return err
	})
	return cancel, err
}

// mustHold checks that the attempt still has its job.
func mustHold(ctx context.Context, tx bun.IDB, a store.Attempt) error {
	n, err := tx.NewSelect().Model((*jobRow)(nil)).Where(held, holder(a)...).Count(ctx)
	if err == nil && n == 0 {
		err = store.ErrStale
	}
	return err
}

// AppendMessages implements store.Jobs.
func (db *DB) AppendMessages(ctx context.Context, a store.Attempt, m []store.Message) error {
	return db.write(ctx, "messages of job "+string(a.Job), func(ctx context.Context, tx bun.IDB) error {
		if err := mustHold(ctx, tx, a); err != nil {
			return err
		}
		return appendMessages(ctx, tx, a.Job, m)
	})
}

// insertRows is how many rows one insert statement takes: bun writes values
// into the text of a statement, and databases limit its length.
const insertRows = 500

func appendMessages(ctx context.Context, tx bun.IDB, job store.ID, m []store.Message) error {
	if len(m) == 0 {
		return nil
	}
	var last int
	if err := tx.NewSelect().Model((*messageRow)(nil)).ColumnExpr("coalesce(max(seq), 0)").Where("job_id = ?", string(job)).Scan(ctx, &last); err != nil {
		return err
	}
	for len(m) > 0 {
		n := min(len(m), insertRows)
		rows := make([]messageRow, n)
		for i, x := range m[:n] {
			last++
			rows[i] = messageRow{JobID: string(job), Seq: last, Status: int(x.Status), ToolID: x.ToolID, Text: clean(x.Text)}
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return err
		}
		m = m[n:]
	}
	return nil
}

// Finish implements store.Jobs.
func (db *DB) Finish(ctx context.Context, a store.Attempt, res store.Result) error {
	return db.write(ctx, "finish job "+string(a.Job), func(ctx context.Context, tx bun.IDB) error {
		switch res.Disposition {
		case store.Success, store.Error, store.Cancelled:
		default:
			return fmt.Errorf("disposition %q is no end", res.Disposition)
		}
		r, err := tx.NewUpdate().Model((*jobRow)(nil)).
			Set("status = ?", string(store.Completed)).Set("disposition = ?", string(res.Disposition)).
			Set("finished_at = ?", nanos(res.FinishedAt)).Where(held, holder(a)...).Exec(ctx)
		if err := mustAffect(r, err, store.ErrStale); err != nil {
			return err
		}
		if err := appendMessages(ctx, tx, a.Job, res.Messages); err != nil {
			return err
		}
		return insertOutputs(ctx, tx, a.Job, res.Outputs)
	})
}

func insertOutputs(ctx context.Context, tx bun.IDB, job store.ID, outputs []store.Output) error {
	for i, o := range outputs {
		if _, err := tx.NewInsert().Model(&outputRow{ID: string(o.ID), JobID: string(job), Seq: i + 1, Name: clean(o.Name)}).Exec(ctx); err != nil {
			return err
		}
		for k, f := range o.Files {
			row := &outputFileRow{OutputID: string(o.ID), Seq: k + 1, Format: f.Format, Blob: f.Blob, Size: f.Size}
			if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// Cancel implements store.Jobs.
func (db *DB) Cancel(ctx context.Context, job store.ID, at time.Time) (store.Job, error) {
	var out store.Job
	err := db.write(ctx, "cancel job "+string(job), func(ctx context.Context, tx bun.IDB) error {
		j, err := jobByID(ctx, tx, job)
		if err != nil {
			return err
		}
		q := tx.NewUpdate().Model((*jobRow)(nil)).Set("cancelling = ?", true).Where("id = ?", string(job))
		switch j.Status {
		case store.Queued:
			q.Set("status = ?", string(store.Completed)).Set("disposition = ?", string(store.Cancelled)).Set("finished_at = ?", nanos(at))
		case store.Running:
		default:
			return fmt.Errorf("it is %s: %w", j.Status, store.ErrState)
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
		out, err = jobByID(ctx, tx, job)
		return err
	})
	return out, err
}

// LostText is the message of a job whose worker was lost.
const LostText = "The worker that ran this job was lost: its process or machine ended before the job did."

// ExpireLeases implements store.Jobs.
func (db *DB) ExpireLeases(ctx context.Context, now time.Time) ([]store.Job, error) {
	expired := func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("j.status = ? and j.lease_until < ?", string(store.Running), nanos(now))
	}
	// Most sweeps find nothing: they do not trouble the writer.
	if n, err := expired(db.Read.NewSelect().Model((*jobRow)(nil))).Count(ctx); err != nil || n == 0 {
		if err != nil {
			return nil, db.fail("expired leases", err)
		}
		return nil, nil
	}
	var out []store.Job
	err := db.write(ctx, "end expired leases", func(ctx context.Context, tx bun.IDB) error {
		var rows []jobRow
		if err := expired(tx.NewSelect().Model(&rows)).Order("j.created_at", "j.id").Scan(ctx); err != nil {
			return err
		}
		list, err := jobs(rows)
		if err != nil {
			return err
		}
		out = make([]store.Job, len(list))
		for i, j := range list {
			if out[i], err = loseWorker(ctx, tx, j, now); err != nil {
				return fmt.Errorf("job %s: %w", j.ID, err)
			}
		}
		return nil
	})
	return out, err
}

func loseWorker(ctx context.Context, tx bun.IDB, j store.Job, now time.Time) (store.Job, error) {
	var w workflowRow
	if err := tx.NewSelect().Model(&w).Where("id = ?", string(j.WorkflowID)).Scan(ctx); err != nil {
		return store.Job{}, err
	}
	q := tx.NewUpdate().Model((*jobRow)(nil)).Where("id = ?", string(j.ID)).Set("lease_until = 0")
	repeat := w.SafeToRepeat && !j.Cancelling && j.Attempt < store.MaxAttempts
	if repeat {
		q.Set("status = ?", string(store.Queued))
	} else {
		d := store.Error
		if j.Cancelling {
			d = store.Cancelled // it was to end, and it ended
		}
		q.Set("status = ?", string(store.Completed)).Set("disposition = ?", string(d)).Set("finished_at = ?", nanos(now))
	}
	if _, err := q.Exec(ctx); err != nil {
		return store.Job{}, err
	}
	m := store.Message{Status: store.ErrorMessage, Text: LostText, ToolID: store.EngineToolID}
	if repeat {
		m.Status, m.Text = store.Warning, LostText+" It is run again."
	}
	if err := appendMessages(ctx, tx, j.ID, []store.Message{m}); err != nil {
		return store.Job{}, err
	}
	return jobByID(ctx, tx, j.ID)
}

// DropOutputs implements store.Jobs.
func (db *DB) DropOutputs(ctx context.Context, before time.Time) ([]string, error) {
	var blobs []string
	err := db.write(ctx, "drop old outputs", func(ctx context.Context, tx bun.IDB) error {
		old := tx.NewSelect().TableExpr("outputs as o").ColumnExpr("o.id").Join("join jobs as j on j.id = o.job_id").
			Where("j.status = ? and j.finished_at < ?", string(store.Completed), nanos(before))
		err := tx.NewSelect().TableExpr("output_files").ColumnExpr("distinct blob").Where("output_id in (?)", old).Scan(ctx, &blobs)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.NewDelete().Model((*outputFileRow)(nil)).Where("output_id in (?)", old).Exec(ctx); err != nil {
			return err
		}
		// Not by old again: it must not read the table it deletes from.
		if _, err := tx.NewDelete().Model((*outputRow)(nil)).
			Where("job_id in (select id from jobs where status = ? and finished_at < ?)", string(store.Completed), nanos(before)).Exec(ctx); err != nil {
			return err
		}
		kept := blobs[:0]
		for _, b := range blobs {
			var n int
			err := tx.NewSelect().ColumnExpr("(select count(*) from output_files where blob = ?) + (select count(*) from versions where blob = ?)", b, b).Scan(ctx, &n)
			if err != nil {
				return err
			}
			if n == 0 {
				kept = append(kept, b)
			}
		}
		blobs = kept
		return nil
	})
	return blobs, err
}
