package custody

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// rule puts one more rule into the configuration in force.
func (h *house) rule(yaml string) {
	h.t.Helper()
	h.configure(func(rules string) string { return strings.Replace(rules, "rules:\n", "rules:\n  - "+yaml+"\n", 1) })
}

// configure activates changed rules.
func (h *house) configure(change func(string) string) {
	h.t.Helper()
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		cfg, err := h.reg.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		doc := cfg.Document()
		doc.Rules = change(doc.Rules)
		_, err = h.reg.Activate(context.Background(), tx, h.user(9, "DE", "owner", "privacy"), doc)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) cell(a bailiwick.Actor, id bailiwick.RecordID, field string) Cell {
	h.t.Helper()
	for _, c := range h.open(a, "person", id).Cells {
		if c.Field.Key == field {
			return c
		}
	}
	h.t.Fatalf("no cell %s", field)
	return Cell{}
}

const barUS = `{id: ethnic-us-no, operation: populate, category: ethnic-origin, subject: {in: [US]}, effect: deny}`

// TestQuarantine: what a new deny on populate hits is hidden at once and at
// every exit, waits with a date, and is then kept or taken out for good (R14.9).
func TestQuarantine(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, privacy := h.user(1, "DE", "hr"), h.user(8, "DE", "privacy")
		full := h.person(hr, "Ada Example", "US", "ethnicity", "asian")
		h.save(hr, Draft{Type: "person", ID: full.ID, Revision: 1, Fields: fields("ethnicity", "black", "job_title", "Clerk")})
		empty := h.person(hr, "Ben Example", "US")
		if c := h.cell(hr, full.ID, "ethnicity"); c.Withheld != nil || c.Value.IsEmpty() {
			t.Fatal("nothing to hide")
		}
		h.rule(barUS)

		for _, id := range []bailiwick.RecordID{full.ID, empty.ID} {
			if c := h.cell(hr, id, "ethnicity"); c.Withheld == nil || c.Withheld.Rule != "ethnic-us-no" || !c.Value.IsEmpty() {
				t.Errorf("not hidden: %+v", c.Withheld)
			}
		}
		a, err := h.door.Explain(ctx, hr, "person", full.ID, "ethnicity", "access", "en")
		b, err2 := h.door.Explain(ctx, hr, "person", empty.ID, "ethnicity", "access", "en")
		a.Ref, a.Decision, b.Ref, b.Decision = "", "", "", ""
		if err != nil || err2 != nil || a.Allowed || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("explained: %+v %v / %+v %v", a, err, b, err2)
		}
		changes, err := h.door.History(ctx, hr, "person", full.ID, "en")
		if err != nil || strings.Contains(fmt.Sprintf("%+v", changes), "black") {
			t.Errorf("history: %+v %v", changes, err)
		}
		_, err = h.door.Save(ctx, hr, Draft{Type: "person", ID: full.ID, Revision: 2, Fields: fields("ethnicity", nil)})
		if bailiwick.ErrorCode(err) == "" {
			h.save(hr, Draft{Type: "person", ID: empty.ID, Revision: 1, Fields: fields("ethnicity", nil)})
			t.Error("what nobody sees was cleared")
		}

		if _, _, err := h.door.Quarantine(ctx, hr); bailiwick.ErrorCode(err) != bailiwick.CodeDenied {
			t.Errorf("listed for anybody: %v", err)
		}
		lines, _, err := h.door.Quarantine(ctx, privacy)
		if err != nil || len(lines) != 1 {
			t.Fatalf("%+v %v", lines, err)
		}
		l := lines[0]
		if l.Type != "person" || l.Category != "ethnic-origin" || l.Count != 1 || l.Rule != "ethnic-us-no" || l.Refs[0].ID != full.ID ||
			fmt.Sprint(l.Countries) != "[US]" || l.Due.Sub(l.Since) != 30*24*time.Hour || time.Since(l.Since) > time.Minute {
			t.Errorf("%+v", l)
		}
		h.decided(l.QuarantineKey, hr, privacy, full.ID)
	})
}

// decided keeps a line, ends that, and takes it out.
func (h *house) decided(key QuarantineKey, hr, privacy bailiwick.Actor, full bailiwick.RecordID) {
	h.t.Helper()
	t, ctx := h.t, context.Background()
	// kept until a date: seen as the access rules say
	is(t, h.door.JustifyQuarantine(ctx, hr, key, "x", "y", time.Now().Add(time.Hour)), bailiwick.CodeDenied)
	is(t, h.door.JustifyQuarantine(ctx, privacy, key, "", "y", time.Now().Add(time.Hour)), bailiwick.CodeInvalid)
	is(t, h.door.JustifyQuarantine(ctx, privacy, key, "CASE-1", "claim pending", time.Now().Add(time.Hour)), "")
	if c := h.cell(hr, full, "ethnicity"); c.Withheld != nil || c.Value.IsEmpty() {
		t.Errorf("kept and hidden: %+v", c.Withheld)
	}
	if c := h.cell(h.user(3, "DE", "manager"), full, "ethnicity"); c.Withheld == nil {
		t.Error("shown to somebody whom no rule allows it")
	}
	_, kept, err := h.door.Quarantine(ctx, privacy)
	if err != nil || len(kept) != 1 || kept[0].Reference != "CASE-1" || kept[0].Reason != "claim pending" {
		t.Fatalf("%+v %v", kept, err)
	}
	is(t, h.door.EndQuarantineException(ctx, privacy, kept[0].ID), "")
	is(t, h.door.EndQuarantineException(ctx, privacy, kept[0].ID), bailiwick.CodeNotFound)
	if c := h.cell(hr, full, "ethnicity"); c.Withheld == nil {
		t.Error("shown after the end")
	}

	// taken out, of the history too
	n, err := h.door.EraseQuarantine(ctx, privacy, key)
	if err != nil || n != 1 {
		t.Fatalf("%d %v", n, err)
	}
	if lines, _, err := h.door.Quarantine(ctx, privacy); err != nil || len(lines) != 0 {
		t.Errorf("%+v %v", lines, err)
	}
	h.configure(func(rules string) string { return strings.Replace(rules, "  - "+barUS+"\n", "", 1) })
	if c := h.cell(hr, full, "ethnicity"); c.Withheld != nil || !c.Value.IsEmpty() {
		t.Errorf("still there: %+v", c)
	}
	if c := h.cell(hr, full, "job_title"); c.Text("en") != "Clerk" {
		t.Errorf("what was not to go went: %+v", c)
	}
	h.noBlock(full, "ethnic-origin")
}

// noBlock fails the test if any revision holds a block of a category.
func (h *house) noBlock(id bailiwick.RecordID, category bailiwick.Category) {
	h.t.Helper()
	err := h.store.View(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		cfg, err := h.reg.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		row, err := record.ByID(context.Background(), tx, id)
		if err != nil {
			return err
		}
		all, err := record.Revisions(context.Background(), tx, row.RKey, 100)
		for _, b := range append(all, record.Revision{Packed: row.Packed}) {
			var p packed
			if err := p.decode(bytes.Clone(b.Packed)); err != nil {
				return err
			}
			if p.block(0, uint8(cfg.Matrix.CategoryNo(category))) != nil {
				h.t.Errorf("revision %d holds it", b.Revision)
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestQuarantineByMove: who is moved to a country takes along what the mover
// does not see, and where a rule forbids it, it waits; lifting the rule lifts
// the quarantine by itself.
func TestQuarantineByMove(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, payroll, privacy := h.user(1, "DE", "hr"), h.user(2, "DE", "payroll"), h.user(8, "DE", "privacy")
		full := h.person(hr, "Ada Example", "US", "ethnicity", "asian")
		if lines, _, err := h.door.Quarantine(ctx, privacy); err != nil || len(lines) != 0 {
			t.Fatalf("%+v %v", lines, err)
		}
		h.save(payroll, Draft{Type: "person", ID: full.ID, Revision: 1, Fields: fields("country", "FR")})
		lines, _, err := h.door.Quarantine(ctx, privacy)
		if err != nil || len(lines) != 1 || fmt.Sprint(lines[0].Countries) != "[FR]" {
			t.Fatalf("%+v %v", lines, err)
		}
		h.rule(`{id: ethnic-fr-hr, operation: access, category: ethnic-origin, subject: {in: [FR]}, roles: [hr], effect: allow}`)
		if c := h.cell(hr, full.ID, "ethnicity"); c.Withheld == nil {
			t.Error("an allow on access opens what may not be there")
		}
		h.configure(func(rules string) string {
			return strings.Replace(rules, "effect: deny, cite: \"template FR-1\"", "effect: deny, roles: [payroll]", 1)
		})
		if c := h.cell(hr, full.ID, "ethnicity"); c.Withheld != nil || c.Value.IsEmpty() {
			t.Errorf("lifted, and still hidden: %+v", c.Withheld)
		}
		if lines, _, err := h.door.Quarantine(ctx, privacy); err != nil || len(lines) != 0 {
			t.Errorf("lifted, and still listed: %+v %v", lines, err)
		}
	})
}

// TestQuarantineByEntity: a rule that names a legal entity brings nothing of
// another into quarantine, and erasing takes nothing out there.
func TestQuarantineByEntity(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, privacy := h.user(1, "DE", "hr"), h.user(8, "DE", "privacy")
		fr := h.secondEntity(privacy, `{id: fr-hidden, operation: access, category: contact, entities: [acme-fr], roles: [manager], effect: deny}`)
		of := func(e bailiwick.EntityID) Record {
			return h.save(hr, Draft{Type: "person", Entity: e, Fields: fields("full_name", "Ada Example", "country", "US", "ethnicity", "asian")})
		}
		there, here := of(fr), of(bailiwick.EntityID{})
		h.activate(privacy, `{id: fr-none, operation: populate, category: ethnic-origin, entities: [acme-fr], effect: deny}`)

		lines, _, err := h.door.Quarantine(ctx, privacy)
		if err != nil || len(lines) != 1 || lines[0].Rule != "fr-none" || lines[0].Count != 1 || len(lines[0].Refs) != 1 || lines[0].Refs[0].ID != there.ID {
			t.Fatalf("%+v %v", lines, err)
		}
		key := lines[0].QuarantineKey
		if n, err := h.door.EraseQuarantine(ctx, privacy, key); err != nil || n != 1 {
			t.Errorf("%d erased: %v", n, err)
		}
		h.noBlock(there.ID, "ethnic-origin")
		if c := h.cell(hr, here.ID, "ethnicity"); c.Withheld != nil || c.Value.IsEmpty() {
			t.Errorf("what is allowed was taken out: %+v", c.Withheld)
		}
		is(t, func() error {
			_, err := h.door.EraseQuarantine(ctx, privacy, QuarantineKey{"person", "health", key.Set})
			return err
		}(), bailiwick.CodeTransition)
		if lines, _, err := h.door.Quarantine(ctx, privacy); err != nil || len(lines) != 0 {
			t.Errorf("afterwards: %+v %v", lines, err)
		}
		// The same rule for the other: the list follows.
		h.activate(privacy, `{id: de-none, operation: populate, category: ethnic-origin, entities: [acme-de], effect: deny}`)
		if lines, _, err := h.door.Quarantine(ctx, privacy); err != nil || len(lines) != 1 || lines[0].Rule != "de-none" || lines[0].Refs[0].ID != here.ID {
			t.Errorf("%+v %v", lines, err)
		}
	})
}
