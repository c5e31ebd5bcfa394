package store

import "time"

// PackageType says what kind of document a workflow is.
// The numbers are the vendor's (API reference, section 8.4).
type PackageType int

// The package types.
const (
	App    PackageType = iota // .yxwz
	Module                    // .yxmd, "workflow" in the product
	Macro                     // .yxmc
)

// Workflow is a published workflow.
type Workflow struct {
	ID       ID
	StudioID ID
	OwnerID  ID
	// SourceID is the id on the server it was migrated from, or any name its
	// publisher gave it. Publishing with the same one makes a new version.
	SourceID     string
	Name         string
	Public       bool
	RunDisabled  bool
	CanDownload  bool
	SafeToRepeat bool // a lost job may be run again
	WorkerTag    string
	RunCount     int
	CreatedAt    time.Time
	LastRunAt    time.Time // zero: never run

	// Published is the version that jobs run.
	Published Version
}

// Version is one uploaded package of a workflow.
type Version struct {
	ID          ID
	WorkflowID  ID
	Number      int // from 1
	AuthorID    ID  // who uploaded it
	PackageType PackageType
	FileName    string // of the main document, for example "Sales.yxwz"
	Meta        MetaInfo
	Chained     bool // the app calls another one when it ends
	Comments    string
	Blob        string // SHA-256 of the package, see package blob
	Size        int64  // of the package in bytes
	UploadedAt  time.Time
	Questions   []Question
}

// MetaInfo is what the author wrote about the workflow.
type MetaInfo struct {
	Name            string
	Description     string
	Author          string
	Copyright       string
	URL             string
	URLText         string
	OutputMessage   string
	NoOutputMessage string
}

// Question is an interface tool of an app.
type Question struct {
	Name        string
	Type        string // "Question" and the tool's type (API reference, section 8.6)
	Description string
	Value       string // the default answer
	Multiple    bool
	Items       []Item
}

// Item is one choice of a question: Key is shown, Value is answered.
type Item struct{ Key, Value string }

// WorkflowSort names the field a list is sorted by.
type WorkflowSort string

// The sort fields (API reference, section 3.1), as on the wire in lower case.
const (
	SortAuthor         WorkflowSort = "author"
	SortCopyright      WorkflowSort = "copyright"
	SortDateMadePublic WorkflowSort = "datemadepublic"
	SortDescription    WorkflowSort = "description"
	SortExecutionMode  WorkflowSort = "executionmode"
	SortName           WorkflowSort = "name"
	SortOwner          WorkflowSort = "owner"
	SortRunCount       WorkflowSort = "runcount"
	SortSubscriptionID WorkflowSort = "subscriptionid"
	SortUploadDate     WorkflowSort = "uploaddate"
)

// WorkflowFilter selects workflows. The zero filter selects all, oldest first.
type WorkflowFilter struct {
	StudioID    ID           // empty: of all studios
	Search      string       // part of name, description or author, ignoring case; or a whole id or source id
	PackageType *PackageType // nil: any
	Sort        WorkflowSort // "": by creation
	Descending  bool
	Offset      int
	Limit       int // 0: all
}
