package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
)

// sentBack is what a client sends that reads a record, changes one field and
// writes the whole back.
func sentBack(t *testing.T, r Record, pairs ...any) map[string]json.RawMessage {
	t.Helper()
	var doc struct {
		Fields map[string]json.RawMessage `json:"fields"`
	}
	if err := json.Unmarshal(r.AppendJSON(nil), &doc); err != nil {
		t.Fatal(err)
	}
	for k, v := range fields(pairs...) {
		doc.Fields[k] = v
	}
	return doc.Fields
}

// TestReadChangeWriteBack: whoever sends back what they read changes what they
// changed, and nothing that they could not see or saw masked.
func TestReadChangeWriteBack(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, payroll := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll")
		ada := h.person(hr, "Ada Example", "DE", "national_id", "65 170839 J 003", "health_note", "asthma", "birth_date", "1969-02-05")
		got := h.open(payroll, "person", ada.ID)
		if c := got.Cell("national_id"); c.Mask == access.MaskNone || !isMasked(c.Value) {
			t.Fatal("the number is not masked")
		}
		masked := string(got.Cell("national_id").Value)
		got = h.save(payroll, Draft{Type: "person", ID: ada.ID, Revision: 1, Fields: sentBack(t, got, "job_title", "Clerk")})
		if now := string(got.Cell("national_id").Value); now != masked {
			t.Errorf("the masked number became %s, was %s", now, masked)
		}
		if r := h.open(hr, "person", ada.ID); string(r.Cell("health_note").Value) != `"asthma"` || string(r.Cell("job_title").Value) != `"Clerk"` {
			t.Errorf("after the change: %s", r.AppendJSON(nil))
		}
		same := h.save(payroll, Draft{Type: "person", ID: ada.ID, Revision: 2, Fields: sentBack(t, got)})
		if same.Revision != 2 {
			t.Errorf("what was read and sent back made revision %d", same.Revision)
		}

		cy := h.person(hr, "Cy Example", "US")
		inc := h.save(hr, Draft{Type: "incident", Fields: fields("title", "Fall", "status", "reported", "affected", []any{
			map[string]any{"person": ada.ID.String(), "injury": "broken arm", "days_lost": 3},
			map[string]any{"person": cy.ID.String(), "involvement": "witness"},
		})})
		for i, writer := range []bailiwick.Actor{h.user(3, "US", "hr"), h.user(4, "US", "manager"), h.user(5, "DE", "manager")} {
			seen := h.open(writer, "incident", inc.ID)
			if strings.Contains(string(seen.AppendJSON(nil)), `"injury":null`) {
				t.Error("a withheld member stands among the fields")
			}
			h.save(writer, Draft{Type: "incident", ID: inc.ID, Revision: seen.Revision, Fields: sentBack(t, seen, "title", fmt.Sprint("Fall ", i))})
		}
		b := jsonOf(h.open(hr, "incident", inc.ID))
		if !strings.Contains(b, "broken arm") || !strings.Contains(b, `"days_lost":3`) {
			t.Errorf("the injury is gone: %s", b)
		}
	})
}

// TestMaskedTextIsNoValue: a masked text that is not what was read is refused
// in every place, group rows included.
func TestMaskedTextIsNoValue(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, payroll := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll")
		ada := h.person(hr, "Ada Example", "DE", "national_id", "1234567890")
		_, err := h.door.Save(context.Background(), payroll, Draft{Type: "person", ID: ada.ID, Revision: 1, Fields: fields("national_id", "••••0000")})
		is(t, err, bailiwick.CodeInvalid)
		_, err = h.door.Save(context.Background(), hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported",
			"affected", []any{map[string]any{"person": ada.ID.String(), "injury": "••••"}})})
		is(t, err, bailiwick.CodeInvalid)
	})
}

// TestWithheldMemberNamesTheCountry: the reason of a withheld member of a row
// goes by the countries of the row's person, who is visible.
func TestWithheldMemberNamesTheCountry(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, manager := h.user(1, "DE", "hr"), h.user(2, "US", "manager")
		ada := h.person(hr, "Ada Example", "DE")
		inc := h.save(hr, Draft{Type: "incident", Fields: fields("title", "Fall", "status", "reported",
			"affected", []any{map[string]any{"person": ada.ID.String(), "injury": "broken arm"}})})
		b := jsonOf(h.open(manager, "incident", inc.ID))
		const reason = `"affected[0].injury","category":"health","rule":"health-eea","reason":"Health data about people in Germany `
		if !strings.Contains(b, reason) {
			t.Errorf("%s", b)
		}
		for _, field := range []string{"affected[0].injury"} {
			e, err := h.door.Explain(context.Background(), manager, "incident", inc.ID, field, "access", "en")
			if err != nil || !strings.Contains(e.Reason, "Germany") {
				t.Errorf("explain %s: %v %+v", field, err, e)
			}
		}
		for _, field := range []string{"affected[1].injury", "affected[99].injury"} {
			e, err := h.door.Explain(context.Background(), manager, "incident", inc.ID, field, "access", "en")
			if err != nil || strings.Contains(e.Reason, "Germany") {
				t.Errorf("explain %s: %v %+v", field, err, e)
			}
		}
		for _, field := range []string{"affected[-1].injury", "affected[x].injury", "affected[0]", "title[0]", "affected[0].nope"} {
			_, err := h.door.Explain(context.Background(), manager, "incident", inc.ID, field, "access", "en")
			is(t, err, bailiwick.CodeNotFound)
		}
	})
}

// TestGuessedPerson: naming a person who is withheld is answered alike whether
// the record names that person or not.
func TestGuessedPerson(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, manager := h.user(1, "DE", "hr"), h.user(2, "US", "manager")
		fr := h.person(hr, "Fr Example", "FR") // contact-fr-eea hides people in France outside of Europe
		named := h.save(hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported", "reporter", fr.ID.String(),
			"affected", []any{map[string]any{"person": fr.ID.String(), "involvement": "witness"}})})
		other := h.save(hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported")})
		for _, f := range []map[string]json.RawMessage{
			fields("reporter", fr.ID.String()),
			fields("affected", []any{map[string]any{"person": fr.ID.String()}}),
			fields("affected", []any{map[string]any{"person": fr.ID.String(), "involvement": "witness"}}),
		} {
			_, err1 := h.door.Save(context.Background(), manager, Draft{Type: "incident", ID: named.ID, Revision: 1, Fields: f})
			_, err2 := h.door.Save(context.Background(), manager, Draft{Type: "incident", ID: other.ID, Revision: 1, Fields: f})
			is(t, err1, bailiwick.CodeInvalid)
			if fmt.Sprintf("%v %+v", err1, err1) != fmt.Sprintf("%v %+v", err2, err2) {
				t.Errorf("a guess is told: %+v / %+v", err1, err2)
			}
		}
	})
}

// TestHiddenReferenceIsNotCleared: who may neither see nor fill in whom a
// reference names cannot take the person out either, and learns nothing.
func TestHiddenReferenceIsNotCleared(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, india := h.user(1, "DE", "hr"), h.user(2, "IN", "manager")
		fr, de := h.person(hr, "Fr Example", "FR"), h.person(hr, "De Example", "DE")
		named := h.save(hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported", "reporter", fr.ID.String(), "reporter_contact", "ext. 12")})
		empty := h.save(hr, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported")})
		for _, f := range []map[string]json.RawMessage{fields("reporter", nil), fields("reporter", de.ID.String())} {
			_, err1 := h.door.Save(context.Background(), india, Draft{Type: "incident", ID: named.ID, Revision: 1, Fields: f})
			_, err2 := h.door.Save(context.Background(), india, Draft{Type: "incident", ID: empty.ID, Revision: 1, Fields: f})
			is(t, err1, bailiwick.CodeNotPopulatable)
			if fmt.Sprintf("%+v", err1) != fmt.Sprintf("%+v", err2) {
				t.Errorf("told apart: %+v / %+v", err1, err2)
			}
		}
		if r := h.open(hr, "incident", named.ID); string(r.Cell("reporter_contact").Value) != `"ext. 12"` {
			t.Error("what was withheld is gone")
		}
		h.save(hr, Draft{Type: "incident", ID: named.ID, Revision: 1, Fields: fields("reporter", nil)})
	})
}

// scoped is a user's API token with the scopes.
func (h *house) scoped(n byte, role bailiwick.Role, scopes ...bailiwick.Scope) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: h.tenant.ID, User: bailiwick.UserID{ID: bailiwick.ID{0: 1, 15: n}},
		Roles: []bailiwick.Role{role}, Country: "DE", Purpose: bailiwick.ProvideService, Token: true, Scopes: scopes,
	})
}

// TestScopesThatDoNotRead: a token that may write or delete and not read does
// its act, is told so, and learns the reference only.
func TestScopesThatDoNotRead(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		writer, remover := h.scoped(1, "hr", bailiwick.ScopeWrite), h.scoped(1, "hr", bailiwick.ScopeDelete)
		r := h.save(writer, Draft{Type: "person", Key: "k", Fields: fields("full_name", "Ada Example", "country", "DE")})
		if r.Ref != "PER-1" || len(r.Cells) != 0 || len(r.Subjects) != 0 {
			t.Errorf("the writer got %s", r.AppendJSON(nil))
		}
		if again := h.save(writer, Draft{Type: "person", Key: "k", Fields: fields("full_name", "Ada Example", "country", "DE")}); again.ID != r.ID || len(again.Cells) != 0 {
			t.Errorf("the repetition got %s", again.AppendJSON(nil))
		}
		if err := h.door.Delete(ctx, remover, "person", r.ID, 1); err != nil {
			t.Fatal(err)
		}
		back, err := h.door.Restore(ctx, remover, "person", r.ID)
		if err != nil || back.Revision != 3 || back.Ref != "PER-1" || len(back.Cells) != 0 {
			t.Errorf("restored: %v %s", err, back.AppendJSON(nil))
		}
		for _, a := range []bailiwick.Actor{writer, remover} {
			_, err = h.door.List(ctx, a, Query{Type: "person"})
			is(t, err, bailiwick.CodeDenied)
			_, err = h.door.Open(ctx, a, "person", r.ID, "en")
			is(t, err, bailiwick.CodeDenied)
		}
	})
}

// TestExportNamesNobodyByLink: the title of a reference leaves in a file only
// if the title itself may.
func TestExportNamesNobodyByLink(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		boss := h.person(hr, "Boss Example", "DE")
		h.person(hr, "Ada Example", "DE", "manager", boss.ID.String())
		india := h.user(2, "IN", "owner")
		for _, f := range []Format{CSV, JSON} {
			var out bytes.Buffer
			if _, err := h.door.Export(context.Background(), india, Query{Type: "person", Lang: "en"}, f, &out); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "Example") {
				t.Errorf("a name leaves in the %s: %s", f, out.String())
			}
		}
		if got := h.list(india, Query{Type: "person", Columns: []string{"manager"}, Sort: "ref", Desc: true}); got.Items[0].Cell("manager").Links[0].Title != "Boss Example" {
			t.Error("on the screen the name is missing")
		}
	})
}

// TestUndoByStranger: an import is undone by who could have made it, and what
// is hidden from that person stays.
func TestUndoByStranger(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		header, rows, mapping := personRows(2)
		rows[1][1] = "FR"
		run, err := h.door.Import(ctx, hr, ImportSpec{Type: "person", Source: "secret.csv", Header: header, Rows: rows, Mapping: mapping})
		if err != nil {
			t.Fatal(err)
		}
		risk := h.user(2, "DE", "risk-manager")
		if all, err := h.door.Imports(ctx, risk); err != nil || len(all) != 0 {
			t.Errorf("imports of a type that is not theirs: %v %+v", err, all)
		}
		_, err = h.door.UndoImport(ctx, risk, run.ID)
		is(t, err, bailiwick.CodeNotFound)
		got, err := h.door.UndoImport(ctx, h.user(3, "US", "hr"), run.ID)
		if err != nil || got.Deleted != 1 || len(got.Left) != 0 {
			t.Errorf("hr from the US: %v %+v", err, got)
		}
		if p := h.list(hr, Query{Type: "person"}); p.Total != 1 {
			t.Errorf("%d are left", p.Total)
		}
	})
}

// TestWithheldTextIsNotImported: an exported file that comes back does not put
// its own marks into the records.
func TestWithheldTextIsNotImported(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		ada := h.person(hr, "Ada Example", "DE", "employee_number", "E-1", "health_note", "asthma")
		_, err := h.door.Import(ctx, hr, ImportSpec{Type: "person", Source: "x.csv", Header: []string{"No", "Note", "Job"},
			Rows: [][]string{{"E-1", WithheldText, "Clerk"}}, Mode: ImportUpdate, KeyField: "employee_number",
			Mapping: map[string]string{"No": "employee_number", "Note": "health_note", "Job": "job_title"}})
		if err != nil {
			t.Fatal(err)
		}
		if r := h.open(hr, "person", ada.ID); string(r.Cell("health_note").Value) != `"asthma"` || string(r.Cell("job_title").Value) != `"Clerk"` {
			t.Errorf("%s", r.AppendJSON(nil))
		}
	})
}

// TestComputedSentBack: a score that comes back as it was read is no attempt to
// write it; another one is.
func TestComputedSentBack(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		owner := h.user(1, "DE", "owner")
		r := h.save(owner, Draft{Type: "risk", Fields: fields("title", "t", "status", "open", "inherent_likelihood", "likely", "inherent_impact", "minor")})
		again := h.save(owner, Draft{Type: "risk", ID: r.ID, Revision: 1, Fields: sentBack(t, r, "inherent_impact", "major")})
		if string(again.Cell("inherent_score").Value) == string(r.Cell("inherent_score").Value) || again.Revision != 2 {
			t.Errorf("the score did not follow: %s", again.AppendJSON(nil))
		}
		_, err := h.door.Save(context.Background(), owner, Draft{Type: "risk", ID: r.ID, Revision: 2, Fields: sentBack(t, r)})
		is(t, err, bailiwick.CodeInvalid)
	})
}

// TestHistoryNamesNoColleague: the history of a record is not a way round the
// tenant's decision on showing who did what (R14.12).
func TestHistoryNamesNoColleague(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, other := h.user(1, "DE", "hr"), h.user(2, "DE", "hr")
		r := h.person(hr, "Ada Example", "DE")
		h.save(other, Draft{Type: "person", ID: r.ID, Revision: 1, Fields: fields("job_title", "Clerk")})
		for _, tc := range []struct {
			viewer bailiwick.Actor
			want   [2]bool
		}{{hr, [2]bool{false, true}}, {other, [2]bool{true, false}}, {h.user(3, "DE", "auditor"), [2]bool{true, true}}} {
			got, err := h.door.History(context.Background(), tc.viewer, "person", r.ID, "en")
			if err != nil || len(got) != 2 {
				t.Fatal(err, len(got))
			}
			if told := [2]bool{!got[0].User.IsZero(), !got[1].User.IsZero()}; told != tc.want {
				t.Errorf("%v is told %v, want %v", tc.viewer.Roles(), told, tc.want)
			}
		}
	})
}

// TestCreateOwn: who may make records of their own only does not make them for
// somebody else, nor for nobody.
func TestCreateOwn(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		me, other := h.user(1, "DE", "reporter"), h.user(2, "DE", "reporter")
		r := h.save(me, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported")})
		if r.Cell("owner").Value.IsEmpty() {
			t.Error("the record has no owner")
		}
		for _, owner := range []any{other.User().String(), nil} {
			_, err := h.door.Save(context.Background(), me, Draft{Type: "incident", Fields: fields("title", "t", "status", "reported", "owner", owner)})
			is(t, err, bailiwick.CodeInvalid)
		}
	})
}

// TestImportOfStrangers: an import refers to users that there are, as a save
// does.
func TestImportOfStrangers(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		owner, stranger := h.user(1, "DE", "owner"), h.user(0xff, "DE") // 0xff: the house knows no such name
		spec := ImportSpec{Type: "risk", Source: "r.csv", Header: []string{"T", "S", "O"},
			Rows:    [][]string{{"a", "open", owner.User().String()}, {"b", "open", stranger.User().String()}, {"c", "open", ""}},
			Mapping: map[string]string{"T": "title", "S": "status", "O": "owner"}}
		for _, spec.DryRun = range []bool{true, false} {
			got, err := h.door.Import(context.Background(), owner, spec)
			if err != nil || got.Created != 2 || got.Rejected != 1 || got.Errors[0].Rule != "no-such-user" || got.Errors[0].Row != 2 {
				t.Errorf("dry %v: %v %+v", spec.DryRun, err, got)
			}
		}
	})
}

// jsonOf is a record as the API sends it.
func jsonOf(r Record) string { return string(r.AppendJSON(nil)) }
