package migrations

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	for _, c := range []struct{ text, lite, pg string }{
		{"{{pk a, b}}", "PRIMARY KEY (a, b, tenant_id)", "PRIMARY KEY (tenant_id, a, b)"},
		{"{{unique a}}", "UNIQUE (a, tenant_id)", "UNIQUE (tenant_id, a)"},
		{"{{index i t a, b}}", "CREATE INDEX i ON t (a, b);", "CREATE INDEX i ON t (tenant_id, a, b);"},
		{"x {{text}} y {{int}} {{bytes}} {{bool}}", "x TEXT y INTEGER BLOB INTEGER", `x text COLLATE "C" y bigint bytea boolean`},
		{"){{rowid}};", ") STRICT, WITHOUT ROWID;", ");"},
		{"{{grant t}}", "", "GRANT SELECT, INSERT, UPDATE, DELETE ON t TO app;"},
	} {
		for d, want := range map[Dialect]string{SQLite: c.lite, PostgreSQL: c.pg} {
			if got, err := Render(c.text, d, "app"); err != nil || got != want {
				t.Errorf("%s: %q, %v; want %q", c.text, got, err, want)
			}
		}
	}
	pg, err := Render("{{rls_append facts}}", PostgreSQL, "app")
	if err != nil || !strings.Contains(pg, "FORCE ROW LEVEL SECURITY") || !strings.HasSuffix(pg, "GRANT SELECT, INSERT ON facts TO app;") {
		t.Errorf("%s, %v", pg, err)
	}
	lite, err := Render("{{rls_append facts}}", SQLite, "")
	if err != nil || strings.Count(lite, "CREATE TRIGGER") != 2 {
		t.Errorf("%s, %v", lite, err)
	}
}

func TestRenderRefuses(t *testing.T) {
	for _, text := range []string{"{{nonsense}}", "{{txt}}", "{{pk}}", "{{index a}}", "{{rls a; DROP TABLE b}}", "{{", "{{text", "{{rls A}}"} {
		if got, err := Render(text, PostgreSQL, "app"); err == nil {
			t.Errorf("%s became %q", text, got)
		}
	}
	for _, role := range []string{"", "a b", `"x"`, "App", "x;", "1a"} {
		if _, err := Render("{{rls t}}", PostgreSQL, role); err == nil {
			t.Errorf("role %q was taken", role)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("CREATE TABLE t ({{tenant}}, {{pk a}}){{rowid}};", true)
	f.Add("{{index a b c}} {{rls t}} {{ }} }}{{", false)
	f.Fuzz(func(t *testing.T, text string, pg bool) {
		d := SQLite
		if pg {
			d = PostgreSQL
		}
		if got, err := Render(text, d, "app"); err == nil && strings.Contains(got, "{{") {
			t.Errorf("a macro is left in %q", got)
		}
	})
}

var fileName = regexp.MustCompile(`^(\d{4})_[a-z_]+\.sql$`)

// TestNumbers: forward only, one file per number, none left out.
func TestNumbers(t *testing.T) {
	for _, s := range []Sequence{Directory, Tenant} {
		sources, err := s.Sources(SQLite, "")
		if err != nil {
			t.Fatal(err)
		}
		names, err := fs.Glob(sources, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		var numbers []string
		for _, name := range names {
			m := fileName.FindStringSubmatch(name)
			if m == nil {
				t.Errorf("%s/%s is not named NNNN_noun.sql", s, name)
				continue
			}
			numbers = append(numbers, m[1])
			text, err := fs.ReadFile(sources, name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if !strings.HasPrefix(string(text), "-- +goose Up\n") || strings.Contains(string(text), "-- +goose Down") {
				t.Errorf("%s/%s: begins with -- +goose Up and has no Down", s, name)
			}
		}
		latest, err := s.Latest()
		if err != nil || int64(len(numbers)) != latest || len(slices.Compact(slices.Clone(numbers))) != len(numbers) {
			t.Errorf("%s: %d files up to number %d, %v: %v", s, len(numbers), latest, err, numbers)
		}
	}
}
