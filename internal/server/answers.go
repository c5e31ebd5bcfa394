package server

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"

	"kickoff/internal/store"
	"kickoff/workflow"
)

// checkAnswers checks answers against the questions of a version, before
// anything is queued: an answer to no question, two to one, and one that does
// not fit are errors. Names are taken in any case where that is unambiguous.
func (s *Server) checkAnswers(ctx context.Context, v store.Version, answers []store.Answer) ([]store.Answer, error) {
	if len(answers) == 0 {
		return nil, nil
	}
	if len(v.Questions) == 0 {
		return nil, failf(http.StatusBadRequest, "There are answers in the body, but this workflow asks no questions.")
	}
	doc, err := s.documents.get(ctx, v.Blob)
	if err != nil {
		return nil, err
	}
	questions := doc.Questions()
	out := make([]store.Answer, 0, len(answers))
	for _, a := range answers {
		q := findQuestion(questions, a.Name)
		if q == nil {
			names := make([]string, len(questions))
			for i, q := range questions {
				names[i] = q.Name
			}
			return nil, failf(http.StatusBadRequest, "There is no question %.80q; the questions are: %s.", a.Name, strings.Join(names, ", "))
		}
		if slices.ContainsFunc(out, func(o store.Answer) bool { return o.Name == q.Name }) {
			return nil, failf(http.StatusBadRequest, "There are two answers to the question %.80q.", q.Name)
		}
		if _, err := q.Value(a.Value); err != nil {
			return nil, failf(http.StatusBadRequest, "The answer to the question %.80q does not fit: %v.", q.Name, err)
		}
		out = append(out, store.Answer{Name: q.Name, Value: a.Value})
	}
	return out, nil
}

func findQuestion(list []*workflow.Question, name string) *workflow.Question {
	var found *workflow.Question
	for _, q := range list {
		if q.Name == name {
			return q
		}
		if strings.EqualFold(q.Name, name) {
			if found != nil {
				return nil
			}
			found = q
		}
	}
	return found
}

// documents keeps the parsed main documents of packages, by blob: answers are
// checked at every run, and a package never changes.
type documents struct {
	path func(ref string) (string, error)
	mu   sync.Mutex
	docs map[string]*workflow.Document
}

// maxDocuments bounds the memory; beyond it any one is forgotten.
const maxDocuments = 100

func (d *documents) get(ctx context.Context, ref string) (*workflow.Document, error) {
	d.mu.Lock()
	doc := d.docs[ref]
	d.mu.Unlock()
	if doc != nil {
		return doc, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path, err := d.path(ref)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if doc, _, err = workflow.Read(f, info.Size(), workflow.DefaultLimits); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for k := range d.docs {
		if len(d.docs) < maxDocuments {
			break
		}
		delete(d.docs, k)
	}
	d.docs[ref] = doc
	return doc, nil
}
