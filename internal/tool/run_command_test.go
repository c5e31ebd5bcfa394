package tool

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickoff/internal/diag"
	"kickoff/internal/engine"
	"kickoff/internal/engine/plain"
	"kickoff/internal/plan"
	"kickoff/record"
	"kickoff/workflow"
)

// TestMain lets the test binary play the program that Run Command starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "play" {
		play(os.Args[2:])
		return
	}
	os.Exit(m.Run())
}

func play(args []string) {
	switch args[0] {
	case "copy":
		b, err := os.ReadFile(args[1])
		if err != nil {
			os.Stderr.WriteString(err.Error())
			os.Exit(1)
		}
		os.WriteFile(args[2], []byte(strings.ToUpper(string(b))), 0o666)
		os.Stdout.WriteString("copied")
	case "secret":
		os.Stdout.WriteString("secret=" + os.Getenv("KICKOFF_TEST_SECRET"))
	case "fail":
		os.Stderr.WriteString("out of paper")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Minute)
	}
}

func runCommand(t *testing.T, ctx context.Context, arguments, files string) (outDir string, b *record.Batch, messages []string, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	session, err := plain.Engine{}.Open(ctx, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	config, err := workflow.ParseElement([]byte("<Configuration><ProgramName>" + self + "</ProgramName><Arguments>play " + arguments + "</Arguments>" + files + "</Configuration>"))
	if err != nil {
		t.Fatal(err)
	}
	in := &plan.Values{Fields: record.Schema{record.New("name", record.VString, 20)}, Rows: [][]any{{"ann"}, {"bo"}}}
	outDir = t.TempDir()
	c := &Context{Context: ctx, Tool: diag.Tool{ID: 7, Name: "Run Command"}, Config: config, Inputs: map[string][]Input{"Input": {{Node: in}}},
		Run: &Run{Session: session, Dir: t.TempDir(), OutDir: outDir, Policy: Policy{RunCommand: true}, Report: func(m engine.Message) { messages = append(messages, m.Text) }}}
	outs, err := runCommandTool.Build(c)
	if err == nil {
		err = session.Run(ctx, c.Run.Sinks)
	}
	if err == nil && outs["Output"] != nil {
		r, err := session.Read(ctx, outs["Output"])
		if err != nil {
			return outDir, nil, messages, err
		}
		defer r.Close()
		b, err = record.ReadAll(ctx, r, 0)
		return outDir, b, messages, err
	}
	return outDir, nil, messages, err
}

const writtenBefore = `<OutputConfiguration><Configuration><File FileFormat="0">C:\work\in.csv</File><FormatSpecificOptions><CodePage>65001</CodePage><HeaderRow>True</HeaderRow><Delimeter>,</Delimeter></FormatSpecificOptions></Configuration></OutputConfiguration>`

func TestRunCommand(t *testing.T) {
	ctx := context.Background()
	read := `<InputConfiguration><Configuration><File FileFormat="0">C:\work\out file.csv</File><FormatSpecificOptions><CodePage>65001</CodePage><HeaderRow>True</HeaderRow><Delimeter>,</Delimeter></FormatSpecificOptions></Configuration></InputConfiguration>`
	_, b, messages, err := runCommand(t, ctx, `copy in.csv "out file.csv"`, writtenBefore+read)
	if err != nil || cmp.Diff([]string{"copied"}, messages) != "" || b.Len != 2 || b.Schema[0].Name != "NAME" || b.Value(1, 0) != "BO" {
		t.Fatalf("%v %v %v", b, messages, err)
	}
	dir, _, messages, err := runCommand(t, ctx, `copy in.csv out.csv`, writtenBefore)
	if _, e := os.Stat(filepath.Join(dir, "out.csv")); err != nil || e != nil || len(messages) != 1 {
		t.Errorf("without results: %v %v %v", err, e, messages)
	}
	t.Setenv("KICKOFF_TEST_SECRET", "s3cret")
	if _, _, messages, err := runCommand(t, ctx, `secret`, ""); err != nil || cmp.Diff([]string{"secret="}, messages) != "" {
		t.Errorf("environment: %v %v", messages, err)
	}
	_, _, _, err = runCommand(t, ctx, `fail`, "")
	if all := diag.All(err); len(all) != 1 || all[0].Code != diag.Failed || !strings.Contains(err.Error(), "exit status 3: out of paper") {
		t.Errorf("failure: %v", err)
	}
	if _, _, _, err = runCommand(t, ctx, `secret`, read); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("no result: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, _, _, err = runCommand(t, short, `hang`, ""); err == nil || time.Since(start) > 20*time.Second {
		t.Errorf("cancelled after %v: %v", time.Since(start), err)
	}
}

func TestRunCommandRefusals(t *testing.T) {
	for _, extra := range []string{"<WorkingDir>C:\\temp</WorkingDir>", strings.Replace(writtenBefore, "<File", `<MultiFile value="True"/><File`, 1)} {
		_, _, _, err := runCommand(t, context.Background(), "secret", extra)
		if all := diag.All(err); len(all) != 1 || all[0].Code != diag.Unsupported {
			t.Errorf("%s: %v", extra, err)
		}
	}
	if _, err := runProgram(context.Background(), t.TempDir(), t.TempDir(), `..\bin\sh`, nil); err == nil || !strings.Contains(err.Error(), "out of the workflow's folder") {
		t.Error(err)
	}
}

func TestSplitArguments(t *testing.T) {
	for line, want := range map[string][]string{
		"":                       nil,
		`a  b`:                   {"a", "b"},
		`"a b" c`:                {"a b", "c"},
		`/f:"C:\my dir\x" ""`:    {`/f:C:\my dir\x`, ""},
		`say \"hi\" "x \"y\" z"`: {"say", `"hi"`, `x "y" z`},
	} {
		got, err := splitArguments(line)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", line, err, d)
		}
	}
	if _, err := splitArguments(`"a`); err == nil {
		t.Error("an open quote was taken")
	}
}
