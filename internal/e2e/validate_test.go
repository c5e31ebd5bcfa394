package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kickoff/gallery"
)

// counting is a workflow that makes records with numbers below limit, and
// computes a field from them.
func counting(limit int, field, expression string) string {
	return fmt.Sprintf(`<?xml version="1.0"?>
<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.GenerateRows.GenerateRows"/><Properties><Configuration>
<UpdateField value="False"/><CreateField_Name>n</CreateField_Name><CreateField_Type>Int32</CreateField_Type><CreateField_Size>4</CreateField_Size>
<Expression_Init>0</Expression_Init><Expression_Cond>n &lt; %d</Expression_Cond><Expression_Loop>n + 1</Expression_Loop></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.Formula.Formula"/><Properties><Configuration><FormulaFields>
<FormulaField expression="%s" field="%s" size="8" type="Double"/></FormulaFields></Configuration></Properties></Node>
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection></Connections><Properties/></AlteryxDocument>`, limit, expression, field)
}

// TestValidate publishes with validate=true: what runs is accepted, what does
// not is refused with its first error, and leaves nothing, however the run ends.
func TestValidate(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data, "--job-time", "3s")
	publish := func(ctx context.Context, document string) error {
		_, err := s.client().Publish(ctx, gallery.Publication{FileName: "count.yxmd", Name: "Count", Owner: s.email, SourceID: "count", Validate: true},
			strings.NewReader(document), int64(len(document)))
		return err
	}
	check := func(after string, versions int) {
		t.Helper()
		seen := 0
		for w, err := range s.client().AdminWorkflows(t.Context(), gallery.ListOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			seen += w.PublishedVersionNumber
			if w.RunCount != 0 {
				t.Errorf("after %s: the run is counted", after)
			}
		}
		if seen != versions {
			t.Errorf("after %s: version %d, want %d", after, seen, versions)
		}
		for _, folder := range []string{"work/runs", "blobs/tmp"} {
			wait(t, func() bool {
				list, err := os.ReadDir(filepath.Join(data, folder))
				return len(list) == 0 && (err == nil || errors.Is(err, os.ErrNotExist))
			})
		}
	}
	refused := func(document, want string) {
		t.Helper()
		err := publish(t.Context(), document)
		var e *gallery.Error
		if !errors.As(err, &e) || e.Status != http.StatusBadRequest || !strings.Contains(e.Message, want) {
			t.Errorf("got %v, want a refusal with %q", err, want)
		}
	}
	refused(counting(10, "x", "[nowhere] + 1"), "its run failed: tool 2: ")
	check("a run with an error", 0)
	if err := publish(t.Context(), counting(10, "x", "[n] + 1")); err != nil {
		t.Fatal(err)
	}
	check("a run that succeeds", 1)
	const long = 99_000_000
	refused(counting(long, "x", "[n] + 1"), "longer than the limit of 3s")
	check("a run that is too long", 1)

	running := func() bool {
		list, _ := filepath.Glob(filepath.Join(data, "work", "runs", "trial-*", "out"))
		return len(list) > 0
	}
	ctx, giveUp := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- publish(ctx, counting(long, "x", "[n] + 1")) }()
	wait(t, running)
	giveUp()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("a publication given up: %v", err)
	}
	check("a publication given up", 1)

	go func() { done <- publish(t.Context(), counting(long, "x", "[n] + 1")) }()
	wait(t, running)
	s.kill()
	if err := <-done; err == nil {
		t.Error("a server that was killed has accepted a workflow")
	}
	s = serve(t, data)
	check("a kill in the run", 1)
	if err := publish(t.Context(), counting(5, "x", "[n] * 2")); err != nil {
		t.Fatal(err)
	}
	check("a run after the kill", 2)
}
