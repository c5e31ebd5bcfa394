package gallery

import (
	"context"
	"iter"
	"net/url"
	"strconv"
)

// ListOptions narrow and order a list. The zero value asks for everything in
// the server's order.
type ListOptions struct {
	// Search keeps what contains this text; workflows only.
	Search string
	// PackageType keeps one kind of workflow; nil keeps all. Workflows only.
	PackageType *PackageType
	// SortField is one of [WorkflowSortFields], or createdate for jobs.
	SortField string
	// Descending turns the order round; it has no effect without SortField.
	Descending bool
	// Offset skips records; Limit ends the list after so many (0 = all).
	Offset, Limit int
}

// WorkflowSortFields are the values that servers know for sorting workflows (section 3.1).
var WorkflowSortFields = [...]string{
	"author", "copyright", "datemadepublic", "description", "executionmode",
	"name", "owner", "runcount", "subscriptionid", "uploaddate",
}

func (o ListOptions) query() url.Values {
	q := url.Values{}
	if o.Search != "" {
		q.Set("search", o.Search)
	}
	if o.PackageType != nil {
		q.Set("packageType", strconv.Itoa(int(*o.PackageType)))
	}
	if o.SortField != "" {
		q.Set("sortField", o.SortField)
		q.Set("direction", "asc")
		if o.Descending {
			q.Set("direction", "desc")
		}
	}
	return q
}

// list yields all records of a list, page by page. The API gives no total and
// does not say its largest page (section 2.1), so a short page proves nothing:
// the list ends with a page that brings no record with a new id. That also
// holds for servers that ignore offset and limit, and leaves out records that
// move to a later page while the list is read.
func list[T any](ctx context.Context, c *Client, path string, o ListOptions, id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		seen := map[string]bool{}
		given := 0
		for offset := o.Offset; ; {
			size := max(c.PageSize, 1)
			if o.Limit > 0 {
				size = min(size, o.Limit-given)
			}
			q := o.query()
			q.Set("offset", strconv.Itoa(offset))
			q.Set("limit", strconv.Itoa(size))
			var page []T
			if err := c.getJSON(ctx, path, q, &page); err != nil {
				yield(zero, err)
				return
			}
			fresh := 0
			for _, record := range page {
				if seen[id(record)] {
					continue
				}
				seen[id(record)] = true
				fresh++
				given++
				if !yield(record, nil) || given == o.Limit {
					return
				}
			}
			if fresh == 0 {
				return
			}
			offset += len(page)
		}
	}
}
