package access_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

// without is a policy without its rules of one kind of condition, save one.
func without(p access.Policy, kind access.ConditionKind, save string) access.Policy {
	p.Rules = slices.DeleteFunc(slices.Clone(p.Rules), func(r access.Rule) bool {
		return r.Effect == access.Require && r.Condition.Kind == kind && r.ID != save
	})
	return p
}

// TestPreviewIsTheView: what a preview shows of somebody is what that somebody
// gets, to the last word of the explanation.
func TestPreviewIsTheView(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		m, r := compile(t, p), questions(t)
		for range 100 {
			q := ask(r)
			v := q.view(m)
			w := m.Preview(access.Viewer{Roles: q.roles, Country: q.assigned, Location: q.present, Purpose: q.purpose, Met: q.met})
			a, am := v.Bits(q.op, q.subject())
			b, bm := w.Bits(q.op, q.subject())
			d := v.Decide(q.op, q.category, q.subject())
			if a != b || am != bm || !reflect.DeepEqual(d.Explain("de"), w.Explain(q.op, q.category, q.subject(), "de")) {
				t.Fatalf("%+v: the preview differs", q)
			}
			cell := w.Cell(q.op, q.category, q.subject())
			granted := cell.Outcome == access.DefaultAllow || cell.Outcome == access.Allowed || cell.Outcome == access.Masked
			if granted != d.Allowed() || cell.Mask != d.Mask() || cell.Rule != d.Rule() || !slices.Equal(cell.Rules, d.Matched()) ||
				(cell.Outcome == access.Required) != (d.Requires() != "") {
				t.Fatalf("%+v: cell %+v, decision %v by %s", q, cell, d.Allowed(), d.Rule())
			}
			for _, verb := range access.Verbs() {
				if v.Scopes("person", verb) != w.Scopes("person", verb) {
					t.Fatalf("%+v: another scope of %s", q, verb)
				}
			}
		}
	})
}

// TestRecordingNeverNarrows: an agreement that is recorded, and one condition
// more that a viewer meets, take nothing away.
func TestRecordingNeverNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		p.Agreements = nil
		recorded := p
		recorded.Agreements = []string{"wa-1", "wa-2"}[:rapid.IntRange(1, 2).Draw(t, "recorded")]
		before, after, r := compile(t, p), compile(t, recorded), questions(t)
		for range 300 {
			q := ask(r)
			a := q.view(before).Decide(q.op, q.category, q.subject())
			b := q.view(after).Decide(q.op, q.category, q.subject())
			q.met = append(q.met, ask(r).met...)
			c := q.view(before).Decide(q.op, q.category, q.subject())
			if a.Allowed() && (!b.Allowed() || !c.Allowed() || a.Mask() != b.Mask() || a.Mask() != c.Mask()) {
				t.Fatalf("%+v: a condition met narrowed", q)
			}
		}
	})
}

// TestConsentAndCounts compares what consent would grant, and what may be
// counted and from how many people up, with the text oracle asked again under
// those conditions.
func TestConsentAndCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t)
		often := []bailiwick.Category{"business", "contact", "employment"} // open, so that conditions decide
		for i := range rapid.IntRange(0, 5).Draw(t, "asking") {
			p.Rules = append(p.Rules, access.Rule{
				ID: fmt.Sprintf("s%02d", i), Op: access.Access, Category: rapid.SampledFrom(often).Draw(t, "category"), Effect: access.Require, Require: "this",
				Subject:   rapid.SampledFrom([]access.CountrySet{{}, {In: []string{"EU"}}, {NotIn: []string{"DE", "US"}}}).Draw(t, "subject"),
				Condition: rapid.SampledFrom([]access.Condition{{Kind: access.ConsentGiven}, {Kind: access.AggregateOnly, K: 5}}).Draw(t, "condition"),
			})
		}
		for i := range p.Rules {
			if p.Rules[i].Condition.Kind == access.AggregateOnly {
				p.Rules[i].Condition.K = rapid.IntRange(access.MinAggregate, 20).Draw(t, "k")
			}
		}
		m, r, uncounted := compile(t, p), questions(t), without(p, access.AggregateOnly, "")
		for i := range 200 {
			q := ask(r)
			if i%2 == 0 {
				q.op, q.category = access.Access, often[r.IntN(len(often))]
			}
			v := q.view(m)
			allowed := textOracle(p, q).allowed

			agreed := q
			agreed.consents = append(slices.Clone(q.consents), q.category)
			want := !allowed && textOracle(p, agreed).allowed
			if got := v.ConsentNeeded(q.op, q.subject())>>m.CategoryNo(q.category)&1 != 0; got != want {
				t.Fatalf("%+v: consent would grant: %v, want %v", q, got, want)
			}

			k, ok := v.AggregateOnly(q.op, q.category, q.subject())
			least := 0
			if !allowed && textOracle(uncounted, q).allowed {
				for _, rule := range p.Rules {
					if !textOracle(without(p, access.AggregateOnly, rule.ID), q).allowed {
						least = max(least, rule.Condition.K)
					}
				}
			}
			if ok != (least > 0) || k != least {
				t.Fatalf("%+v: counts from %d up, %v; want %d", q, k, ok, least)
			}
		}
	})
}
