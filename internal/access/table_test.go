package access_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
)

// TestTables judges the cases of testdata/*.txt, which are written to be read
// by a privacy officer: rules as in a rule file, then one question a line:
// operation | category | person | viewer | roles | answer | rule.
func TestTables(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			m, cases := readTable(t, file)
			for _, c := range cases {
				d := m.View(c.actor).Decide(c.op, c.category, c.subject)
				if got := answer(d); got != c.answer || d.Rule() != c.rule {
					t.Errorf("%s:\n  %s\n  got %s by %s", file, c.line, got, d.Rule())
				}
				allowed, masked := m.View(c.actor).Bits(c.op, c.subject)
				if n := m.CategoryNo(c.category); n >= 0 &&
					(allowed>>n&1 != 0 != d.Allowed() || masked>>n&1 != 0 != (d.Mask() != access.MaskNone)) {
					t.Errorf("%s: %s: Bits and Decide disagree", file, c.line)
				}
			}
		})
	}
}

type tableCase struct {
	line     string
	op       access.Op
	category bailiwick.Category
	subject  access.Subject
	actor    bailiwick.Actor
	answer   string
	rule     string
}

func readTable(t *testing.T, file string) (*access.Matrix, []tableCase) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, tail, ok := strings.Cut(string(data), "\ncases:\n")
	before, rules, ok2 := strings.Cut(head, "\nat: ")
	if !ok || !ok2 {
		t.Fatalf("%s: wants 'at:' and 'cases:'", file)
	}
	_ = before // a description
	date, rules, _ := strings.Cut(rules, "\n")
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	parsed, roles, err := access.ParseRules(file, []byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	m, err := access.Compile(access.Policy{
		Version: 1, Categories: bailiwick.ShippedCategories(), Rules: parsed, Roles: access.WithShippedRoles(roles),
	}, at)
	if err != nil {
		t.Fatal(err)
	}
	var cases []tableCase
	for line := range strings.Lines(tail) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		if len(f) != 7 {
			t.Fatalf("%s: %q has %d columns", file, line, len(f))
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		op, ok := access.ParseOp(f[0])
		if !ok {
			t.Fatalf("%s: %q", file, line)
		}
		cases = append(cases, tableCase{
			line: line, op: op, category: bailiwick.Category(f[1]), subject: tableSubject(f[2]),
			actor: tableActor(f[3], f[4]), answer: f[5], rule: f[6],
		})
	}
	if len(cases) == 0 {
		t.Fatalf("%s: no cases", file)
	}
	return m, cases
}

func tableSubject(s string) access.Subject {
	switch s {
	case "nobody":
		return access.NoSubject
	case "unknown":
		return access.Of()
	}
	var cs []bailiwick.Country
	for _, c := range strings.Split(s, "+") {
		cs = append(cs, bailiwick.Country(c))
	}
	return access.Of(cs...)
}

func tableActor(viewer, roles string) bailiwick.Actor {
	assigned, present, _ := strings.Cut(viewer, " now ")
	if assigned == "unknown" {
		assigned = ""
	}
	names, purpose, ok := strings.Cut(roles, " for ")
	if !ok {
		purpose = string(bailiwick.ProvideService)
	}
	var rs []bailiwick.Role
	for _, r := range strings.Fields(names) {
		rs = append(rs, bailiwick.Role(r))
	}
	return actor(bailiwick.Country(assigned), bailiwick.Country(present), bailiwick.Purpose(purpose), rs...)
}

// actor is a user of some tenant.
func actor(assigned, present bailiwick.Country, purpose bailiwick.Purpose, roles ...bailiwick.Role) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: bailiwick.ID{1}},
		Country: assigned, Location: present, Purpose: purpose, Roles: roles,
	})
}

func answer(d access.Decision) string {
	switch {
	case d.Allowed() && d.Mask() != access.MaskNone:
		return "mask " + d.Mask().String()
	case d.Allowed():
		return "allow"
	case d.Requires() != "":
		return "require"
	}
	return "deny"
}
