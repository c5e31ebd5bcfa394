package exec

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/engine"
)

// TestCancelOnError: after an error the rest of a workflow runs, unless it is set
// to be cancelled. It ends in an error either way, told once.
func TestCancelOnError(t *testing.T) {
	for setting, want := range map[string][]int{`<CancelOnError value="False"/>`: {4}, ``: {4}, `<CancelOnError value="True"/>`: nil} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"main.yxmd": `<AlteryxDocument yxmdVer="2021.4"><Nodes>
<Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.TextInput.TextInput"/><Properties><Configuration><NumRows value="2"/><Fields><Field name="id"/></Fields><Data><r><c>1</c></r><r><c>2</c></r></Data></Configuration></Properties></Node>
<Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.Message.Message"/><Properties><Configuration><When>All</When><Type>ErrorStop</Type><MessageExpression>"no more"</MessageExpression></Configuration></Properties></Node>
<Node ToolID="3"><GuiSettings Plugin="AlteryxBasePluginsGui.RunningTotal.RunningTotal"/><Properties><Configuration><RunningTotalFields><Field field="id"/></RunningTotalFields></Configuration></Properties></Node>
<Node ToolID="4"><GuiSettings Plugin="AlteryxBasePluginsGui.Sort.Sort"/><Properties><Configuration><SortInfo locale="0"><Field field="id" order="Descending"/></SortInfo></Configuration></Properties></Node>
</Nodes><Connections>
<Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/></Connection>
<Connection><Origin ToolID="2" Connection="Output"/><Destination ToolID="3" Connection="Input"/></Connection>
<Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="4" Connection="Input"/></Connection>
</Connections><Properties>` + setting + `</Properties></AlteryxDocument>`})
		r := run(t, filepath.Join(dir, "main.yxmd"), nil)
		var streams []int
		for _, s := range r.Streams {
			streams = append(streams, s.ToolID)
		}
		if d := cmp.Diff(want, streams); d != "" {
			t.Errorf("%s: streams (-want +got):\n%s%v", setting, d, r.Messages)
		}
		errors := 0
		for _, m := range r.Messages {
			if m.Status == int(engine.Error) {
				errors++
			}
		}
		if r.Success() || errors != 1 {
			t.Errorf("%s: %s with %d errors: %v", setting, r.Disposition, errors, r.Messages)
		}
	}
}
