package guard

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/logformat"
)

// TestRoutesOnlyInTheTable holds that nobody adds a route beside the table:
// only the server registers handlers.
func TestRoutesOnlyInTheTable(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() || s.path == "internal/server/dispatch.go" || s.path == "internal/server/admin.go" {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && (sel.Sel.Name == "HandleFunc" || sel.Sel.Name == "NewServeMux") {
				t.Errorf("%s:%d registers a handler: add a row to the table of routes in internal/server", s.path, line(sel))
			}
			return true
		})
	})
}

var createTable = regexp.MustCompile(`(?i)CREATE TABLE\s+(?:IF NOT EXISTS\s+)?(\w+)`)

// TestTables holds that every table of the migrations is declared with its
// context, its eraser and its export, and every declared one is made; and that
// every table of a tenant is behind row-level security.
func TestTables(t *testing.T) {
	declared := map[string]bool{}
	for _, table := range store.Tables() {
		declared[table.Name] = true
	}
	made := map[string]bool{}
	for _, reach := range []string{"directory", "tenant"} {
		files, err := filepath.Glob(filepath.Join(root, "internal", "store", "migrations", reach, "*.sql"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no migrations of %s: %v", reach, err)
		}
		for _, f := range files {
			sql, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range createTable.FindAllStringSubmatch(string(sql), -1) {
				made[m[1]] = true
				if !declared[m[1]] {
					t.Errorf("%s makes the table %s, which internal/store/tables.go does not declare", filepath.Base(f), m[1])
				}
				if reach == "tenant" && !regexp.MustCompile(`\{\{rls(_append)? `+m[1]+`\}\}`).Match(sql) {
					t.Errorf("%s: the table %s is not behind {{rls}} or {{rls_append}}", filepath.Base(f), m[1])
				}
			}
		}
	}
	for name := range declared {
		if !made[name] && !strings.HasPrefix(name, "goose") {
			t.Errorf("internal/store/tables.go declares %s, which no migration makes", name)
		}
	}
}

// unique reports a list that says something twice, or nothing.
func unique(t *testing.T, what string, list []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range list {
		if s == "" || seen[s] {
			t.Errorf("%s: %q is empty or stands twice", what, s)
		}
		seen[s] = true
	}
	if len(list) == 0 {
		t.Errorf("%s: the list is empty", what)
	}
}

// TestClosedLists holds that the closed lists are lists: nothing twice.
func TestClosedLists(t *testing.T) {
	var codes, keys, fields, entries []string
	for _, c := range bailiwick.Codes() {
		codes = append(codes, string(c.Code))
		if c.Status < 400 || c.Meaning == "" {
			t.Errorf("the code %s has no status or meaning", c.Code)
		}
	}
	for _, k := range server.Keys() {
		keys = append(keys, k.Name)
	}
	for _, k := range schema.Kinds() {
		fields = append(fields, k.Name())
	}
	for _, k := range logformat.Kinds() {
		entries = append(entries, string(k))
	}
	unique(t, "error codes", codes)
	unique(t, "jobs", jobs(t))
	unique(t, "configuration keys", keys)
	unique(t, "field kinds", fields)
	unique(t, "ledger kinds", entries)
	for _, name := range fields {
		file := "kind_" + strings.ReplaceAll(name, "-", "") + ".go"
		if _, err := os.Stat(filepath.Join(root, "internal", "schema", file)); err != nil {
			t.Errorf("the field kind %s has no file internal/schema/%s", name, file)
		}
	}
}

// jobs returns the names of the jobs and holds what a row must say: a purpose
// of the closed list, no content without one, and its line in the operators'
// handbook.
func jobs(t *testing.T) (names []string) {
	handbook, err := os.ReadFile(filepath.Join(root, "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range server.Jobs() {
		names = append(names, j.Name)
		if j.Does == "" || j.Interval < time.Minute || !j.Purpose.Valid() {
			t.Errorf("the job %s lacks a sentence, an interval or a purpose", j.Name)
		}
		if want := "| `" + j.Name + "` | " + j.Every() + " | " + j.Does + " |"; !strings.Contains(string(handbook), want) {
			t.Errorf("docs/operate.md has no line %s", want)
		}
	}
	return names
}

// TestLoopsOnlyOfJobs holds that nothing happens by itself outside the table of
// jobs: whatever would tick elsewhere has neither a name nor a purpose.
func TestLoopsOnlyOfJobs(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() || s.path == "internal/server/worker.go" {
			return
		}
		for _, n := range uses(s.ast, "time", []string{"NewTicker", "Tick", "AfterFunc"}) {
			t.Errorf("%s:%d uses time.%s: add a row to the table of jobs in internal/server/jobs.go", s.path, line(n), n.Sel.Name)
		}
	})
}

// TestCodesUsed holds that errors come from the closed list: nobody writes a
// code as text.
func TestCodesUsed(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() || s.path == "error.go" {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || lit.Type == nil || lastName(lit.Type) != "Error" && lastName(lit.Type) != "FieldError" {
				return true
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok || lastName(kv.Key) != "Code" {
					continue
				}
				if text, ok := kv.Value.(*ast.BasicLit); ok {
					t.Errorf("%s:%d writes an error code as text: use a constant of error.go", s.path, line(text))
				}
			}
			return true
		})
	})
}
