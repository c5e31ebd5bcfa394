package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kickoff/gallery"
	"kickoff/record"
	"kickoff/yxdb"
)

// node is a tool of a document; macro tools have the macro's file for a plugin.
func node(id int, plugin, config string) string {
	at := fmt.Sprintf(`<GuiSettings Plugin="AlteryxBasePluginsGui.%[1]s.%[1]s"/>`, plugin)
	engine := ""
	if strings.HasSuffix(plugin, ".yxmc") {
		at, engine = "<GuiSettings/>", fmt.Sprintf(`<EngineSettings Macro="%s"/>`, plugin)
	}
	return fmt.Sprintf(`<Node ToolID="%d">%s<Properties><Configuration>%s</Configuration></Properties>%s</Node>`, id, at, config, engine)
}

// wire connects tools: "1.Output>2.Input".
func wire(pairs ...string) string {
	var b strings.Builder
	for _, p := range pairs {
		from, to, _ := strings.Cut(p, ">")
		a, x, _ := strings.Cut(from, ".")
		c, y, _ := strings.Cut(to, ".")
		fmt.Fprintf(&b, `<Connection><Origin ToolID="%s" Connection="%s"/><Destination ToolID="%s" Connection="%s"/></Connection>`, a, x, c, y)
	}
	return b.String()
}

func document(nodes, connections, properties string) string {
	return `<AlteryxDocument yxmdVer="2021.4"><Nodes>` + nodes + `</Nodes><Connections>` + connections + `</Connections>` + properties + `</AlteryxDocument>`
}

func formulaConfig(expression string) string {
	return `<FormulaFields><FormulaField field="x" type="Double" size="8" expression="` + expression + `"/></FormulaFields>`
}

// rows is a Generate Rows tool that makes n records.
func rows(n int) string {
	return node(1, "GenerateRows", fmt.Sprintf(`<CreateField_Name>r</CreateField_Name><CreateField_Type>Int64</CreateField_Type><CreateField_Size>8</CreateField_Size>`+
		`<Expression_Init>1</Expression_Init><Expression_Cond>[r] &lt;= %d</Expression_Cond><Expression_Loop>[r] + 1</Expression_Loop><UpdateField value="False"/>`, n))
}

const (
	oneRecord = `<NumRows value="1"/><Fields><Field name="a"/></Fields><Data><r><c>1</c></r></Data>`
	csvInput  = `<File FileFormat="0">%s</File><FormatSpecificOptions><Delimeter>,</Delimeter><HeaderRow>True</HeaderRow></FormatSpecificOptions>`
)

// endless is an iterative macro that hands on every record for ever.
func endless() string {
	return document(node(1, "MacroInput", "<Name>In</Name>")+node(2, "MacroOutput", "<Name>Again</Name>")+
		node(3, "Filter", "<Expression>1 = 0</Expression><Mode>Custom</Mode>")+node(4, "MacroOutput", "<Name>Done</Name>"),
		wire("1.Output>2.Input", "1.Output>3.Input", "3.True>4.Input"),
		`<Properties><RuntimeProperties><ModuleType>Macro</ModuleType><IterativeMacro><Input>In</Input><Output>Again</Output>`+
			`<IterationLimit value="1000000000"/><LimitBehavior>Error</LimitBehavior><OutputMode>AutoByName</OutputMode></IterativeMacro></RuntimeProperties></Properties>`)
}

// itself is a macro that calls itself.
func itself() string {
	return document(node(1, "MacroInput", "<Name>In</Name>")+node(2, "itself.yxmc", "")+node(3, "MacroOutput", "<Name>Done</Name>"),
		wire("1.Output>2.In", "2.Done>3.Input"), `<Properties><RuntimeProperties><ModuleType>Macro</ModuleType></RuntimeProperties></Properties>`)
}

// input is a document that reads one file.
func input(file, format, options string) string {
	return document(node(1, "DbFileInput", fmt.Sprintf(`<File FileFormat="%s">%s</File><FormatSpecificOptions>%s</FormatSpecificOptions>`, format, file, options))+
		node(2, "BrowseV2", ""), wire("1.Output>2.Input"), "")
}

// cutYXDB is the first half of a yxdb file.
func cutYXDB(t *testing.T) string {
	t.Helper()
	s := record.Schema{record.New("a", record.VWString, 100)}
	file := filepath.Join(t.TempDir(), "whole.yxdb")
	w, err := yxdb.Create(file, s)
	if err != nil {
		t.Fatal(err)
	}
	b := record.NewBatch(s, 1000)
	for i := range 1000 {
		b.Append(fmt.Sprint("text ", i*i))
	}
	if err := errors.Join(w.Write(t.Context(), b), w.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data[:len(data)/2])
}

// pack makes a package of names and texts.
func pack(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err == nil {
			_, err = w.Write([]byte(entries[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// kick publishes a package and starts it.
func (s *server) kick(ctx context.Context, c *gallery.Client, name string, p []byte) *gallery.Job {
	s.t.Helper()
	id, err := c.Publish(ctx, gallery.Publication{FileName: name + ".yxzp", Name: name, Owner: s.email}, bytes.NewReader(p), int64(len(p)))
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	job, err := c.Run(ctx, id, gallery.RunOptions{})
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	return job
}

// await waits for a job and returns its end with its messages in one text.
func (s *server) await(ctx context.Context, c *gallery.Client, job *gallery.Job) (*gallery.Job, string) {
	s.t.Helper()
	end, err := c.Wait(ctx, job.ID, gallery.WaitOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	var b strings.Builder
	for _, m := range end.Messages {
		fmt.Fprintf(&b, "%d %s\n", m.ToolID, m.Text)
	}
	return end, b.String()
}

// Whatever is wrong with a workflow is the end of its job, with a message that
// names the place; the next job runs.
func TestHostileWorkflows(t *testing.T) {
	s := serve(t, t.TempDir(), "--job-time", "3s", "--job-memory", "256MiB", "--slots", "1")
	c, ctx := s.client(), t.Context()
	text := node(1, "TextInput", oneRecord)
	secretFile := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secretFile, []byte("a\n1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	into := func(plugin, config string) string {
		return document(text+node(2, plugin, config), wire("1.Output>2.Input"), "")
	}
	for _, w := range []struct {
		name    string
		entries []string
		want    string
	}{
		{"formula", []string{"w.yxmd", into("Formula", formulaConfig("1 +&#10;  Froob([a])"))}, "(line 2, column 3)\n    Froob([a])\n    ~~~~~~~~~~"},
		{"unknown tool", []string{"w.yxmd", into("Frobnicate", "")}, "tool 2 (Frobnicate)"},
		{"missing macro", []string{"w.yxmd", into("nowhere.yxmc", "")}, "nowhere.yxmc is not there"},
		{"macro that calls itself", []string{"w.yxmd", document(text+node(2, "itself.yxmc", ""), wire("1.Output>2.In"), ""), "itself.yxmc", itself()}, "calls itself"},
		{"cycle", []string{"w.yxmd", document(node(1, "Formula", formulaConfig("1"))+node(2, "Formula", formulaConfig("1")), wire("1.Output>2.Input", "2.Output>1.Input"), "")}, "circle"},
		{"foreign file", []string{"w.yxmd", document(node(1, "DbFileInput", fmt.Sprintf(csvInput, secretFile))+node(2, "BrowseV2", ""), wire("1.Output>2.Input"), "")}, "outside the folders"},
		{"too many fields", []string{"w.yxmd", document(node(1, "DbFileInput", fmt.Sprintf(csvInput, "in.csv"))+node(2, "BrowseV2", ""), wire("1.Output>2.Input"), ""), "in.csv", "a,b\n1,2\n1,2,3\n"}, "in.csv: line 3: too many fields: 3"},
		{"loop without end", []string{"w.yxmd", document(strings.Replace(rows(1), "[r] + 1", "[r] + 0", 1)+node(2, "BrowseV2", ""), wire("1.Output>2.Input"), "")}, "does not end"},
		{"pattern that backtracks for ever", []string{"w.yxmd", into("Formula", formulaConfig(`IIF(REGEX_Match(PadLeft('', 40, 'a') + '!', '(?=a)(a+)+$'), 1, 0)`))}, "tool 2 (Formula): REGEX_Match: the pattern"},
		{"cartesian join", []string{"w.yxmd", document(rows(200_000)+strings.Replace(rows(200_000), `ToolID="1"`, `ToolID="2"`, 1)+node(3, "AppendFields", "<CartesianMode>Allow</CartesianMode>"), wire("1.Output>3.Targets", "2.Output>3.Source"), "")}, "tool 3 (Append Fields): CartesianMode: every record of the one input beside every record of the other gives more than 100000000"},
		{"iterative macro without end", []string{"w.yxmd", document(text+node(2, "endless.yxmc", "")+node(3, "BrowseV2", ""), wire("1.Output>2.In", "2.Done>3.Input"), ""), "endless.yxmc", strings.Replace(endless(), "1000000000", "20", 1)}, "tool 2 (endless): IterationLimit: the macro was run 20 times, which is its limit"},
		{"archive as text", []string{"w.yxmd", input("in.csv", "0", "<Delimeter>,</Delimeter><CodePage>65001</CodePage>"), "in.csv", "PK\x03\x04,b\n1,2\n"}, "tool 1 (Input Data): File: read in.csv: the file is a zip archive or a workbook, not delimited text"},
		{"no workbook", []string{"w.yxmd", input("in.xlsx|||`Sheet1$`", "25", ""), "in.xlsx", "a,b\n1,2\n"}, "tool 1 (Input Data): File: read in.xlsx: not an xlsx workbook, which is a zip archive"},
		{"cut yxdb", []string{"w.yxmd", input("in.yxdb", "19", ""), "in.yxdb", cutYXDB(t)}, "tool 1 (Input Data): File: read in.yxdb: yxdb: block 1 (at byte"},
		{"endless macro", []string{"w.yxmd", document(text+node(2, "endless.yxmc", "")+node(3, "BrowseV2", ""), wire("1.Output>2.In", "2.Done>3.Input"), ""), "endless.yxmc", endless()}, "longer than the limit of 3s"},
	} {
		end, messages := s.await(ctx, c, s.kick(ctx, c, w.name, pack(t, w.entries...)))
		if end.Disposition != gallery.Failed || !strings.Contains(messages, w.want) {
			t.Errorf("%s: %s, %q; want an error with %q", w.name, end.Disposition, messages, w.want)
		}
		if len(end.Outputs) > 0 {
			t.Errorf("%s: half a run left outputs: %v", w.name, end.Outputs)
		}
	}

	// A child that is killed ends its job at once, and no other.
	job := s.kick(ctx, c, "killed", pack(t, "w.yxmd", document(rows(1_000_000_000)+node(2, "BrowseV2", ""), wire("1.Output>2.Input"), "")))
	for job.Status != gallery.Running {
		var err error
		if job, err = c.Job(ctx, job.ID); err != nil {
			t.Fatal(err)
		}
	}
	killChildren(t, s.cmd.Process.Pid)
	if end, messages := s.await(ctx, c, job); end.Disposition != gallery.Failed || !strings.Contains(messages, "killed") {
		t.Errorf("killed: %s, %q", end.Disposition, messages)
	}
	if end, messages := s.await(ctx, c, s.kick(ctx, c, "good", pack(t, "w.yxmd", into("BrowseV2", "")))); end.Disposition != gallery.Success {
		t.Errorf("the job after them: %s, %q", end.Disposition, messages)
	}
	for _, secret := range []string{s.secret, "oauth_signature", "oauth_nonce"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, s.log)
		}
	}
	// A job's folder goes after its end is told.
	left, err := os.ReadDir(filepath.Join(s.data, "work", "runs"))
	for end := time.Now().Add(10 * time.Second); len(left) > 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		left, err = os.ReadDir(filepath.Join(s.data, "work", "runs"))
	}
	if err != nil || len(left) > 0 {
		t.Errorf("runs left behind: %v, %v", left, err)
	}
}

// A job that needs more memory than it may have is told so, and the next one runs.
func TestHostileMemory(t *testing.T) {
	s := serve(t, t.TempDir(), "--job-memory", "256MiB", "--slots", "1")
	c, ctx := s.client(), t.Context()
	text := node(1, "TextInput", oneRecord)
	grown := `<FormulaFields><FormulaField field="x" type="V_WString" size="1073741823" expression="PadLeft('a', 250000000, 'b')"/>` +
		`<FormulaField field="y" type="V_WString" size="1073741823" expression="PadLeft(ToString([a]), 250000000, 'c')"/></FormulaFields>`
	end, messages := s.await(ctx, c, s.kick(ctx, c, "grown", pack(t, "w.yxmd", document(text+node(2, "Formula", grown)+node(3, "Sort", `<SortInfo locale="0"><Field field="x" order="Ascending"/></SortInfo>`)+
		node(4, "BrowseV2", ""), wire("1.Output>2.Input", "2.Output>3.Input", "3.Output>4.Input"), ""))))
	if end.Disposition != gallery.Failed || !strings.Contains(messages, "memory") {
		t.Errorf("%s, %.500q", end.Disposition, messages)
	}
	t.Logf("%.300s", messages)
	if end, messages := s.await(ctx, c, s.kick(ctx, c, "good", pack(t, "w.yxmd", document(text+node(2, "BrowseV2", ""), wire("1.Output>2.Input"), "")))); end.Disposition != gallery.Success {
		t.Errorf("the job after it: %s, %q", end.Disposition, messages)
	}
}

// killChildren is kill -9 for the child processes of one process.
func killChildren(t *testing.T, parent int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, stat := range stats {
		b, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …
		_, rest, _ := strings.Cut(string(b), ") ")
		if f := strings.Fields(rest); len(f) < 2 || f[1] != strconv.Itoa(parent) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err == nil {
			killed++
		}
	}
	if killed == 0 {
		t.Fatal("the server has no child processes")
	}
}

// A server that cannot start says why, in one line, and touches nothing.
func TestCannotStart(t *testing.T) {
	s := serve(t, t.TempDir())
	taken := strings.TrimSuffix(strings.TrimPrefix(s.url, "http://"), "/gallery")
	if _, _, err := net.SplitHostPort(taken); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"port in use", []string{"serve", "--data", t.TempDir(), "--listen", taken}, "the port is in use"},
		{"no address", []string{"serve", "--data", t.TempDir(), "--listen", "8080"}, "such as 127.0.0.1:8080"},
		{"data folder in use", []string{"serve", "--data", s.data, "--listen", "127.0.0.1:0"}, "another server runs on this data folder"},
		{"data folder is a file", []string{"serve", "--data", file, "--listen", "127.0.0.1:0"}, file},
		{"data folder may not be read", []string{"serve", "--data", closed, "--listen", "127.0.0.1:0"}, "permission denied"},
		{"no gallery", []string{"key", "list", "--data", t.TempDir()}, "there is no gallery"},
	} {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		cmd := exec.CommandContext(ctx, binary, c.args...)
		if c.name == "data folder may not be read" && os.Getuid() == 0 {
			asNobody(t, cmd, closed)
		}
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: %v, want exit status 1\n%s", c.name, err, out)
		}
		if text := string(out); !strings.HasPrefix(text, "error: ") || !strings.Contains(text, c.want) {
			t.Errorf("%s: %q does not say %q", c.name, text, c.want)
		}
	}
	if b, err := os.ReadFile(file); string(b) != "mine" {
		t.Errorf("the file was changed: %q, %v", b, err)
	}
	if left, err := os.ReadDir(closed); err == nil && len(left) > 0 {
		t.Errorf("the closed folder holds %v", left)
	}
}

// asNobody runs a command without root's rights, which no permission stops.
// The program and the way to the folder must be open to all for it.
func asNobody(t *testing.T, cmd *exec.Cmd, folder string) {
	t.Helper()
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	cmd.Dir = "/"
	for _, path := range []string{binary, folder} {
		for dir := filepath.Dir(path); dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
}
