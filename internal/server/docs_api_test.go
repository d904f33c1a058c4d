package server

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"bailiwick/internal/api"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// words splits a shell command as far as docs/api.md needs it: quotes, no
// expansion.
var shellWord = regexp.MustCompile(`'([^']*)'|"([^"]*)"|([^\s'"]+)`)

func words(line string) []string {
	var out []string
	end := -1
	for _, m := range shellWord.FindAllStringSubmatchIndex(line, -1) {
		text := ""
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				text = line[m[g]:m[g+1]]
			}
		}
		if m[0] == end { // 'a'"b" is one word
			out[len(out)-1] += text
		} else {
			out = append(out, text)
		}
		end = m[1]
	}
	return out
}

// blocks returns the indented blocks of a page.
func blocks(page string) []string {
	var out []string
	in := false
	for _, l := range strings.Split(page, "\n") {
		code, ok := strings.CutPrefix(l, "    ")
		switch {
		case ok && in:
			out[len(out)-1] += "\n" + code
		case ok:
			out = append(out, code)
		}
		in = ok
	}
	return out
}

// TestExamplesOfTheAPI runs every curl command of docs/api.md, and sends the
// body of the query that stands there alone.
func TestExamplesOfTheAPI(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s, nil)
		token := h.owner["acme"].token
		h.invite(t, h.owner["acme"].actor.Tenant(), "second-person", "privacy")
		made := h.do(t, request{method: "POST", host: "acme.localhost", path: "/api/v1/records/person", token: token, media: "application/json",
			body: `{"fields":{"full_name":"Ada Example","country":"DE"}}`})
		var person struct{ ID string }
		if err := json.Unmarshal(made.Body.Bytes(), &person); err != nil || person.ID == "" {
			t.Fatalf("%d %s", made.Code, made.Body)
		}
		ran, change := 0, ""
		for _, b := range blocks(string(page)) {
			if strings.HasPrefix(b, `{"filters"`) {
				b = "curl -X POST -H 'Content-Type: application/json' -H 'Authorization: Bearer $T' -d '" + b + "' http://acme.localhost:8080/api/v1/records/person/query"
			}
			for _, line := range strings.Split(strings.ReplaceAll(b, "\\\n", " "), "\n") {
				if !strings.HasPrefix(line, "curl ") {
					continue
				}
				ran++
				line = strings.ReplaceAll(line, "/users/ID", "/users/"+h.plain["acme"].actor.User().String())
				line = strings.ReplaceAll(line, "/proposals/CHANGE", "/proposals/"+change)
				q := example(t, line, token, person.ID)
				w := h.do(t, q)
				if w.Code >= 300 {
					t.Errorf("%s\n%d %s", line, w.Code, w.Body)
				}
				if at, ok := strings.CutPrefix(w.Header().Get("Location"), "/api/v1/proposals/"); ok {
					change = at
				}
			}
		}
		if ran < 19 {
			t.Errorf("only %d examples ran", ran)
		}
	})
}

// TestOperationsOfTheAPI holds that docs/api.md lists every operation.
func TestOperationsOfTheAPI(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	all := api.Operations()
	for _, o := range all {
		pattern := strings.NewReplacer("{type}", "TYPE", "{id}", "ID").Replace(o.Pattern)
		if row := "| `" + o.Method + "` | `" + pattern + "` | " + o.Summary + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("there is no row %s", row)
		}
	}
	if n := strings.Count(string(page), "` | `/api/"); n != len(all) {
		t.Errorf("%d operations are listed, %d exist", n, len(all))
	}
}

// example turns a curl command into a request.
func example(t *testing.T, line, token, person string) request {
	t.Helper()
	q := request{method: "GET", header: map[string]string{}}
	args := words(line)[1:]
	for i := 0; i < len(args); i++ {
		switch a := args[i]; a {
		case "-X":
			i++
			q.method = args[i]
		case "-d":
			i++
			q.body = args[i]
		case "--data-binary":
			i++
			if q.body = "cveID,vulnerabilityName\nCVE-2026-0001,Example\n"; args[i] != "@kev.csv" {
				t.Fatalf("the test has no file %s", args[i])
			}
		case "-H":
			i++
			name, value, _ := strings.Cut(args[i], ": ")
			q.header[name] = strings.ReplaceAll(value, "$T", token)
		case "-o":
			i++
		default:
			u, err := url.Parse(strings.Replace(a, "/ID", "/"+person, 1))
			if err != nil {
				t.Fatal(err)
			}
			q.host, q.path = strings.TrimSuffix(u.Host, ":8080"), u.RequestURI()
		}
	}
	return q
}
