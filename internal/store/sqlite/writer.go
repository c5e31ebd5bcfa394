package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/uptrace/bun"
)

// groupSize is how many writes share a transaction at most. More would gain
// little, the sync being shared already, and make the first of them wait.
const groupSize = 128

var errClosed = errors.New("store is closed")

// writer runs all writes, one after the other. What waits when it comes to the
// next turn goes into one transaction, each write under a savepoint of its own,
// and all are answered after the one commit.
type writer struct {
	db   *bun.DB
	jobs chan *write
	quit chan struct{}
	done chan struct{}
	once sync.Once
}

type write struct {
	ctx context.Context
	f   func(ctx context.Context, tx bun.IDB) error
	err error
	end chan struct{}
}

func startWriter(db *bun.DB) *writer {
	w := &writer{db: db, jobs: make(chan *write, groupSize), quit: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	return w
}

// do implements sqlstore.DB.Write. A context that ends while the write waits
// takes it back; once begun it is brought to its end.
func (w *writer) do(ctx context.Context, f func(ctx context.Context, tx bun.IDB) error) error {
	j := &write{ctx: ctx, f: f, end: make(chan struct{})}
	select {
	case <-w.quit:
		return errClosed
	default:
	}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	select {
	case <-j.end:
		return j.err
	case <-w.done:
		// The writer has stopped; it answered, or never saw this one.
		select {
		case <-j.end:
			return j.err
		default:
			return errClosed
		}
	}
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case <-w.quit:
			return
		case first := <-w.jobs:
			group := []*write{first}
		collect:
			for len(group) < groupSize {
				select {
				case j := <-w.jobs:
					group = append(group, j)
				default:
					break collect
				}
			}
			w.commit(group)
			for _, j := range group {
				close(j.end)
			}
		}
	}
}

// commit runs a group and sets each write's error.
func (w *writer) commit(group []*write) {
	// Not the caller's context: ending it would roll back the others' writes.
	ctx := context.Background()
	fail := func(err error) {
		for _, j := range group {
			if j.err == nil {
				j.err = err
			}
		}
	}
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		fail(fmt.Errorf("begin: %w", err))
		return
	}
	for _, j := range group {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if err := savepoint(ctx, tx, j); err != nil {
			// SQLite has ended the transaction, for want of space for example:
			// nothing of the group is written, and all are told.
			tx.Rollback()
			fail(err)
			return
		}
	}
	if err := tx.Commit(); err != nil {
		tx.Rollback()
		fail(fmt.Errorf("commit: %w", err))
	}
}

// savepoint runs one write so that its failure undoes it alone. Its result is
// an error only when the transaction cannot go on.
func savepoint(ctx context.Context, tx bun.Tx, j *write) error {
	if _, err := tx.ExecContext(ctx, "savepoint w"); err != nil {
		return err
	}
	if j.err = guard(ctx, tx, j); j.err != nil {
		if _, err := tx.ExecContext(ctx, "rollback to w"); err != nil {
			return errors.Join(j.err, err)
		}
	}
	_, err := tx.ExecContext(ctx, "release w")
	return err
}

// guard turns a panic of one write into its error: the writer serves everyone.
func guard(ctx context.Context, tx bun.Tx, j *write) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v", p)
		}
	}()
	return j.f(ctx, tx)
}
