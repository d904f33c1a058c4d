package scenario

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/schema"
	"bailiwick/internal/server"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/storetest"
)

// TestAtRest types canaries into everything that people can type into a
// workspace, changes, deletes and searches them, and looks for them in every
// byte that is on the disk: files, write-ahead log and keystore of SQLite, and
// a dump and the files of PostgreSQL. None may be there, as it was typed, as
// the search folds it, or in hexadecimal or base64.
func TestAtRest(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		c := server.Config{Data: t.TempDir()}
		marks := typeEverything(t, c)
		scanFiles(t, c.Data, marks)
	})
	t.Run("postgres", func(t *testing.T) {
		db := storetest.Database(t)
		c := server.Config{Data: t.TempDir(), Database: db.AppURL}
		marks := typeEverything(t, c)
		scanFiles(t, c.Data, marks)
		scanDump(t, db, marks)
		scanCluster(t, db, marks)
	})
}

// mark is a canary and the forms in which it is looked for.
type mark struct {
	name  string
	forms [][]byte
}

func newMark(text string) mark {
	m := mark{name: text}
	low := schema.Fold(text)
	for _, s := range []string{text, low, strings.ToUpper(text)} {
		b := []byte(s)
		var utf16 []byte
		for _, c := range b {
			utf16 = append(utf16, c, 0)
		}
		m.forms = append(m.forms, b, []byte(hex.EncodeToString(b)), []byte(strings.ToUpper(hex.EncodeToString(b))), utf16)
		for cut := range 3 { // a text can stand anywhere in a group of three bytes
			e := base64.RawStdEncoding.EncodeToString(b[cut:])
			m.forms = append(m.forms, []byte(e[:len(e)/4*4]))
		}
	}
	return m
}

// typeEverything makes a workspace over the API and the pages and returns the
// canaries that went in.
func typeEverything(t *testing.T, c server.Config) []mark {
	t.Helper()
	log := &Log{}
	parts, closeAll := Open(t, c, log)
	t.Cleanup(closeAll)
	w := run(t, parts, log, nil)
	ws := w.Workspace(t, "acme", openRules())
	owner := w.User(t, "acme", "qvortexuser", "DE", "owner")
	texts := []string{"qvortexuser"}
	conf, err := parts.Tenants.Snapshot(context.Background(), ws.ID)
	if err != nil {
		t.Fatal(err)
	}
	g := Filling{User: owner.Actor.User().String(), Country: "DE", Records: map[string][]string{}}
	for _, key := range typeKeys {
		for _, phase := range []string{"first", "second"} {
			g.Text = "qvortex" + key + phase
			texts = append(texts, g.Text)
			id := typeRecord(t, w, owner, conf.Types[key], &g, phase)
			g.Records[key] = append(g.Records[key], id)
		}
	}
	// Searches, kept filters, names of files and tokens, an invited colleague.
	for _, q := range []Request{
		{Method: "POST", Path: "/api/v1/search", Body: `{"text":"qvortexsearch qvortexriskfirst"}`},
		{Method: "POST", Path: "/api/v1/records/risk/query", Body: `{"text":"qvortexquery"}`},
		{Method: "POST", Path: "/api/v1/tokens", Body: `{"name":"qvortextoken","scopes":["records:read"],"days":1}`},
		{Method: "POST", Path: "/api/v1/imports?type=risk", Body: "title,status\nqvortexrow,open\nqvortexbadrow,qvortexchoice\n", Header: map[string]string{"Content-Type": "text/csv"}},
		{Page: true, Method: "POST", Path: "/records/risk/filter", Body: url.Values{"q": {"qvortexview"}, "f.title": {"qvortexfilter"}}.Encode()},
		{Page: true, Method: "POST", Path: "/search", Body: "q=qvortexsearchpage"},
		{Page: true, Method: "POST", Path: "/users", Body: url.Values{"name": {"Qvortexinvited"}, "email": {"qvortexmail@example.com"}, "roles": {"member"}, "role": {"member"}, "country": {"DE"}}.Encode()},
	} {
		q.By = owner
		if a := w.Do(t, q); a.Status >= 400 {
			t.Errorf("%s %s: %d %.300s", q.Method, q.Path, a.Status, a.Body)
		}
	}
	texts = append(texts, "qvortexsearch", "qvortexquery", "qvortextoken", "qvortexrow", "qvortexbadrow", "qvortexchoice", "qvortexview", "qvortexfilter",
		"qvortexsearchpage", "qvortexinvited", "qvortexmail", "qvortexu", "qvortex")
	var marks []mark
	for _, s := range texts {
		marks = append(marks, newMark(s))
		if strings.Contains(strings.ToLower(log.String()), s) {
			t.Errorf("the log holds %s", s)
		}
	}
	if c.Database == "" { // the scan must be able to find something
		if n := countFiles(t, c.Data, []byte("record.created")); n == 0 {
			t.Error("the scan does not find what is readable at rest")
		}
	}
	return marks
}

// typeRecord creates a record with a canary in every field, changes it, and
// deletes the second one of each type.
func typeRecord(t *testing.T, w *World, by *Person, typ *schema.Type, g *Filling, phase string) string {
	t.Helper()
	body := func() string {
		var b strings.Builder
		for k, v := range g.Fields(typ) {
			fmt.Fprintf(&b, ",%q:%s", k, v)
		}
		return `{"fields":{` + b.String()[1:] + `}}`
	}
	path := "/api/v1/records/" + typ.Key
	a := w.Do(t, Request{By: by, Method: "POST", Path: path, Body: body()})
	if a.Status != 201 {
		t.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	raw, _ := member(a.Body, "id")
	id := strings.Trim(raw, `"`)
	was := g.Text
	g.Text += "changed"
	a = w.Do(t, Request{By: by, Method: "PATCH", Path: path + "/" + id, Body: body(), Header: map[string]string{"If-Match": `"1"`}})
	if a.Status != 200 {
		t.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	g.Text = was
	if phase == "second" {
		if a := w.Do(t, Request{By: by, Method: "DELETE", Path: path + "/" + id, Header: map[string]string{"If-Match": `"2"`}}); a.Status != 204 {
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
	}
	return id
}

// scanFiles looks through every file below a directory.
func scanFiles(t *testing.T, dir string, marks []mark) {
	t.Helper()
	files, size := 0, 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files, size = files+1, size+len(b)
		look(t, strings.TrimPrefix(path, dir), b, marks)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure: %d bytes in %d files, %d canaries, each in %d forms", size, files, len(marks), len(marks[0].forms))
}

func look(t *testing.T, where string, b []byte, marks []mark) {
	t.Helper()
	for _, m := range marks {
		for _, f := range m.forms {
			if i := bytes.Index(b, f); i >= 0 {
				t.Errorf("%s holds %s at byte %d: %q", where, m.name, i, b[max(0, i-40):min(len(b), i+80)])
				break
			}
		}
	}
}

func countFiles(t *testing.T, dir string, text []byte) (n int) {
	t.Helper()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if b, err := os.ReadFile(path); err == nil {
				n += bytes.Count(b, text)
			}
		}
		return nil
	})
	return n
}

// scanDump looks through what pg_dump gives to whoever backs the database up.
func scanDump(t *testing.T, db pgtest.Database, marks []mark) {
	t.Helper()
	tool, err := exec.LookPath("pg_dump")
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
		if len(found) == 0 {
			if pgtest.Required("postgres") {
				t.Fatal("the program pg_dump was not found")
			}
			t.Skip("the program pg_dump was not found")
		}
		tool = found[len(found)-1]
	}
	out, err := exec.Command(tool, "--inserts", db.AdminURL).Output()
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	if !bytes.Contains(out, []byte("record.created")) {
		t.Error("the dump does not hold what is readable at rest")
	}
	look(t, "the dump", out, marks)
	t.Logf("%d bytes of dump", len(out))
}
