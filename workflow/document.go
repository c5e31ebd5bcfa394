package workflow

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"kickoff/record"
)

// Document is a workflow, an app or a macro.
type Document struct {
	Version string // yxmdVer, "2021.4"
	// AMP says that the document asks for the newer engine, which promises less
	// about the order of records.
	AMP         bool
	Nodes       []*Node // in document order; containers hold theirs
	Connections []Connection
	Constants   []Constant
	Meta        Meta
	// Runtime holds questions and actions. It is never nil; a plain workflow has
	// an empty one.
	Runtime Runtime
	// Properties is the element of that name with all other settings of the
	// workflow. It is never nil.
	Properties *Element
}

// Node is one tool on the canvas.
type Node struct {
	ToolID int
	Plugin string // GuiSettings/@Plugin, "" for most macro calls
	DLL    string // EngineSettings/@EngineDll
	Entry  string // EngineSettings/@EngineDllEntryPoint
	Macro  string // EngineSettings/@Macro: the path of the macro as written
	// X, Y, Width and Height are the position on the canvas, in pixels.
	X, Y, Width, Height float64
	Config              *Element // Properties/Configuration, never nil
	Name                string   // the name given in the annotation, or ""
	Annotation          string   // the text below the tool
	// Schemas are the output schemas that Designer cached, by anchor. They may be
	// stale or absent.
	Schemas  map[string]record.Schema
	Children []*Node // the tools in a container
	Line     int     // line of the document
}

// Connection leads from an output anchor to an input anchor.
type Connection struct {
	Name       string // "#1", or a name that configurations refer to, or ""
	From       int    // ToolID
	FromAnchor string
	To         int
	ToAnchor   string
	Wireless   bool
	Line       int
}

// Constant is a user constant (Namespace "User"), an engine constant or a
// question's value as the document stores it.
type Constant struct {
	Namespace, Name, Value string
	Numeric                bool
}

// Meta is what the author says about the document.
type Meta struct {
	Name, Description, Author, Company, Copyright, ToolVersion, Category, SearchTags string
}

// Plugins that the structure of documents depends on.
const (
	PluginContainer        = "AlteryxGuiToolkit.ToolContainer.ToolContainer"
	PluginControlContainer = "AlteryxGuiToolkit.ControlContainer.ControlContainer"
	PluginMacroInput       = "AlteryxBasePluginsGui.MacroInput.MacroInput"
	PluginMacroOutput      = "AlteryxBasePluginsGui.MacroOutput.MacroOutput"
)

// Disabled reports whether the node is a container that is switched off, with
// all that it holds.
func (n *Node) Disabled() bool { return n.IsContainer() && n.Config.Bool("Disabled", false) }

// IsContainer reports whether the node is a tool container of either kind.
func (n *Node) IsContainer() bool {
	return n.Plugin == PluginContainer || n.Plugin == PluginControlContainer
}

// MacroBase returns the base name of the macro that the node calls, in lower
// case and without its extension, or "".
func (n *Node) MacroBase() string {
	base := n.Macro[strings.LastIndexAny(n.Macro, `\/`)+1:]
	base = strings.ToLower(base)
	return strings.TrimSuffix(base, ".yxmc")
}

// Walk calls visit for every node, containers before what they hold. The
// containers around the node are given outermost first.
func (d *Document) Walk(visit func(n *Node, in []*Node)) { walk(d.Nodes, nil, visit) }

func walk(nodes []*Node, in []*Node, visit func(*Node, []*Node)) {
	for _, n := range nodes {
		visit(n, in)
		walk(n.Children, append(in[:len(in):len(in)], n), visit)
	}
}

// Node returns the node with an id, or nil.
func (d *Document) Node(id int) *Node {
	var found *Node
	d.Walk(func(n *Node, _ []*Node) {
		if n.ToolID == id {
			found = n
		}
	})
	return found
}

// Parse reads a document, in UTF-8 or UTF-16. Its errors are of type *Error.
func Parse(data []byte) (*Document, error) { return ParseLimited(data, DefaultLimits) }

// ParseLimited is Parse with limits of the caller's.
func ParseLimited(data []byte, lim Limits) (*Document, error) {
	root, err := decode(data, lim.orDefault())
	if err != nil {
		return nil, err
	}
	return fromElement(root)
}

// ReadFile reads a document from a file.
func ReadFile(name string) (*Document, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read workflow: %w", err)
	}
	if info.Size() > DefaultLimits.Document {
		return nil, fmt.Errorf("read workflow %s: %w", name, errorAt(0, "the file has %d bytes, more than the limit of %d", info.Size(), DefaultLimits.Document))
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read workflow: %w", err)
	}
	d, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read workflow %s: %w", name, err)
	}
	return d, nil
}

func fromElement(root *Element) (*Document, error) {
	if root.Name != "AlteryxDocument" {
		return nil, errorAt(root.Line, "not a workflow document: the root element is <%s>", root.Name)
	}
	d := &Document{Version: root.Attr("yxmdVer"), Properties: root.Child("Properties")}
	if d.Properties == nil {
		d.Properties = &Element{Name: "Properties"}
	}
	p := d.Properties
	d.AMP = strings.EqualFold(root.Attr("RunE2"), "T") || p.Bool("RunWithE2", false)
	seen := make(map[int]int)
	var err error
	if d.Nodes, err = readNodes(root.Child("Nodes"), seen); err != nil {
		return nil, err
	}
	for _, e := range root.All("Connections/Connection") {
		c, err := readConnection(e)
		if err != nil {
			return nil, err
		}
		d.Connections = append(d.Connections, c)
	}
	for _, e := range p.All("Constants/Constant") {
		d.Constants = append(d.Constants, Constant{
			Namespace: e.Value("Namespace"), Name: e.Value("Name"), Value: e.String("Value"), Numeric: e.Bool("IsNumeric", false),
		})
	}
	m := p.Child("MetaInfo")
	d.Meta = Meta{
		Name: m.Value("Name"), Description: m.Value("Description"), Author: m.Value("Author"), Company: m.Value("Company"),
		Copyright: m.Value("Copyright"), ToolVersion: m.Value("ToolVersion"), Category: m.Value("CategoryName"), SearchTags: m.Value("SearchTags"),
	}
	if d.Runtime, err = readRuntime(p.Child("RuntimeProperties")); err != nil {
		return nil, err
	}
	d.fillItems()
	return d, nil
}

// readNodes reads the Node elements below e. seen holds the lines of the tool
// ids so far.
func readNodes(e *Element, seen map[int]int) ([]*Node, error) {
	if e == nil {
		return nil, nil
	}
	var nodes []*Node
	for _, c := range e.Children {
		if c.Name != "Node" {
			continue
		}
		id, err := strconv.Atoi(strings.TrimSpace(c.Attr("ToolID")))
		if err != nil || id <= 0 {
			return nil, errorAt(c.Line, "a tool has the id %q, which is no positive number", c.Attr("ToolID"))
		}
		if line, dup := seen[id]; dup {
			return nil, errorAt(c.Line, "tool %d is there twice; the first stands at line %d", id, line)
		}
		seen[id] = c.Line
		n := readNode(c)
		n.ToolID = id
		if n.Children, err = readNodes(c.Child("ChildNodes"), seen); err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

func readNode(e *Element) *Node {
	gui, eng := e.Child("GuiSettings"), e.Child("EngineSettings")
	n := &Node{
		Plugin: gui.Attr("Plugin"), DLL: eng.Attr("EngineDll"), Entry: eng.Attr("EngineDllEntryPoint"), Macro: eng.Attr("Macro"),
		Config: e.Child("Properties/Configuration"), Line: e.Line,
		Name: e.Value("Properties/Annotation/Name"),
	}
	if n.Config == nil {
		n.Config = &Element{Name: "Configuration", Line: e.Line}
	}
	if n.Annotation = e.String("Properties/Annotation/AnnotationText"); n.Annotation == "" {
		n.Annotation = e.String("Properties/Annotation/DefaultAnnotationText")
	}
	pos := gui.Child("Position")
	n.X, n.Y, n.Width, n.Height = number(pos, "x"), number(pos, "y"), number(pos, "width"), number(pos, "height")
	for _, m := range e.All("Properties/MetaInfo") {
		s := readSchema(m.Child("RecordInfo"))
		if s == nil {
			continue
		}
		if n.Schemas == nil {
			n.Schemas = make(map[string]record.Schema)
		}
		n.Schemas[m.Attr("connection")] = s
	}
	return n
}

// readSchema reads a RecordInfo element, or returns nil where there is none or
// where a field has a type that does not exist.
func readSchema(e *Element) record.Schema {
	if e == nil {
		return nil
	}
	s := record.Schema{}
	for _, f := range e.All("Field") {
		t, ok := record.ParseType(f.Attr("type"))
		if !ok {
			return nil
		}
		size, scale := int(number(f, "size")), int(number(f, "scale"))
		field := record.New(f.Attr("name"), t, size)
		field.Scale, field.Source, field.Description = scale, f.Attr("source"), f.Attr("description")
		s = append(s, field)
	}
	return s
}

func readConnection(e *Element) (Connection, error) {
	c := Connection{
		Name: e.Attr("name"), Wireless: strings.EqualFold(e.Attr("Wireless"), "true"), Line: e.Line,
		FromAnchor: e.Child("Origin").Attr("Connection"), ToAnchor: e.Child("Destination").Attr("Connection"),
	}
	var err1, err2 error
	c.From, err1 = strconv.Atoi(e.Child("Origin").Attr("ToolID"))
	c.To, err2 = strconv.Atoi(e.Child("Destination").Attr("ToolID"))
	if err1 != nil || err2 != nil {
		return c, errorAt(e.Line, "a connection does not say which tools it connects")
	}
	return c, nil
}

// number reads a numeric attribute; what is no number is 0, since the positions
// and sizes read so are of no consequence.
func number(e *Element, attr string) float64 {
	f, err := strconv.ParseFloat(e.Attr(attr), 64)
	if err != nil {
		return 0
	}
	return f
}
