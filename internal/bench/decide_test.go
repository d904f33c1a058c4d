package bench

import (
	"fmt"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
)

// The policy of goals 4 and 5: 12 categories, 40 countries, 5 roles, 160
// rules.
var (
	deciding = []bailiwick.Category{"contact", "employment", "compensation", "bank", "tax", "family", "birth",
		"health", "ethnic-origin", "religion", "trade-union", "national-id"}
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

// policy is the same rules twice: ours and in Cedar's words.
func policy(t *testing.T) (*access.Matrix, *cedar.PolicySet) {
	t.Helper()
	p := access.Policy{Version: 1, Categories: bailiwick.ShippedCategories(), Roles: access.ShippedRoles()}
	var words strings.Builder
	for i, c := range fortyCountries() {
		for k := range 4 {
			r := access.Rule{ID: fmt.Sprintf("r%d-%d", i, k), Op: access.Access, Category: deciding[(i+3*k)%12], Effect: access.Allow}
			effect, cond := "permit", fmt.Sprintf("context.person == %q", c)
			switch k {
			case 0, 1:
				r.Subject.In, r.Roles = []string{string(c)}, deciders[(i+k)%5:(i+k)%5+1]
				cond += fmt.Sprintf(" && principal in Role::%q", r.Roles[0])
			case 2:
				r.Subject.In, r.Effect, effect = []string{string(c)}, access.Deny, "forbid"
			case 3:
				r.Viewer.In, r.Effect, effect = []string{string(c)}, access.Deny, "forbid"
				cond = fmt.Sprintf("context.viewer == %q", c)
			}
			p.Rules = append(p.Rules, r)
			fmt.Fprintf(&words, "%s(principal, action == Action::\"access\", resource == Category::%q) when { %s };\n", effect, r.Category, cond)
		}
	}
	for _, c := range p.Categories { // what holds where no rule decides
		if c.AccessDefault {
			fmt.Fprintf(&words, "permit(principal, action == Action::\"access\", resource == Category::%q);\n", c.Key)
		}
		if c.OfSubject {
			fmt.Fprintf(&words, "forbid(principal, action, resource == Category::%q) when { context.noOne };\n", c.Key)
		}
	}
	m, err := access.Compile(p, bailiwick.SystemClock{}.Now())
	must(t, err)
	set, err := cedar.NewPolicySetFromBytes("rules", []byte(words.String()))
	must(t, err)
	return m, set
}

func deciderOf(c bailiwick.Country, r bailiwick.Role) bailiwick.Actor {
	one := bailiwick.ID{1}
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: one}, User: bailiwick.UserID{ID: one},
		Roles: []bailiwick.Role{r}, Country: c, Purpose: bailiwick.ProvideService})
}

var sink uint64

// decisions is goals 4 and 5.
func decisions(t *testing.T) {
	m, set := policy(t)
	codes := fortyCountries()
	v, s := m.View(deciderOf("DE", "hr")), access.Of(codes[7])
	who, role := types.NewEntityUID("Viewer", "someone"), types.NewEntityUID("Role", "hr")
	entities := types.EntityMap{who: {UID: who, Parents: types.NewEntityUIDSet(role)}}
	ask := cedar.Request{
		Principal: who, Action: types.NewEntityUID("Action", "access"), Resource: types.NewEntityUID("Category", "health"),
		Context: types.NewRecord(types.RecordMap{"person": types.String(codes[7]), "viewer": types.String("DE"), "noOne": types.Boolean(false)}),
	}
	if ok, _ := cedar.Authorize(set, entities, ask); bool(ok) != v.Decide(access.Access, "health", s).Allowed() {
		t.Fatal("Cedar and the matrix disagree")
	}
	// A thousand a call, so that the loop around them does not count.
	const many = 1000
	table := func() error {
		for range many {
			if v.Decide(access.Access, "health", s).Allowed() {
				sink++
			}
		}
		return nil
	}
	rate(t, "4", "one decision, against cedar-go (1000 of each)", 3, func() error {
		for range many {
			if ok, _ := cedar.Authorize(set, entities, ask); bool(ok) {
				sink++
			}
		}
		return nil
	}, table, 500)
	lists(t, m, codes)
}

// lists is goal 5: the 2000 decisions of a list, from the viewer's narrowing on.
func lists(t *testing.T, m *access.Matrix, codes []bailiwick.Country) {
	var subjects []access.Subject
	for i := range 100 {
		subjects = append(subjects, access.Of(codes[i%len(codes)]))
	}
	var numbers []int
	for i := range 20 {
		numbers = append(numbers, m.CategoryNo(bailiwick.ShippedCategories()[i].Key))
	}
	a := deciderOf("DE", "hr")
	within(t, "5", "2000 decisions of a list of 100, from the viewer on", 200, func() error {
		view := m.View(a)
		for _, s := range subjects {
			allowed, masked := view.Bits(access.Access, s)
			for _, no := range numbers {
				sink += allowed>>no&1 + masked>>no&1
			}
		}
		return nil
	}, 20_000)
}
