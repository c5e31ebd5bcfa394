package server

import (
	"net/http"
	"slices"
	"strings"

	"kickoff/internal/store"
)

// enqueueJob answers POST v1/workflows/{workflow}/jobs.
func (s *Server) enqueueJob(c *call) error {
	w, err := s.workflow(c)
	if err != nil {
		return err
	}
	if w.RunDisabled {
		return failf(http.StatusBadRequest, "Running this workflow is disabled.")
	}
	if w.Published.PackageType == store.Macro {
		return failf(http.StatusBadRequest, "This is a macro: it runs inside workflows, not by itself.")
	}
	req, err := readJobRequest(c.r.Body)
	if err != nil {
		return err
	}
	answers, err := s.checkAnswers(c.r.Context(), w.Published, req.answers)
	if err != nil {
		return err
	}
	tag := w.WorkerTag
	if req.workerTag != "" {
		tag = req.workerTag
	}
	if err := s.hasWorker(tag); err != nil {
		return err
	}
	j := store.Job{
		ID: store.NewID(), StudioID: w.StudioID, WorkflowID: w.ID, VersionID: w.Published.ID, SubmitterID: c.who.submitter,
		Source: store.FromAPI, Priority: req.priority, WorkerTag: tag, Answers: answers, CreatedAt: s.now(),
		Status: store.Queued, Disposition: store.None,
	}
	if err := s.queue.Enqueue(c.r.Context(), j, s.cfg.MaxQueued); err != nil {
		return err
	}
	s.log.Info("job queued", "job", j.ID, "workflow", w.ID, "key", c.who.key.Consumer, "priority", j.Priority.String())
	return c.ok(newWireJob(c.base, j, nil, nil))
}

// hasWorker refuses a worker tag for which a job would wait for ever: the
// workers are this process's.
func (s *Server) hasWorker(tag string) error {
	if tag != "" && !slices.Contains(s.cfg.WorkerTags, tag) {
		return failf(http.StatusBadRequest, "No worker of this server has the worker tag %.80q.", tag)
	}
	return nil
}

// jobSorts are the fields that a list of jobs can be sorted by.
var jobSorts = []string{"createdate", "status", "priority"}

// listJobs answers GET v1/workflows/{workflow}/jobs: newest first, unless a
// sort field says otherwise, and only those started through the API.
func (s *Server) listJobs(c *call) error {
	w, err := s.workflow(c)
	if err != nil {
		return err
	}
	f := store.JobFilter{WorkflowID: w.ID, Source: store.FromAPI}
	if f.Offset, f.Limit, err = c.page(); err != nil {
		return err
	}
	if name := c.query.Get("sortfield"); name != "" {
		for _, known := range jobSorts {
			if strings.EqualFold(name, known) {
				f.Sort = known
			}
		}
		if f.Sort == "" {
			return failf(http.StatusBadRequest, "The parameter sortField must be one of %s, not %.40q.", strings.Join(jobSorts, ", "), name)
		}
	}
	if f.Sort != "" || c.query.Get("direction") != "" {
		descending, err := c.descending()
		if err != nil {
			return err
		}
		f.Ascending = !descending
	}
	list, err := s.store.ListJobs(c.r.Context(), f)
	if err != nil {
		return err
	}
	out := make([]wireJobItem, len(list))
	for i, j := range list {
		out[i] = wireJobItem{
			ID: j.ID, CreateDate: jobDate(j.CreatedAt), Status: j.Status, Disposition: j.Disposition, Priority: c.base.priority(j.Priority), WorkerTag: j.WorkerTag,
		}
	}
	return c.ok(out)
}

// job finds the job that the path names. Those of other studios do not exist
// for the caller, unless it is a curator.
func (s *Server) job(c *call) (store.Job, error) {
	id, err := c.id("job")
	if err != nil {
		return store.Job{}, err
	}
	j, err := s.store.Job(c.r.Context(), id)
	if err == nil && j.StudioID != c.who.studio && c.who.role < store.Curator {
		err = store.ErrNotFound
	}
	return j, err
}

// getJob answers GET v1/jobs/{job}. Messages are left out with
// includeMessages=false.
func (s *Server) getJob(c *call) error {
	with, err := boolean("The parameter includeMessages", c.query.Get("includemessages"), true)
	if err != nil {
		return err
	}
	j, err := s.job(c)
	if err != nil {
		return err
	}
	ctx := c.r.Context()
	var messages []store.Message
	if with && j.Attempt > 0 { // a job that never ran has none
		if messages, err = s.store.Messages(ctx, j.ID); err != nil {
			return err
		}
	}
	var outputs []store.Output
	if j.Status == store.Completed && j.Attempt > 0 {
		if outputs, err = s.store.Outputs(ctx, j.ID); err != nil {
			return err
		}
	}
	return c.ok(newWireJob(c.base, j, outputs, messages))
}

// cancelJob answers DELETE v3/jobs/{job} (API reference, section 7.4): curators
// cancel any job, others those they started.
func (s *Server) cancelJob(c *call) error {
	j, err := s.job(c)
	if err != nil {
		return err
	}
	if j.SubmitterID != c.who.submitter && c.who.role < store.Curator {
		return failf(http.StatusUnauthorized, "The job was started by someone else; only a curator may cancel it.")
	}
	if _, err := s.queue.Cancel(c.r.Context(), j.ID, s.now()); err != nil {
		if isState(err) {
			return failf(http.StatusBadRequest, "The job is finished already.")
		}
		return err
	}
	s.log.Info("job cancelled", "job", j.ID, "key", c.who.key.Consumer)
	c.w.WriteHeader(http.StatusOK)
	return nil
}
