package engines

import (
	"math/rand/v2"
	"testing"

	"bailiwick/internal/access"
)

// answer is what an engine says of a pair.
type answer string

const (
	no     answer = "no"
	masked answer = "masked"
	clear  answer = "clear"
)

// engine judges pairs by a policy it was made with. The function that prepare
// returns does the judging alone.
type engine interface {
	prepare(p pair) func() (answer, error)
}

// makers are the engines of other makes.
var makers = []struct {
	name string
	make func(access.Policy) (engine, error)
}{{"Cedar", newCedar}, {"Open Policy Agent", newOPA}, {"Casbin", newCasbin}}

// given is what is met for a pair: ids of rules, and "consent".
func (p pair) given() []string {
	out := append([]string{}, p.met...)
	if p.consented && !p.noOne {
		out = append(out, "consent")
	}
	return out
}

// TestDifferential puts the same questions to the matrix and to every engine.
func TestDifferential(t *testing.T) {
	const policies, each = 120, 40
	r := rand.New(rand.NewPCG(20260601, 3))
	cases, differences := 0, 0
	answers := map[answer]int{}
	for range policies {
		p := randomPolicy(r)
		m, err := access.Compile(p, instant)
		if err != nil {
			t.Fatal(err)
		}
		var all []engine
		for _, x := range makers {
			e, err := x.make(p)
			if err != nil {
				t.Fatalf("%s: %v", x.name, err)
			}
			all = append(all, e)
		}
		for range each {
			q := randomQuestion(r)
			allowed, plain := q.decide(m)
			want := no
			if plain {
				want = clear
			} else if allowed {
				want = masked
			}
			for i, e := range all {
				got := clear
				for _, one := range q.pairs() {
					a, err := e.prepare(one)()
					if err != nil {
						t.Fatal(err)
					}
					if a == no {
						got = no
						break
					}
					if a == masked {
						got = masked
					}
				}
				if got != want {
					differences++
					t.Errorf("%s says %s, the matrix %s: %+v\n%+v", makers[i].name, got, want, q, p.Rules)
				}
			}
			answers[want]++
			cases++
			if differences > 3 {
				t.FailNow()
			}
		}
	}
	t.Logf("%d cases x %d engines: %d differences (%d refused, %d masked, %d clear)", cases, len(makers), differences, answers[no], answers[masked], answers[clear])
	if cases < 3000 || answers[masked] < 100 || answers[clear] < 300 {
		t.Error("too few cases to say anything")
	}
}
