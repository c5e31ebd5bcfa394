package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"kickoff/internal/compile/compiletest"
	"kickoff/internal/tool"
	"kickoff/workflow"
)

// origin is a folder with documents to make mutants of.
type origin struct {
	dir   string
	main  []string // documents that can be run, by their names in dir
	macro []string
	roots map[string]*workflow.Element
}

// corpus gathers the cases of the tools, those of the compiler, the examples, and
// all folders below others. What is not written out yet is written below tmp.
func corpus(t *testing.T, tmp, others string) ([]*origin, *pool) {
	t.Helper()
	made := 0
	folder := func() string {
		made++
		dir := filepath.Join(tmp, fmt.Sprint(made))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	var dirs []string
	for _, file := range glob(t, "../../testdata/tools/*/*.txtar") {
		dir := folder()
		writeToolCase(t, dir, file)
		dirs = append(dirs, dir)
	}
	for _, file := range glob(t, "../compile/testdata/*.txtar") {
		dir := folder()
		for _, f := range archive(t, file).Files {
			if e, err := workflow.ParseElement(f.Data); err == nil && strings.HasPrefix(filepath.Ext(f.Name), ".yx") {
				f.Data = []byte(compiletest.Expand(e).XML())
			}
			put(t, dir, f.Name, f.Data)
		}
		dirs = append(dirs, dir)
	}
	dirs = append(dirs, "../../examples/workflows")
	if others != "" {
		more := glob(t, filepath.Join(others, "*", "*.yx*"))
		for i, file := range more {
			if i == 0 || filepath.Dir(file) != filepath.Dir(more[i-1]) {
				dirs = append(dirs, filepath.Dir(file))
			}
		}
	}
	p := newPool()
	var all []*origin
	for _, dir := range dirs {
		o := &origin{dir: dir, roots: make(map[string]*workflow.Element)}
		err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			name, _ := filepath.Rel(dir, path)
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			ext := strings.ToLower(filepath.Ext(name))
			if ext != ".yxmd" && ext != ".yxwz" && ext != ".yxmc" {
				return nil
			}
			root, err := workflow.ParseElement(data)
			if err != nil {
				return nil // a case of bad text
			}
			p.add(root)
			o.roots[name] = root
			if ext == ".yxmc" {
				o.macro = append(o.macro, name)
			} else {
				o.main = append(o.main, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(o.main) > 0 {
			all = append(all, o)
		}
	}
	return all, p
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: no files (%v)", pattern, err)
	}
	return files
}

func archive(t *testing.T, file string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o777)
	if err == nil {
		err = os.WriteFile(path, data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// writeToolCase makes a document of a case of one tool: its inputs as Text Input
// with a Select that gives the types, and the tool.
func writeToolCase(t *testing.T, dir, file string) {
	t.Helper()
	under := filepath.Base(filepath.Dir(file))
	n := &workflow.Element{Name: "Node", Attrs: []workflow.Attr{{Name: "ToolID", Value: "1"}}}
	for _, x := range tool.All() {
		if strings.NewReplacer(" ", "_", "%", "percent").Replace(strings.ToLower(x.Name)) != under {
			continue
		}
		gui, engine := &workflow.Element{Name: "GuiSettings"}, &workflow.Element{Name: "EngineSettings"}
		if len(x.Plugins) > 0 {
			gui.SetAttr("Plugin", x.Plugins[0])
		} else if len(x.Macros) > 0 {
			engine.SetAttr("Macro", x.Macros[0])
		}
		n.Children = append(n.Children, gui, engine)
	}
	a := archive(t, file)
	var nodes, wires []string
	id := 1
	for _, f := range a.Files {
		kind, name, _ := strings.Cut(f.Name, " ")
		switch kind {
		case "config":
			config, err := workflow.ParseElement(f.Data)
			if err != nil {
				return // a case of bad text
			}
			n.Children = append(n.Children, &workflow.Element{Name: "Properties", Children: []*workflow.Element{config}})
		case "file":
			put(t, dir, name, f.Data)
		case "in":
			id += 2
			anchor, connection, _ := strings.Cut(name, " ")
			text, types := tableNodes(string(f.Data))
			nodes = append(nodes, node(id-1, "TextInput", text), node(id, "AlteryxSelect", types))
			wires = append(wires, wire(fmt.Sprintf("%d.Output>%d.Input", id-1, id)),
				strings.Replace(wire(fmt.Sprintf("%d.Output>1.%s", id, anchor)), "<Connection>", `<Connection name="`+connection+`">`, 1))
		}
	}
	nodes = append(nodes, n.XML())
	put(t, dir, "main.yxmd", []byte(document(strings.Join(nodes, ""), strings.Join(wires, ""), "")))
}

// tableNodes makes the configurations of a Text Input and of a Select of a table
// as the cases of tools have it.
func tableNodes(table string) (text, types string) {
	lines := strings.Split(strings.TrimRight(table, "\n"), "\n")
	fields, data, chosen := &workflow.Element{Name: "Fields"}, &workflow.Element{Name: "Data"}, &workflow.Element{Name: "SelectFields"}
	for i, line := range lines {
		r := &workflow.Element{Name: "r"}
		for _, cell := range strings.Split(line, " | ") {
			if i > 0 {
				if s, err := strconv.Unquote(cell); err == nil {
					cell = s
				}
				r.Children = append(r.Children, &workflow.Element{Name: "c", Text: strings.TrimPrefix(cell, "Null")})
				continue
			}
			at := max(strings.LastIndexByte(cell, ' '), 0)
			name, typ := cell[:at], strings.TrimSpace(cell[at:])
			typ, size, _ := strings.Cut(strings.TrimSuffix(typ, ")"), "(")
			fields.Children = append(fields.Children, &workflow.Element{Name: "Field", Attrs: []workflow.Attr{{Name: "name", Value: name}}})
			f := &workflow.Element{Name: "SelectField", Attrs: []workflow.Attr{{Name: "field", Value: name}, {Name: "selected", Value: "True"}, {Name: "type", Value: typ}}}
			if size != "" {
				f.SetAttr("size", size)
			}
			chosen.Children = append(chosen.Children, f)
		}
		if i > 0 {
			data.Children = append(data.Children, r)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<NumRows value="%d"/>`, len(data.Children))
	return b.String() + fields.XML() + data.XML(), chosen.XML()
}
