package access_test

import (
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

// TestPreviewAgrees holds that a what-if answers as the actor is judged.
func TestPreviewAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := genPolicy(t), ask(questions(t))
		m := compile(t, p)
		d := m.View(q.actor()).Decide(q.op, q.category, q.subject())
		w := m.Preview(access.Viewer{Roles: q.roles, Country: q.assigned, Location: q.present, Purpose: q.purpose})
		e := w.Explain(q.op, q.category, q.subject(), "en")
		cell := w.Cell(q.op, q.category, q.subject())
		if e.Allowed != d.Allowed() || e.Mask != d.Mask() || e.ID != d.ID() || cell.Rule != d.Rule() {
			t.Fatalf("preview %+v, decision %v %v", e, d.Allowed(), d.Mask())
		}
	})
}

// TestCompare holds that the differences are exactly those that asking place by
// place finds.
func TestCompare(t *testing.T) {
	old := rulesOf(t, "rules:\n  - {id: a, operation: access, category: health, roles: [hr], effect: allow}\n", nil)
	next := rulesOf(t, `rules:
  - {id: a, operation: access, category: health, roles: [hr], effect: allow}
  - {id: eea, operation: access, category: health, viewer: {not-in: [EEA]}, effect: deny}
  - {id: m, operation: access, category: national-id, subject: {in: [FR]}, roles: [hr], effect: mask, mask: last4}
`, nil)
	viewers := []access.Viewer{{Roles: []bailiwick.Role{"hr"}, Country: "US"}, {Roles: []bailiwick.Role{"hr"}, Country: "DE"}, {Country: "US"}}
	type place struct {
		viewer  int
		op      access.Op
		c       bailiwick.Category
		country bailiwick.Country
	}
	found := map[place]access.Difference{}
	for _, d := range access.Compare(old, next, viewers) {
		for _, c := range d.Countries {
			found[place{d.Viewer, d.Op, d.Category, c}] = d
		}
	}
	n := 0
	for i, v := range viewers {
		a, b := old.Preview(v), next.Preview(v)
		for _, op := range []access.Op{access.Populate, access.Access, access.Export} {
			for _, c := range bailiwick.ShippedCategories() {
				if !c.OfSubject {
					continue
				}
				for _, country := range []bailiwick.Country{"", "FR", "DE", "US", "BR"} {
					x, y := a.Explain(op, c.Key, access.Of(country), "en"), b.Explain(op, c.Key, access.Of(country), "en")
					d, ok := found[place{i, op, c.Key, country}]
					if differ := x.Allowed != y.Allowed || x.Mask != y.Mask; differ != ok {
						t.Errorf("viewer %d, %v, %s of %q: differs %v, found %v", i, op, c.Key, country, differ, ok)
					}
					if ok && (d.Narrower() != (x.Allowed && !y.Allowed) || d.Wider() != (!x.Allowed && y.Allowed)) {
						t.Errorf("viewer %d, %v, %s of %q: narrower %v, wider %v", i, op, c.Key, country, d.Narrower(), d.Wider())
					}
					if ok {
						n++
					}
				}
			}
		}
	}
	if n == 0 {
		t.Error("nothing differs")
	}
	if d := access.Compare(old, old, viewers); len(d) != 0 {
		t.Errorf("a configuration differs from itself: %v", d)
	}
}
