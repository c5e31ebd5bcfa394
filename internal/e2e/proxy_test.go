package e2e

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Programs that know nothing of OAuth, each doing the main job through the
// signing proxy: list, run with answers, wait, download.
var unsigned = []struct{ name, program, file, text string }{
	{"R", "Rscript", "plain.R", `
library(httr)
api <- commandArgs(TRUE)[1]
apps <- content(GET(paste0(api, "/v1/workflows/subscription/?search=Sales%20Explorer")))
body <- list(questions = list(list(name = "Region", value = "West"), list(name = "Minimum Quantity", value = "2")))
job <- content(POST(paste0(api, "/v1/workflows/", apps[[1]]$id, "/jobs/"), body = body, encode = "json"))
while (job$status != "Completed") { Sys.sleep(0.2); job <- content(GET(paste0(api, "/v1/jobs/", job$id, "/"))) }
csv <- content(GET(paste0(api, "/v1/jobs/", job$id, "/output/", job$outputs[[1]]$id, "/?format=Csv")), "text", encoding = "UTF-8")
cat(apps[[1]]$metaInfo$name, job$disposition, nrow(read.csv(text = csv)), "rows\n")
`},
	{"Python", "python3", "plain.py", `
import csv, io, json, sys, time
from urllib.request import Request, urlopen
api = sys.argv[1]
get = lambda path: urlopen(api + path).read().decode()
app = json.loads(get("/v1/workflows/subscription/?search=Sales%20Explorer"))[0]
body = json.dumps({"questions": [{"name": "Region", "value": "West"}, {"name": "Minimum Quantity", "value": "2"}]}).encode()
job = json.load(urlopen(Request(api + f"/v1/workflows/{app['id']}/jobs/", body, {"Content-Type": "application/json"})))
while job["status"] != "Completed":
    time.sleep(0.2)
    job = json.loads(get(f"/v1/jobs/{job['id']}/"))
rows = list(csv.DictReader(io.StringIO(get(f"/v1/jobs/{job['id']}/output/{job['outputs'][0]['id']}/?format=Csv"))))
print(app["metaInfo"]["name"], job["disposition"], len(rows), "rows")
`},
	{"curl", "bash", "plain.sh", `
set -euo pipefail
field() { sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p' | head -n 1; }
get() { curl -sS --fail-with-body "$api$1" | tr -d '\n' | sed 's/[,{[]/\n&/g'; }
api=$1
app=$(get '/v1/workflows/subscription/?search=Sales%20Explorer' | field id)
answers='{"questions":[{"name":"Region","value":"West"},{"name":"Minimum Quantity","value":"2"}]}'
job=$(curl -sS --fail-with-body -H 'Content-Type: application/json' -d "$answers" "$api/v1/workflows/$app/jobs/" | tr ',{' '\n\n' | field id)
until get "/v1/jobs/$job/" | grep -q '"status" *: *"Completed"'; do sleep 0.2; done
output=$(get "/v1/jobs/$job/" | sed -n '/"outputs"/,$p' | field id)
curl -sS --fail-with-body "$api/v1/jobs/$job/output/$output/?format=Csv" -o plain.csv
echo "Sales Explorer $(get "/v1/jobs/$job/" | field disposition) $(($(grep -c . plain.csv) - 1)) rows"
`},
}

func TestProxy(t *testing.T) {
	s := serve(t, t.TempDir())
	if _, err := s.publish(t.Context(), s.client(), "Sales Explorer.yxwz", "sales"); err != nil {
		t.Fatal(err)
	}
	for era, url := range map[string]string{"OAuth 1": s.url, "OAuth 2": strings.TrimSuffix(s.url, "/gallery") + "/webapi"} {
		t.Run(era, func(t *testing.T) {
			address := s.proxy(t, url)
			for _, p := range unsigned {
				t.Run(p.name, func(t *testing.T) {
					dir := t.TempDir()
					file := filepath.Join(dir, p.file)
					if err := os.WriteFile(file, []byte(p.text), 0o600); err != nil {
						t.Fatal(err)
					}
					switch p.name {
					case "curl":
						need(t, "curl")
					case "R":
						needLibrary(t, p.program, httr...)
					}
					cmd := exec.Command(need(t, p.program), file, address)
					cmd.Dir = dir
					out, err := cmd.CombinedOutput()
					if err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					if got := strings.TrimSpace(string(out)); got != "Sales Explorer Success 10 rows" {
						t.Errorf("it printed %q", got)
					}
				})
			}
		})
	}
}

// proxy starts `kickoff proxy` to an address of the gallery and returns its own.
func (s *server) proxy(t *testing.T, url string) string {
	t.Helper()
	cmd := exec.Command(binary, "proxy", "--listen", "127.0.0.1:0", "--quiet")
	cmd.Env = append(os.Environ(), "KICKOFF_URL="+url, "KICKOFF_KEY="+s.key, "KICKOFF_SECRET="+s.secret, "KICKOFF_KEYRING=off")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the proxy said nothing: %v", err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the proxy did not end well: %v", err)
		}
	})
	return strings.TrimSpace(line)
}
