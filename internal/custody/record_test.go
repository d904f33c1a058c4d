package custody

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"bailiwick"
)

func (h *house) person(a bailiwick.Actor, name, country string, more ...any) Record {
	h.t.Helper()
	f := fields("full_name", name, "country", country)
	for k, v := range fields(more...) {
		f[k] = v
	}
	return h.save(a, Draft{Type: "person", Fields: f})
}

func TestIncidentAboutSeveralPeople(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, owner := h.user(1, "DE", "hr"), h.user(2, "DE", "owner")
		ada, bo, cy := h.person(hr, "Ada Example", "DE"), h.person(hr, "Bo Example", "FR"), h.person(hr, "Cy Example", "US")
		inc := h.save(hr, Draft{Type: "incident", Fields: fields("title", "Fall", "status", "reported", "reporter", ada.ID.String(),
			"reporter_contact", "ext. 12", "affected", []any{
				map[string]any{"person": bo.ID.String(), "injury": "broken arm", "days_lost": 3},
				map[string]any{"person": cy.ID.String(), "involvement": "witness"},
			})})
		got := h.open(hr, "incident", inc.ID)
		rows := got.Cell("affected").Rows
		if len(rows) != 2 || len(got.Subjects) != 3 || got.Cell("reporter").Links[0].Title != "Ada Example" {
			t.Fatalf("%s", got.AppendJSON(nil))
		}
		if !json.Valid(got.AppendJSON(nil)) {
			t.Fatal("not JSON")
		}
		// the owner may not see health: the row is there, the injury is not
		seen := h.open(owner, "incident", inc.ID)
		text := string(seen.AppendJSON(nil))
		if strings.Contains(text, "broken arm") || !strings.Contains(text, `"affected[0].injury"`) {
			t.Fatal(text)
		}
		// the owner changes the involvement; the injury that it cannot see stays
		changed := h.save(owner, Draft{Type: "incident", ID: inc.ID, Revision: 1, Fields: fields("affected", []any{
			map[string]any{"person": bo.ID.String(), "involvement": "injured"}})})
		got = h.open(hr, "incident", inc.ID)
		rows = got.Cell("affected").Rows
		if len(rows) != 1 || !strings.Contains(string(got.AppendJSON(nil)), "broken arm") {
			t.Fatal(string(got.AppendJSON(nil)))
		}
		// another reporter: what was said about the former one is gone
		changed = h.save(hr, Draft{Type: "incident", ID: inc.ID, Revision: changed.Revision, Fields: fields("reporter", cy.ID.String())})
		if !changed.Cell("reporter_contact").Value.IsEmpty() || changed.Cell("reporter").Links[0].Title != "Cy Example" {
			t.Fatal(string(changed.AppendJSON(nil)))
		}
		// moving a person moves it in every record
		h.save(hr, Draft{Type: "person", ID: cy.ID, Revision: 1, Fields: fields("country", "GB")})
		got = h.open(hr, "incident", inc.ID)
		if c := got.Subjects[0].Countries; len(c) != 1 || c[0] != "GB" {
			t.Fatalf("reporter's countries %v", c)
		}
		_, err := h.door.Save(ctx, hr, Draft{Type: "incident", Fields: fields("title", "x", "status", "reported", "reporter", "0190a000-0000-7000-8000-000000000000")})
		is(t, err, bailiwick.CodeInvalid)
		_, err = h.door.Save(ctx, hr, Draft{Type: "incident", Fields: fields("title", "x", "status", "reported", "reporter_contact", "y")})
		if err == nil {
			t.Fatal("content about nobody was saved")
		}
		changes, err := h.door.History(ctx, hr, "incident", inc.ID, "en")
		if err != nil || len(changes) != 3 || changes[2].Kind != "created" {
			t.Fatalf("%v %d", err, len(changes))
		}
		other, err := h.door.History(ctx, owner, "incident", inc.ID, "en")
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := json.Marshal(other); strings.Contains(string(b), "broken arm") {
			t.Error("history shows what is withheld")
		}
		if _, err := h.door.Activity(ctx, hr, "incident", inc.ID, "en"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDeleteRestoreSearch(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		r := h.person(hr, "Ada Findable", "DE")
		find := func(text string) int {
			hits, err := h.door.Search(ctx, hr, text, 10, "en")
			if err != nil {
				t.Fatal(err)
			}
			return len(hits)
		}
		if find("find") != 1 || find("ada findable") != 1 || find("xyz") != 0 || find("") != 0 {
			t.Error("search", find("find"), find("ada findable"), find("xyz"))
		}
		is(t, h.door.Delete(ctx, hr, "person", r.ID, 7), bailiwick.CodeConflict)
		is(t, h.door.Delete(ctx, h.user(2, "DE", "manager"), "person", r.ID, 1), bailiwick.CodeDenied)
		is(t, h.door.Delete(ctx, hr, "person", r.ID, 1), "")
		if find("findable") != 0 {
			t.Error("a deleted record is found")
		}
		_, err := h.door.Open(ctx, h.user(2, "DE", "manager"), "person", r.ID, "en")
		is(t, err, bailiwick.CodeNotFound)
		if p := h.list(hr, Query{Type: "person", Deleted: true}); p.Total != 1 || p.Items[0].Deleted.IsZero() {
			t.Error("not in the list of deleted records")
		}
		back, err := h.door.Restore(ctx, hr, "person", r.ID)
		if err != nil || back.Revision != 3 || find("findable") != 1 {
			t.Fatal(err, back.Revision)
		}
		links, err := h.door.Suggest(ctx, hr, "person", "manager", "fin", 5, "en")
		if err != nil || len(links) != 1 || links[0].Title != "Ada Findable" {
			t.Fatal(err, links)
		}
		if links, err = h.door.Suggest(ctx, hr, "incident", "affected.person", "", 5, "en"); err != nil || len(links) != 1 {
			t.Fatal(err, links)
		}
	})
}

func TestGroupsFormExplainViews(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		rm := h.user(1, "DE", "risk-manager")
		for i := range 3 {
			f := fields("title", "Risk", "status", "open")
			if i > 0 {
				f["inherent_likelihood"] = json.RawMessage(`"likely"`)
			}
			if _, err := h.door.Save(ctx, rm, Draft{Type: "risk", Fields: f}); err != nil {
				t.Fatal(err)
			}
		}
		groups, err := h.door.Groups(ctx, rm, GroupQuery{Type: "risk", By: []string{"status"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(groups)
		_, errHiddenField := h.door.Groups(ctx, rm, GroupQuery{Type: "risk", By: []string{"nope"}})
		_, errSealed := h.door.Groups(ctx, rm, GroupQuery{Type: "risk", By: []string{"title"}})
		if errHiddenField.Error() != errSealed.Error() {
			t.Error("different refusals")
		}
		hr := h.user(2, "DE", "hr")
		cells, err := h.door.Form(ctx, hr, "person", []bailiwick.Country{"FR"}, "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			if c.Field.Key == "ethnicity" && (c.MayFill || c.Withheld == nil || c.Withheld.Rule != "ethnic-fr") {
				t.Errorf("ethnicity in France: %+v", c.Withheld)
			}
		}
		r := h.person(hr, "Ada Example", "US")
		e, err := h.door.Explain(ctx, hr, "person", r.ID, "ethnicity", "access", "en")
		if err != nil || !e.Allowed || e.Rule != "ethnic-us-gb-hr" || e.Note == "" {
			t.Fatalf("%v %+v", err, e)
		}
		e, err = h.door.ExplainNew(ctx, hr, "person", []bailiwick.Country{"FR"}, "ethnicity", "populate", "en")
		if err != nil || e.Allowed || e.Rule != "ethnic-fr" {
			t.Fatalf("%v %+v", err, e)
		}
		id, err := h.door.SealView(ctx, hr, Query{Type: "person", Filters: []Filter{{Field: "full_name", Op: "eq", Values: []string{"Ada Example"}}}})
		if err != nil {
			t.Fatal(err)
		}
		q, err := h.door.OpenView(ctx, hr, id)
		if err != nil || h.list(hr, q).Total != 1 {
			t.Fatal(err)
		}
		_, err = h.door.OpenView(ctx, rm, id)
		is(t, err, bailiwick.CodeNotFound)
	})
}
