package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/store"
)

// matrixCost is Show 6 of "Country by country": the same list of 100 by the
// same viewer, under the rules and without them. Without them every category
// is open to everybody by one rule each, no rule looks at countries, roles or
// entities, and the same fields are opened: what differs is the deciding, and
// that a masked or withheld field need not be shown whole.
func matrixCost(t *testing.T, w *world) {
	if !wanted("Show 6") {
		return
	}
	on := w.rules(t, "")
	defer w.rules(t, on)
	for _, typ := range []string{"person", "risk", "measurement"} {
		var off, with, ratio []float64
		n, per := max(*rounds, 1), 40
		if !measuring() {
			per = 1
		}
		times := func(rules string) float64 {
			w.rules(t, rules)
			var out []float64
			for range per {
				begin := time.Now()
				_, err := w.list(t.Context(), typ)
				must(t, err)
				out = append(out, float64(time.Since(begin)))
			}
			return median(out)
		}
		for range n {
			a, b := times(openAll()), times(on)
			off, with, ratio = append(off, a), append(with, b), append(ratio, b/a)
		}
		add(t, figure{goal: "Show 6", what: "list of 100 (" + typ + "), rules on against off, " + w.parts.Store.Engine(),
			floor: duration(median(off)), ours: duration(median(with)), value: spread(ratio, "x"), gate: "<= 1.15x", result: verdict(median(ratio) <= 1.15)})
	}
}

// openAll lets everybody fill in and see everything.
func openAll() string {
	var b strings.Builder
	b.WriteString("rules:\n")
	for _, c := range bailiwick.ShippedCategories() {
		for _, op := range []string{"populate", "access"} {
			fmt.Fprintf(&b, "  - {id: open-%s-%s, operation: %s, category: %s, effect: allow}\n", op, c.Key, op, c.Key)
		}
	}
	return b.String()
}

// rules puts rules into force, unless they are empty, and returns those that
// were.
func (w *world) rules(t *testing.T, text string) (was string) {
	t.Helper()
	must(t, w.parts.Store.Update(t.Context(), w.tenant.ID, func(tx store.TenantTx) error {
		now, err := w.parts.Tenants.Configuration(t.Context(), tx)
		if err != nil {
			return err
		}
		doc := now.Document()
		if was = doc.Rules; text == "" || text == was {
			return nil
		}
		doc.Rules = text
		owner := bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: w.tenant.ID, User: w.hr.User(),
			Roles: []bailiwick.Role{"owner"}, Country: "DE", Purpose: bailiwick.ProvideService})
		_, err = w.parts.Tenants.Activate(t.Context(), tx, owner, doc)
		return err
	}))
	if text != "" { // the first look compiles
		_, err := w.parts.Door.List(t.Context(), w.viewer, custody.Query{Type: "person", Limit: 100, SkipTotal: true})
		must(t, err)
	}
	return was
}
