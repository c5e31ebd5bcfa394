package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"kickoff/internal/account"
	"kickoff/internal/blob"
	"kickoff/internal/job"
	"kickoff/internal/secret"
	"kickoff/internal/store"
	"kickoff/workflow"
)

// apiError is an error with its answer. Message may be shown to anyone.
type apiError struct {
	status  int
	message string
	header  http.Header // further headers of the answer
}

func (e *apiError) Error() string { return e.message }

func failf(status int, format string, args ...any) *apiError {
	return &apiError{status: status, message: fmt.Sprintf(format, args...)}
}

// retryAfter adds the header of that name, in whole seconds.
func (e *apiError) retryAfter(d time.Duration) *apiError {
	if e.header == nil {
		e.header = make(http.Header)
	}
	e.header.Set("Retry-After", strconv.Itoa(int((d+time.Second-1)/time.Second)))
	return e
}

// exceptionNames are the names in the vendor's error body. Only the first is
// known (API reference, section 9.1); the others follow its pattern.
var exceptionNames = map[int]string{
	http.StatusUnauthorized:          "UnauthorizedException",
	http.StatusBadRequest:            "BadRequestException",
	http.StatusNotFound:              "NotFoundException",
	http.StatusMethodNotAllowed:      "MethodNotAllowedException",
	http.StatusRequestTimeout:        "RequestTimeoutException",
	http.StatusConflict:              "ConflictException",
	http.StatusRequestEntityTooLarge: "RequestTooLargeException",
	http.StatusRequestURITooLong:     "RequestTooLargeException",
	http.StatusTooManyRequests:       "TooManyRequestsException",
	http.StatusInsufficientStorage:   "InsufficientStorageException",
	http.StatusServiceUnavailable:    "ServiceUnavailableException",
}

// wireError is the body of every error of the OAuth 1 era; clients print
// exceptionName and message (API reference, section 9.1).
type wireError struct {
	Data                  any    `json:"data"`
	ExceptionName         string `json:"exceptionName"`
	InnerExceptionMessage string `json:"innerExceptionMessage"`
	Message               string `json:"message"`
}

// wireMessage is the body of errors under /webapi (section 9.2).
type wireMessage struct {
	Message string `json:"message"`
}

// toAPIError is the one table from errors to answers. What is in no row is an
// internal error: it is logged and not shown.
func toAPIError(err error) (e *apiError, internal bool) {
	var api *apiError
	var doc *workflow.Error
	var large *http.MaxBytesError
	var failure *job.Failure
	switch {
	case errors.As(err, &api):
		return api, false
	case errors.As(err, &failure):
		return failf(http.StatusBadRequest, "The workflow was not published, since its run failed: %.1000s", failure), false
	case errors.Is(err, job.ErrBusy):
		return failf(http.StatusServiceUnavailable, "The workflow was not published: other workflows are being validated; try again later.").retryAfter(time.Minute), false
	case errors.Is(err, job.ErrStopped):
		return failf(http.StatusServiceUnavailable, "The workflow was not published: the server was stopped before its run had ended."), false
	case errors.As(err, &doc):
		return failf(http.StatusBadRequest, "The package was not accepted: %s.", doc), false
	case errors.As(err, &large):
		return failf(http.StatusRequestEntityTooLarge, "The body is larger than the limit of %d bytes.", large.Limit), false
	case errors.Is(err, blob.ErrTooLarge):
		return failf(http.StatusRequestEntityTooLarge, "The file is larger than the server accepts."), false
	case errors.Is(err, store.ErrNoSpace), errors.Is(err, blob.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return failf(http.StatusInsufficientStorage, "The server's disk is full; nothing was stored."), true
	case errors.Is(err, store.ErrQueueFull):
		return failf(http.StatusTooManyRequests, "Too many of your jobs are waiting; try again when some have run.").retryAfter(10 * time.Second), false
	case errors.Is(err, account.ErrInput):
		return failf(http.StatusBadRequest, "%v", err), false
	case errors.Is(err, store.ErrNotFound), errors.Is(err, fs.ErrNotExist), errors.Is(err, blob.ErrNotFound):
		return failf(http.StatusNotFound, "There is no such thing here, or the key may not see it."), false
	case errors.Is(err, store.ErrExists):
		return failf(http.StatusConflict, "%v", err), false
	case errors.Is(err, secret.ErrWrongKey):
		return failf(http.StatusInternalServerError, "The server cannot read this key's secret: its master key was changed."), true
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return failf(http.StatusServiceUnavailable, "The request was given up before its end."), false
	}
	return failf(http.StatusInternalServerError, "The server failed; its log says how."), true
}

// fail answers with an error.
func (s *Server) fail(c *call, err error) {
	e, internal := toAPIError(err)
	if internal {
		s.log.LogAttrs(c.r.Context(), slog.LevelError, "request failed", slog.String("method", c.r.Method), slog.String("path", logPath(c.r)), slog.Any("err", err))
	}
	if c.wrote() {
		// Half an answer is out: cutting the connection is the only way left to
		// say that the rest is missing.
		panic(http.ErrAbortHandler)
	}
	for k, v := range e.header {
		c.w.Header()[k] = v
	}
	name := exceptionNames[e.status]
	if name == "" {
		name = "InternalServerErrorException"
	}
	var body any = wireError{ExceptionName: name, Message: e.message}
	if c.base == webapi {
		body = wireMessage{e.message}
	}
	c.writeJSON(e.status, body)
}
