package gallery

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pager serves n workflows in one of the ways in which servers page.
type pager struct {
	n        int
	cap      int  // largest page the server gives, whatever is asked for
	ignore   bool // offset and limit mean nothing: everything comes each time
	requests []string
}

func (p *pager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.requests = append(p.requests, r.URL.RawQuery)
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	if p.cap > 0 {
		limit = min(limit, p.cap)
	}
	if p.ignore {
		offset, limit = 0, p.n
	}
	page := []map[string]any{}
	for i := offset; i < min(offset+limit, p.n); i++ {
		page = append(page, map[string]any{"id": fmt.Sprint(i)})
	}
	json.NewEncoder(w).Encode(page)
}

func TestWorkflowsPagesThroughAll(t *testing.T) {
	tests := []struct {
		name   string
		server pager
		o      ListOptions
		want   int
	}{
		{"empty", pager{n: 0}, ListOptions{}, 0},
		{"less than a page", pager{n: 3}, ListOptions{}, 3},
		{"exactly two pages", pager{n: 20}, ListOptions{}, 20},
		{"several pages", pager{n: 37}, ListOptions{}, 37},
		{"server gives smaller pages than asked", pager{n: 37, cap: 4}, ListOptions{}, 37},
		{"server ignores paging", pager{n: 37, ignore: true}, ListOptions{}, 37},
		{"limit within a page", pager{n: 37}, ListOptions{Limit: 5}, 5},
		{"limit over pages", pager{n: 37}, ListOptions{Limit: 25}, 25},
		{"limit at a server that ignores it", pager{n: 37, ignore: true}, ListOptions{Limit: 5}, 5},
		{"offset", pager{n: 37}, ListOptions{Offset: 30}, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, mux := setup(t, "/gallery/api")
			c.PageSize = 10
			mux.Handle("/v1/workflows/subscription/{$}", &tt.server)
			var got, want []string
			for w, err := range c.Workflows(background(t), tt.o) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, w.ID)
			}
			for i := range tt.want {
				want = append(want, fmt.Sprint(tt.o.Offset+i))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkflowsStopsWhenTheLoopDoes(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	c.PageSize = 10
	server := pager{n: 100}
	mux.Handle("/v1/workflows/subscription/{$}", &server)
	for range c.Workflows(background(t), ListOptions{}) {
		break
	}
	if len(server.requests) != 1 {
		t.Errorf("requests = %q, want one", server.requests)
	}
}

func TestListQuery(t *testing.T) {
	c, mux := setup(t, "/gallery/api")
	server := pager{}
	mux.Handle("/v1/workflows/subscription/{$}", &server)
	macro := Macro
	o := ListOptions{Search: "Sales & 50% +é", PackageType: &macro, SortField: "name", Descending: true}
	for _, err := range c.Workflows(background(t), o) {
		t.Fatal(err)
	}
	want := []string{"direction=desc&limit=100&offset=0&packageType=2&search=Sales%20%26%2050%25%20%2B%C3%A9&sortField=name"}
	if diff := cmp.Diff(want, server.requests); diff != "" {
		t.Error(diff)
	}
}
