package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/sqlite"
)

const canary = "CANARYQZX"

// outputs is everything that a viewer can get out of the door about a type.
func (h *house) outputs(a bailiwick.Actor, typ string, ids ...bailiwick.RecordID) string {
	ctx := context.Background()
	var b strings.Builder
	note := func(v any, err error) {
		j, _ := json.Marshal(v)
		fmt.Fprintf(&b, "%s %v\n", j, err)
	}
	for _, id := range ids {
		r, err := h.door.Open(ctx, a, typ, id, "en")
		if err == nil {
			b.Write(r.AppendJSON(nil))
		}
		fmt.Fprintf(&b, "%v %+v\n", err, r)
		note(h.door.History(ctx, a, typ, id, "en"))
		note(h.door.Activity(ctx, a, typ, id, "en"))
		for _, f := range r.Cells {
			note(h.door.Explain(ctx, a, typ, id, f.Field.Key, "access", "en"))
		}
	}
	for _, q := range []Query{{Type: typ}, {Type: typ, Sort: "full_name"}, {Type: typ, Text: canary}, {Type: typ, Sort: "health_note"},
		{Type: typ, Filters: []Filter{{Field: "health_note", Op: "prefix", Values: []string{canary}}}}} {
		p, err := h.door.List(ctx, a, q)
		for _, r := range p.Items {
			b.Write(r.AppendJSON(nil))
		}
		fmt.Fprintf(&b, "%v %d %s\n", err, p.Total, p.Next)
		var buf bytes.Buffer
		_, err = h.door.Export(ctx, a, q, CSV, &buf)
		fmt.Fprintf(&b, "%s %v\n", buf.String(), err)
	}
	note(h.door.Search(ctx, a, canary, 10, "en"))
	note(h.door.Suggest(ctx, a, "incident", "reporter", canary, 10, "en"))
	return b.String()
}

func TestWithheldValueIsInNoOutput(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		r := h.person(hr, "Ada Example", "US", "health_note", canary+" asthma", "national_id", canary+"12345678")
		if !strings.Contains(h.outputs(hr, "person", r.ID), canary) {
			t.Fatal("the canary is nowhere, even for who may see it")
		}
		for _, viewer := range []bailiwick.Actor{h.user(2, "US", "hr"), h.user(3, "DE", "manager"), h.user(4, "US", "owner"), h.user(5, "DE", "member"), {}} {
			if out := h.outputs(viewer, "person", r.ID); strings.Contains(out, canary) {
				t.Errorf("%v from %s sees the canary:\n%.600s", viewer.Roles(), viewer.Country(), out[strings.Index(out, canary)-100:])
			}
		}
		// a refused save names field and rule, never the value
		_, err := h.door.Save(context.Background(), h.user(3, "DE", "owner"), Draft{Type: "person", Fields: fields("full_name", canary, "country", canary, "health_note", canary, "job_title", strings.Repeat(canary, 100))})
		if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), canary) {
			t.Errorf("error %v", err)
		}
	})
}

var unique = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|PER-\d+|INC-\d+|\d{4}-\d\d-\d\dT[0-9:.]+Z|"decision":"[0-9a-f]+"|Ada|Bob|\d{16}|0x[0-9a-f]+`)

// TestTwins: what is withheld looks the same filled and empty.
func TestTwins(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		payroll := h.user(9, "DE", "payroll")
		full := h.person(hr, "Ada Example", "DE", "health_note", "x", "national_id", "12345678")
		empty := h.person(hr, "Bob Example", "DE")
		h.save(payroll, Draft{Type: "person", ID: full.ID, Revision: 1, Fields: fields("religion", "catholic", "bank_account", "DE00")})
		h.save(payroll, Draft{Type: "person", ID: empty.ID, Revision: 1, Fields: fields("employee_number", "1")})
		h.save(payroll, Draft{Type: "person", ID: full.ID, Revision: 2, Fields: fields("employee_number", "1")})
		h.save(payroll, Draft{Type: "person", ID: empty.ID, Revision: 2, Fields: fields("employee_number", "2")})
		h.save(payroll, Draft{Type: "person", ID: empty.ID, Revision: 3, Fields: fields("employee_number", "1")})
		h.save(payroll, Draft{Type: "person", ID: full.ID, Revision: 3, Fields: fields("religion", "none")})
		for _, viewer := range []bailiwick.Actor{h.user(2, "US", "hr"), h.user(3, "DE", "manager"), h.user(4, "FR", "auditor")} {
			a, b := h.open(viewer, "person", full.ID), h.open(viewer, "person", empty.ID)
			x, y := unique.ReplaceAllString(string(a.AppendJSON(nil)), "*"), unique.ReplaceAllString(string(b.AppendJSON(nil)), "*")
			if x != y {
				t.Errorf("%v tells the twins apart:\n%s\n%s", viewer.Roles(), x, y)
			}
		}
		// a save of the value that is there already answers like any other
		hrUS := h.user(2, "US", "hr")
		one, err1 := h.door.Save(context.Background(), hrUS, Draft{Type: "person", ID: full.ID, Revision: 4, Fields: fields("health_note", "x")})
		two, err2 := h.door.Save(context.Background(), hrUS, Draft{Type: "person", ID: empty.ID, Revision: 4, Fields: fields("health_note", "x")})
		if err1 != nil || err2 != nil || one.Revision != two.Revision {
			t.Errorf("saving the same value tells that it was there: %v %d, %v %d", err1, one.Revision, err2, two.Revision)
		}
	})
}

// TestEmptyReferenceTwins: a viewer from whom the reporter is withheld cannot
// tell an incident that has one from one that has none.
func TestEmptyReferenceTwins(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		fr := h.person(hr, "Ada Example", "FR")
		full := h.save(hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported", "reporter", fr.ID.String(), "reporter_contact", "12",
			"affected", []any{map[string]any{"person": fr.ID.String(), "injury": "x"}})})
		empty := h.save(hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported")})
		viewer := h.user(2, "US", "manager")
		a, b := h.open(viewer, "incident", full.ID), h.open(viewer, "incident", empty.ID)
		x := unique.ReplaceAllString(string(a.AppendJSON(nil)), "*")
		y := unique.ReplaceAllString(string(b.AppendJSON(nil)), "*")
		if x != y {
			t.Errorf("told apart:\n%s\n%s", x, y)
		}
		for _, f := range []string{"reporter", "reporter_contact", "affected.injury"} {
			p, err1 := h.door.Explain(context.Background(), viewer, "incident", full.ID, f, "access", "en")
			q, err2 := h.door.Explain(context.Background(), viewer, "incident", empty.ID, f, "access", "en")
			p.Ref, q.Ref = "", "" // two records have two references
			if fmt.Sprint(p, err1) != fmt.Sprint(q, err2) {
				t.Errorf("explain %s tells: %+v %+v", f, p, q)
			}
		}
		// writing about a reporter who is withheld answers the same
		for _, draft := range []Draft{
			{Type: "incident", ID: full.ID, Revision: 1, Fields: fields("reporter", fr.ID.String())},
			{Type: "incident", ID: empty.ID, Revision: 1, Fields: fields("reporter", fr.ID.String())},
		} {
			_, err := h.door.Save(context.Background(), viewer, draft)
			is(t, err, bailiwick.CodeInvalid)
		}
		_, err1 := h.door.Save(context.Background(), viewer, Draft{Type: "incident", ID: full.ID, Revision: 1, Fields: fields("reporter_contact", "1")})
		_, err2 := h.door.Save(context.Background(), viewer, Draft{Type: "incident", ID: empty.ID, Revision: 1, Fields: fields("reporter_contact", "1")})
		if fmt.Sprint(err1) != fmt.Sprint(err2) || err1 == nil {
			t.Errorf("saving tells: %v / %v", err1, err2)
		}
	})
}

// TestNothingReadableAtRest: what people typed is in no byte of the files.
func TestNothingReadableAtRest(t *testing.T) {
	dir := t.TempDir()
	d, err := sqlite.Open(context.Background(), sqlite.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(d)
	defer s.Close()
	h := newHouse(t, s)
	hr, rm := h.user(1, "DE", "hr"), h.user(2, "DE", "owner")
	p := h.person(hr, canary+" Example", "US", "work_email", canary+"@example.com", "job_title", canary, "health_note", canary, "ethnicity", "asian")
	h.save(hr, Draft{Type: "person", ID: p.ID, Revision: 1, Fields: fields("job_title", canary+"2")})
	h.save(rm, Draft{Type: "risk", Fields: fields("title", canary, "status", "open")})
	h.save(hr, Draft{Type: "incident", Fields: fields("title", canary, "status", "reported", "narrative", canary+" fell")})
	header, rows, mapping := personRows(3)
	rows[0][0] = canary + " Imported"
	if _, err := h.door.Import(context.Background(), hr, ImportSpec{Type: "person", Source: canary + ".csv", Header: header, Rows: rows, Mapping: mapping}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.door.SealView(context.Background(), hr, Query{Type: "person", Text: canary}); err != nil {
		t.Fatal(err)
	}
	_, _ = h.door.Save(context.Background(), hr, Draft{Type: "person", Key: canary, Fields: fields("full_name", "K Example", "country", "DE")})
	found := 0
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found++
		low := bytes.ToLower(b)
		if bytes.Contains(low, []byte(strings.ToLower(canary))) {
			t.Errorf("%s holds what was typed", e.Name())
		}
		return nil
	})
	if err != nil || found < 2 {
		t.Fatal(err, found)
	}
}
