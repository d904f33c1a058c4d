package custody

import (
	"context"
	"testing"

	"bailiwick"
)

func TestSaveAndOpen(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		r := h.save(hr, Draft{Type: "person", Fields: fields("full_name", "Ada Example", "country", "US", "ethnicity", "asian", "job_title", "Engineer")})
		if r.Ref != "PER-1" || r.Revision != 1 {
			t.Fatalf("ref %s revision %d", r.Ref, r.Revision)
		}
		if got := string(r.Cell("ethnicity").Value); got != `"asian"` {
			t.Fatalf("ethnicity %s", got)
		}
		r2 := h.save(hr, Draft{Type: "person", ID: r.ID, Revision: 1, Fields: fields("job_title", nil, "department", "R&D")})
		if r2.Revision != 2 || r2.Cell("job_title").Value != nil || string(r2.Cell("full_name").Value) != `"Ada Example"` {
			t.Fatal("merge: ", string(r2.AppendJSON(nil)))
		}
		_, err := h.door.Save(context.Background(), hr, Draft{Type: "person", ID: r.ID, Revision: 1, Fields: fields("department", "x")})
		is(t, err, bailiwick.CodeConflict)
		same := h.save(hr, Draft{Type: "person", ID: r.ID, Revision: 2, Fields: fields("department", "R&D")})
		if same.Revision != 2 {
			t.Error("a change that changes nothing made a revision")
		}
		manager := h.user(2, "US", "manager")
		m := h.open(manager, "person", r.ID)
		if c := m.Cell("ethnicity"); c.Withheld == nil || c.Value != nil {
			t.Error("ethnicity is not withheld from the manager")
		}
		_, err = h.door.Save(context.Background(), hr, Draft{Type: "person", Fields: fields("full_name", "Bo", "country", "FR", "ethnicity", "asian")})
		is(t, err, bailiwick.CodeNotPopulatable)
		_, err = h.door.Save(context.Background(), hr, Draft{Type: "person", ID: r.ID, Revision: 2, Fields: fields("country", "FR")})
		is(t, err, bailiwick.CodeNotPopulatable)
		_, err = h.door.Save(context.Background(), hr, Draft{Type: "person", Fields: fields("full_name", "", "nope", 1, "country", "XX")})
		is(t, err, bailiwick.CodeInvalid)
		_, err = h.door.Save(context.Background(), manager, Draft{Type: "person", Fields: fields("full_name", "Bo", "country", "FR")})
		is(t, err, bailiwick.CodeDenied)
	})
}

func TestListPages(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		for _, n := range []string{"Charlie", "alice", "Bob", "Édith", "Zoe"} {
			h.save(hr, Draft{Type: "person", Fields: fields("full_name", n+" Example", "country", "DE")})
		}
		var got []string
		q := Query{Type: "person", Sort: "full_name", Limit: 2, Columns: []string{"full_name"}}
		for {
			p := h.list(hr, q)
			for _, r := range p.Items {
				got = append(got, string(r.Cell("full_name").Value))
			}
			if p.Total != 5 {
				t.Fatalf("total %d", p.Total)
			}
			if p.Next == "" {
				break
			}
			q.Cursor = p.Next
		}
		want := []string{`"alice Example"`, `"Bob Example"`, `"Charlie Example"`, `"Édith Example"`, `"Zoe Example"`}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("order %v", got)
			}
		}
		newest := h.list(hr, Query{Type: "person", Limit: 3})
		if newest.Items[0].Ref != "PER-5" || newest.Total != 5 || newest.Next == "" {
			t.Fatalf("newest %s total %d", newest.Items[0].Ref, newest.Total)
		}
		rest := h.list(hr, Query{Type: "person", Limit: 3, Cursor: newest.Next})
		if len(rest.Items) != 2 || rest.Items[0].Ref != "PER-2" {
			t.Fatalf("rest %d", len(rest.Items))
		}
		if p := h.list(hr, Query{Type: "person", Text: "edi"}); p.Total != 1 {
			t.Errorf("prefix search finds %d", p.Total)
		}
		if p := h.list(hr, Query{Type: "person", Filters: []Filter{{Field: "country", Op: "eq", Values: []string{"DE"}}, {Field: "full_name", Op: "eq", Values: []string{"Zoe Example"}}}}); p.Total != 1 {
			t.Errorf("filters find %d", p.Total)
		}
		for _, f := range []string{"ethnicity_", "bank_account", "compensation"} {
			_, err := h.door.List(context.Background(), hr, Query{Type: "person", Sort: f})
			is(t, err, bailiwick.CodeDenied)
		}
	})
}
