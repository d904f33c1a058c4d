package scenario

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"bailiwick"
)

// oracle answers who may see what from the text of a customer's rules, by
// going through them one by one. It shares no code with internal/access: what
// it knows of the product is the table of categories and, below, which roles
// may read which type.
type oracle struct {
	rules  []oracleRule
	parent map[string]string
	open   map[string]bool // categories that are seen without a rule
	fill   map[string]bool // categories that are filled in without a rule
}

type oracleRule struct {
	ID, Operation, Category, Effect, Mask string
	Subject, Viewer                       oraclePlaces
	Roles                                 []string
}

type oraclePlaces struct {
	In    []string `yaml:"in"`
	NotIn []string `yaml:"not-in"`
}

// mayOpen and mayExport are which roles list and open, and which export, the
// records of a type.
var (
	mayOpen = map[string][]string{
		"person":   {"owner", "privacy", "hr", "payroll", "manager", "auditor"},
		"incident": {"owner", "privacy", "hr", "manager", "risk-manager", "auditor", "member"},
	}
	mayExport = map[string][]string{
		"person":   {"owner", "privacy", "hr", "auditor"},
		"incident": {"owner", "privacy", "risk-manager", "auditor"},
	}
)

func newOracle(t *testing.T, slug string) *oracle {
	t.Helper()
	text, err := os.ReadFile("../demo/content/" + slug + ".rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Rules []oracleRule }
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Rules) == 0 {
		t.Fatalf("%d rules, %v", len(doc.Rules), err)
	}
	f, err := os.Open("../../data/categories.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{rules: doc.Rules, parent: map[string]string{}, open: map[string]bool{}, fill: map[string]bool{}}
	for _, r := range rows[1:] { // id, parent, flag, sealed, populate_default, access_default
		o.parent[r[0]], o.fill[r[0]], o.open[r[0]] = r[1], r[4] == "allow", r[5] == "allow"
	}
	return o
}

// sight is what somebody gets to see of a value.
type sight string

const (
	nothing sight = "nothing"
	whole   sight = "whole"
)

// sees judges one category of a person in a country for a viewer. Any other
// answer than nothing and whole is the name of a mask.
func (o *oracle) sees(category, subject string, viewer bailiwick.Actor) sight {
	if o.quarantined(category, subject) {
		return nothing
	}
	return o.judge("access", category, subject, viewer, o.open[category])
}

// quarantined reports whether a rule forbids everybody to fill a category in:
// then nobody sees what was there before (R14.9).
func (o *oracle) quarantined(category, subject string) bool {
	return slices.ContainsFunc(o.rules, func(r oracleRule) bool {
		return r.Operation == "populate" && r.Effect == "deny" && o.reaches(r.Category, category) && r.Subject.hold(subject) &&
			len(r.Roles) == 0 && len(r.Viewer.In) == 0 && len(r.Viewer.NotIn) == 0
	})
}

// fills reports whether somebody may fill a category in.
func (o *oracle) fills(category, subject string, by bailiwick.Actor) bool {
	return o.judge("populate", category, subject, by, o.fill[category]) == whole
}

func (o *oracle) judge(op, category, subject string, viewer bailiwick.Actor, byDefault bool) sight {
	answer := nothing
	if byDefault {
		answer = whole
	}
	mask := sight("")
	for _, r := range o.rules {
		if r.Operation != op || !o.reaches(r.Category, category) || !r.Subject.hold(subject) || !r.Viewer.hold(string(viewer.Country())) || !holds(viewer, r.Roles) {
			continue
		}
		switch r.Effect {
		case "deny":
			return nothing
		case "allow":
			answer = whole
		case "mask":
			answer, mask = whole, sight(r.Mask)
		}
	}
	if answer == whole && mask != "" {
		return mask
	}
	return answer
}

// reaches reports whether a rule on one category covers another: itself or
// one below it.
func (o *oracle) reaches(on, category string) bool {
	for c := category; c != ""; c = o.parent[c] {
		if c == on {
			return true
		}
	}
	return false
}

func (p oraclePlaces) hold(country string) bool {
	within := func(list []string) bool {
		return slices.Contains(list, country) || slices.Contains(list, "EEA") && bailiwick.Country(country).Info().EEA
	}
	return (len(p.In) == 0 || within(p.In)) && !within(p.NotIn)
}

func holds(a bailiwick.Actor, roles []string) bool {
	return len(roles) == 0 || slices.ContainsFunc(roles, func(r string) bool { return a.HasRole(bailiwick.Role(r)) })
}
