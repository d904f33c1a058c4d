package engines

import (
	"encoding/json"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
)

var (
	rounds  = flag.Int("rounds", 0, "rounds to measure; 0 only tries that everything runs")
	publish = flag.String("report", "", "document in whose marked place the table is written")
)

// The policy of the figures: 12 categories, 40 countries, 5 roles, 160 rules.
var (
	decided  = []bailiwick.Category{"contact", "employment", "compensation", "bank", "tax", "family", "birth", "health", "ethnic-origin", "religion", "trade-union", "national-id"}
	deciders = []bailiwick.Role{"owner", "hr", "payroll", "manager", "auditor"}
)

func fortyCountries() (out []bailiwick.Country) {
	for i, c := range bailiwick.Countries() {
		if i%6 == 0 && len(out) < 39 {
			out = append(out, c.Code)
		}
	}
	return append(out, "DE")
}

func worldly() access.Policy {
	p := access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles()}
	for i, c := range fortyCountries() {
		for k := range 4 {
			r := access.Rule{ID: fmt.Sprintf("r%d-%d", i, k), Op: access.Access, Category: decided[(i+3*k)%12], Effect: access.Allow}
			switch k {
			case 0, 1:
				r.Subject.In, r.Roles = []string{string(c)}, deciders[(i+k)%5:(i+k)%5+1]
			case 2:
				r.Subject.In, r.Effect = []string{string(c)}, access.Deny
			case 3:
				r.Viewer.In, r.Effect = []string{string(c)}, access.Deny
			}
			p.Rules = append(p.Rules, r)
		}
	}
	return p
}

func seeing(c bailiwick.Category, person bailiwick.Country) question {
	return question{op: access.Access, category: c, countries: []bailiwick.Country{person}, assigned: "DE", roles: deciders[1:2], purpose: bailiwick.ProvideService}
}

// contender is one that is measured: the nanoseconds of the median call, by
// round. On a loaded machine the mean is that of the moments when somebody else
// ran.
type contender struct {
	name  string
	calls int // in a round
	run   func() error
	took  []float64
}

// measure lets all take turns, round by round; the first round warms up.
func measure(t *testing.T, all []*contender) {
	t.Helper()
	n := max(*rounds, 1)
	for i := range n + 1 {
		runtime.GC()
		for _, c := range all {
			calls := c.calls
			if *rounds == 0 {
				calls = 1
			}
			var each []float64
			for range calls {
				begin := time.Now()
				if err := c.run(); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				each = append(each, float64(time.Since(begin)))
			}
			if i > 0 {
				c.took = append(c.took, median(each))
			}
		}
	}
}

// figures are the rows of the table that is printed.
var figures []string

// report says how many times as long as the first each took, and whether the
// gates hold: the first's own on its time, and least on the ratios of those
// named.
func report(goal, what string, all []*contender, most time.Duration, least float64, against ...string) {
	for i, c := range all {
		times, gate := "", ""
		var ratios []float64
		for r := range c.took {
			ratios = append(ratios, c.took[r]/all[0].took[r])
		}
		switch {
		case i == 0 && most > 0:
			gate = fmt.Sprintf("<= %v: %s", most, verdict(median(c.took) <= float64(most)))
		case slices.Contains(against, c.name):
			gate = fmt.Sprintf(">= %.0fx: %s", least, verdict(median(ratios) >= least))
		}
		if i > 0 {
			times = fmt.Sprintf("%s (%s..%s)", number(median(ratios)), number(slices.Min(ratios)), number(slices.Max(ratios)))
			what = ""
		}
		figures = append(figures, fmt.Sprintf("| %s | %s | %s | %v | %s | %s |", goal, what, c.name, duration(median(c.took)), times, gate))
	}
}

func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0fx", v)
	}
	return fmt.Sprintf("%.3gx", v)
}

func verdict(ok bool) string {
	if ok {
		return "pass"
	}
	return "MISS"
}

func median(v []float64) float64 { return slices.Sorted(slices.Values(v))[len(v)/2] }

func duration(ns float64) string {
	d := time.Duration(ns)
	if d < 100 {
		return fmt.Sprintf("%.1f ns", ns)
	}
	return d.Round(max(1, d/1000)).String()
}

var sink int

// TestFigures measures goals 3 to 6 of the goals of performance beside the
// engines in one run: make engines prints the table.
func TestFigures(t *testing.T) {
	p := worldly()
	m, err := access.Compile(p, instant)
	if err != nil {
		t.Fatal(err)
	}
	engines := map[string]engine{}
	for _, x := range makers {
		if engines[x.name], err = x.make(p); err != nil {
			t.Fatal(err)
		}
	}
	oneDecision(t, m, engines)
	l := newListing(m)
	deciding(t, l, engines)
	enforcing(t, l, engines)
	compiling(t, p)
	if *rounds > 0 {
		table := "| Goal | What | Who | Median | Times the matrix (least..most) | Gate |\n|---|---|---|---|---|---|\n" + strings.Join(figures, "\n") + "\n"
		fmt.Print("\n", table, "\n")
		if *publish != "" {
			if err := write(*publish, table); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// oneDecision is goal 4. The engines get their requests made beforehand.
func oneDecision(t *testing.T, m *access.Matrix, engines map[string]engine) {
	q := seeing("health", fortyCountries()[7])
	v, s := m.View(q.actor()), access.Of(q.countries...)
	all := []*contender{{name: "matrix (a thousand at a time)", calls: 200, run: func() error {
		for range 1000 {
			if v.Decide(access.Access, "health", s).Allowed() {
				sink++
			}
		}
		return nil
	}}}
	for _, x := range makers {
		judge := engines[x.name].prepare(q.pairs()[0], false)
		all = append(all, &contender{name: x.name, calls: 50, run: func() error { _, err := judge(); return err }})
	}
	measure(t, all)
	for i := range all[0].took {
		all[0].took[i] /= 1000
	}
	all[0].name = "matrix"
	report("4", "one field decided", all, 0, 500, "Cedar")
}

// listing is a list of 100 records of 20 fields, of persons of 40 countries.
type listing struct {
	m        *access.Matrix
	who      bailiwick.Actor
	codes    []bailiwick.Country
	fields   []bailiwick.CategoryInfo
	numbers  []int // of the fields' categories
	subjects [100]access.Subject
	document []byte // the same of every record
	offsets  [20][2]int
}

func newListing(m *access.Matrix) *listing {
	l := &listing{m: m, who: seeing("health", "DE").actor(), codes: fortyCountries(), fields: bailiwick.ShippedCategories()[:20]}
	for i := range l.subjects {
		l.subjects[i] = access.Of(l.country(i))
	}
	text := "{"
	for i, f := range l.fields {
		l.numbers = append(l.numbers, m.CategoryNo(f.Key))
		if i > 0 {
			text += ","
		}
		member := fmt.Sprintf("%q:%q", f.Key, fmt.Sprintf("value of %02d, as long as values are on average", i))
		l.offsets[i] = [2]int{len(text), len(text) + len(member)}
		text += member
	}
	l.document = []byte(text + "}")
	return l
}

func (l *listing) country(record int) bailiwick.Country { return l.codes[record%len(l.codes)] }

// memo asks an engine once for each category and country of a list.
func memo(e engine) func(bailiwick.Category, bailiwick.Country) (bool, error) {
	type key struct {
		f bailiwick.Category
		c bailiwick.Country
	}
	known := map[key]bool{}
	return func(f bailiwick.Category, c bailiwick.Country) (bool, error) {
		if ok, is := known[key{f, c}]; is {
			return ok, nil
		}
		ok, err := e.prepare(seeing(f, c).pairs()[0], false)()
		known[key{f, c}] = ok
		return ok, err
	}
}

// deciding is goal 5: the 2,000 decisions of a list, from the viewer on; the
// engines are asked once for each category and country.
func deciding(t *testing.T, l *listing, engines map[string]engine) {
	all := []*contender{{name: "matrix", calls: 200, run: func() error {
		v := l.m.View(l.who)
		for _, s := range l.subjects {
			allowed, masked := v.Bits(access.Access, s)
			for _, n := range l.numbers {
				sink += int(allowed>>n&1 + masked>>n&1)
			}
		}
		return nil
	}}}
	for _, x := range makers {
		all = append(all, &contender{name: x.name, calls: 3, run: func() error {
			ask := memo(engines[x.name])
			for i := range l.subjects {
				for _, f := range l.fields {
					ok, err := ask(f.Key, l.country(i))
					if err != nil {
						return err
					}
					if ok {
						sink++
					}
				}
			}
			return nil
		}})
	}
	measure(t, all)
	report("5", "2,000 decisions of a list of 100, from the viewer on", all, 20*time.Microsecond, 0)
}

// enforcing is goal 3 in memory: the list enforced and written, by an engine in
// the usual way over a map of each document, by the matrix over members whose
// places are known.
func enforcing(t *testing.T, l *listing, engines map[string]engine) {
	var ours []byte
	theirs := map[string][]byte{}
	all := []*contender{{name: "matrix", calls: 50, run: func() error {
		v := l.m.View(l.who)
		ours = ours[:0]
		for _, s := range l.subjects {
			allowed, _ := v.Bits(access.Access, s)
			ours = append(ours, '{')
			for k, n := range l.numbers {
				if allowed>>n&1 == 0 {
					continue
				}
				if ours[len(ours)-1] != '{' {
					ours = append(ours, ',')
				}
				ours = append(ours, l.document[l.offsets[k][0]:l.offsets[k][1]]...)
			}
			ours = append(ours, '}', '\n')
		}
		return nil
	}}}
	var names []string
	for _, x := range makers {
		name := x.name + " and a map"
		names = append(names, name)
		all = append(all, &contender{name: name, calls: 3, run: func() (err error) {
			theirs[name], err = l.usual(theirs[name][:0], memo(engines[x.name]))
			return err
		}})
	}
	measure(t, all)
	report("3", "a list of 100 x 20 fields enforced and written, in memory", all, 0, 8, names...)
	for _, name := range names {
		sameLines(t, ours, theirs[name])
	}
}

// usual is how a list is usually enforced: each document read into a map, what
// may not be seen taken out of it, and the rest written.
func (l *listing) usual(dst []byte, ask func(bailiwick.Category, bailiwick.Country) (bool, error)) ([]byte, error) {
	for i := range l.subjects {
		document := map[string]any{}
		if err := json.Unmarshal(l.document, &document); err != nil {
			return nil, err
		}
		for _, f := range l.fields {
			ok, err := ask(f.Key, l.country(i))
			if err != nil {
				return nil, err
			}
			if !ok {
				delete(document, string(f.Key))
			}
		}
		out, err := json.Marshal(document)
		if err != nil {
			return nil, err
		}
		dst = append(append(dst, out...), '\n')
	}
	return dst, nil
}

// sameLines holds that both ways show the same of every record.
func sameLines(t *testing.T, ours, theirs []byte) {
	a, b := strings.Split(string(ours), "\n"), strings.Split(string(theirs), "\n")
	if len(a) != 101 || len(a) != len(b) {
		t.Fatalf("%d and %d lines", len(a), len(b))
	}
	for i := range a[:100] {
		var x, y map[string]string
		if json.Unmarshal([]byte(a[i]), &x) != nil || json.Unmarshal([]byte(b[i]), &y) != nil || fmt.Sprint(x) != fmt.Sprint(y) {
			t.Fatalf("record %d: %s\n%s", i, a[i], b[i])
		}
	}
}

// compiling is goal 6: a changed policy made ready, and for the matrix then
// every answer of 12 categories x 40 x 40 countries x 5 roles.
func compiling(t *testing.T, p access.Policy) {
	codes := fortyCountries()
	whole := []*contender{{name: "matrix", calls: 15, run: func() error {
		m, err := access.Compile(p, instant)
		if err != nil {
			return err
		}
		for _, role := range deciders {
			for _, c := range codes {
				q := question{assigned: c, roles: []bailiwick.Role{role}, purpose: bailiwick.ProvideService}
				v := m.View(q.actor())
				for _, s := range codes {
					allowed, _ := v.Bits(access.Access, access.Of(s))
					sink += int(allowed & 1)
				}
			}
		}
		return nil
	}}}
	loaded := []*contender{{name: "matrix", calls: 15, run: func() error { _, err := access.Compile(p, instant); return err }}}
	for _, x := range makers {
		loaded = append(loaded, &contender{name: x.name, calls: 5, run: func() error { _, err := x.make(p); return err }})
	}
	measure(t, append(slices.Clone(whole), loaded...))
	report("6", "a changed policy, until every answer is there", whole, 5*time.Millisecond, 0)
	report("6", "a changed policy, until the first question can be put", loaded, 0, 0)
}
