package engines

import (
	"math/rand/v2"
	"testing"

	"bailiwick/internal/access"
)

// engine is a policy said over again in the words of another engine.
type engine interface {
	// prepare makes everything of a question that can be made beforehand, so
	// that ask does the judging alone; clear asks for the unmasked value.
	prepare(x pair, clear bool) (ask func() (bool, error))
}

// makers are the engines, by name.
var makers = []struct {
	name string
	make func(access.Policy) (engine, error)
}{
	{"Cedar", newCedar}, {"Open Policy Agent", newOPA}, {"Casbin", newCasbin},
}

func answer(t *testing.T, e engine, q question, clear bool) bool {
	t.Helper()
	for _, x := range q.pairs() {
		ok, err := e.prepare(x, clear)()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return false
		}
	}
	return true
}

// TestDifferential puts the same random questions about random policies to
// every engine and to the matrix: countries known, unknown and several, roles,
// purposes, masks, legal entities, a tenant's own categories, and conditions of
// every kind, met and unmet.
func TestDifferential(t *testing.T) {
	policies, each := 60, 60
	if testing.Short() {
		policies = 6
	}
	for _, maker := range makers {
		t.Run(maker.name, func(t *testing.T) {
			seed := rand.Uint64()
			r := rand.New(rand.NewPCG(seed, 1))
			cases, granted := 0, 0
			for range policies {
				p := randomPolicy(r)
				m, err := access.Compile(p, instant)
				if err != nil {
					t.Fatal(err)
				}
				e, err := maker.make(p)
				if err != nil {
					t.Fatal(err)
				}
				for range each {
					q := randomQuestion(r)
					allowed, clear := q.ours(m)
					if a := answer(t, e, q, false); a != allowed {
						t.Fatalf("seed %d: %+v\n%+v\n%s says %v, we say %v", seed, p.Rules, q, maker.name, a, allowed)
					}
					if allowed { // what is refused is not asked for unmasked
						granted++
						if b := answer(t, e, q, true); b != clear {
							t.Fatalf("seed %d: %+v\n%+v\n%s says clear %v, we say %v", seed, p.Rules, q, maker.name, b, clear)
						}
					}
					cases++
				}
			}
			if granted*20 < cases || granted*20 > cases*19 {
				t.Errorf("%d of %d granted: the questions tell nothing", granted, cases)
			}
			t.Logf("figure: %s: %d cases, %d of them granted, 0 differences", maker.name, cases, granted)
		})
	}
}
