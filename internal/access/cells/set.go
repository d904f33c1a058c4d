package cells

import (
	"slices"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
)

// Target is what a cell is set to. The zero Effect takes every rule out of the
// cell, so that what holds elsewhere or by default holds there.
type Target struct {
	Effect    access.Effect
	Mask      access.MaskForm  // of Mask
	Condition access.Condition // of Require
	Text      string           // of Require: the condition as people read it
}

// Change is one or several cells set to the same: a category, for people in
// Subject, as seen by viewers in Viewer who hold one of Roles (every viewer
// where there are none).
type Change struct {
	Op       access.Op
	Category bailiwick.Category
	Subject  access.CountrySet
	Viewer   access.CountrySet
	Roles    []bailiwick.Role
	Target   Target
}

// Obstacle says why a rule stands in the way of a change.
type Obstacle string

// The obstacles. Only the first can be overcome by naming the rule in Set.
const (
	InTheWay Obstacle = "narrow"   // the rule can be narrowed
	Broader  Obstacle = "broader"  // it is about a broader category
	AnyRole  Obstacle = "any-role" // it holds for every role
)

// Block is a rule that stands in the way of a change: it would win over it.
type Block struct {
	Rule   access.Rule
	Change Change
	Why    Obstacle
}

// Tree is what is known of the categories.
type Tree struct {
	Open   func(access.Op, bailiwick.Category) bool    // whether one is granted where no rule decides
	Covers func(broad, narrow bailiwick.Category) bool // whether a rule on the first holds for the second
}

// TreeOf is the tree of a list of categories, broader ones before narrower
// ones.
func TreeOf(list []bailiwick.CategoryInfo) Tree {
	infos := make(map[bailiwick.Category]bailiwick.CategoryInfo, len(list))
	for _, c := range list {
		infos[c.Key] = c
	}
	return Tree{
		Open: func(op access.Op, c bailiwick.Category) bool {
			switch op {
			case access.Populate:
				return infos[c].PopulateDefault
			case access.Access:
				return infos[c].AccessDefault
			}
			return op == access.Export // a rule on exports only narrows what is seen
		},
		Covers: func(broad, narrow bailiwick.Category) bool {
			for range access.MaxCategories {
				if broad == narrow {
					return true
				}
				if narrow = infos[narrow].Parent; narrow == "" {
					return false
				}
			}
			return false
		},
	}
}

// Set makes the changes in the rules and returns the new ones. Rules that would
// win over a change are narrowed where their id is in narrow; the others come
// back as blocks, and a change that is blocked is not made. The given rules
// stay as they are.
func Set(rules []access.Rule, changes []Change, narrow []string, tree Tree) ([]access.Rule, []Block) {
	out := slices.Clone(rules)
	var blocks []Block
	for _, ch := range merge(changes) {
		next, stopped := makeOne(out, ch, narrow, tree)
		blocks = append(blocks, stopped...)
		if len(stopped) == 0 {
			out = next
		}
	}
	return out, blocks
}

// merge joins changes that differ in the person's country only.
func merge(changes []Change) []Change {
	var out []Change
next:
	for _, ch := range changes {
		for i := range out {
			o := &out[i]
			if o.Op == ch.Op && o.Category == ch.Category && o.Target == ch.Target && sameRoles(o.Roles, ch.Roles) && sameSet(o.Viewer, ch.Viewer) {
				if joined, ok := join(o.Subject, ch.Subject, ch.Target.Effect); ok {
					o.Subject = joined
					continue next
				}
			}
		}
		out = append(out, ch)
	}
	return out
}

// join unites two country sets; false where an allow would come to hold for
// the unknown country by it.
func join(a, b access.CountrySet, e access.Effect) (access.CountrySet, bool) {
	if a.Every() || b.Every() {
		return access.CountrySet{}, true
	}
	s := express(members(a).or(members(b)))
	return s, !s.Every() || (e != access.Allow && e != 0)
}

func sameSet(a, b access.CountrySet) bool {
	return a.Every() == b.Every() && members(a) == members(b)
}

func sameRoles(a, b []bailiwick.Role) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// makeOne makes one change.
func makeOne(rules []access.Rule, ch Change, narrow []string, tree Tree) ([]access.Rule, []Block) {
	var out []access.Rule
	var blocks []Block
	for i := range rules {
		r := &rules[i]
		if !wins(r, ch) || !meets(r, ch, tree) {
			out = append(out, *r)
			continue
		}
		why := obstacle(r, ch)
		// Taking out an allow, or what the very cells say, weakens nothing.
		if why == InTheWay && (r.Effect == access.Allow || slices.Contains(narrow, r.ID)) {
			out = append(out, without(*r, ch, rules)...)
			continue
		}
		if why == Broader && r.Effect == access.Allow {
			out = append(out, *r)
			continue
		}
		blocks = append(blocks, Block{Rule: *r, Change: ch, Why: why})
	}
	if blocks != nil {
		return rules, blocks
	}
	t := ch.Target
	if t.Effect == 0 || (t.Effect == access.Allow && tree.Open(ch.Op, ch.Category)) {
		return out, nil
	}
	return add(out, ch), nil
}

// strength orders effects by which wins.
var strength = map[access.Effect]int{access.Allow: 1, access.Mask: 2, access.Require: 3, access.Deny: 4}

// wins reports whether a rule would win over what the change says, or is all
// that keeps a cell from what no rule says.
func wins(r *access.Rule, ch Change) bool {
	t := ch.Target
	if t.Effect == access.Mask && r.Effect == access.Mask {
		return r.Mask != t.Mask // two masks show only what both show
	}
	return strength[r.Effect] > strength[t.Effect]
}

// meets reports whether a rule and a change are about some same cell.
func meets(r *access.Rule, ch Change, tree Tree) bool {
	if r.Op != ch.Op || !tree.Covers(r.Category, ch.Category) || !Overlap(r.Subject, ch.Subject) || !Overlap(r.Viewer, ch.Viewer) {
		return false
	}
	return len(r.Roles) == 0 || len(ch.Roles) == 0 || slices.ContainsFunc(r.Roles, func(x bailiwick.Role) bool { return slices.Contains(ch.Roles, x) })
}

// obstacle says what keeps a rule from being narrowed.
func obstacle(r *access.Rule, ch Change) Obstacle {
	switch {
	case r.Category != ch.Category:
		return Broader
	case len(r.Roles) == 0 && len(ch.Roles) > 0:
		return AnyRole
	}
	return InTheWay
}

// without returns what is left of a rule when the cells of a change are taken
// out of it: up to three rules, the first of which keeps the id.
func without(r access.Rule, ch Change, rules []access.Rule) []access.Rule {
	var out []access.Rule
	piece := func(subject, viewer set, roles []bailiwick.Role) {
		if subject.empty() || viewer.empty() {
			return
		}
		p := r
		if len(out) > 0 {
			p.ID = free(r.ID, append(slices.Clone(rules), out...))
		}
		if subject != members(r.Subject) {
			p.Subject = express(subject)
		}
		if viewer != members(r.Viewer) {
			p.Viewer = express(viewer)
		}
		p.Roles = roles
		out = append(out, p)
	}
	s, v := members(r.Subject), members(r.Viewer)
	cs, cv := members(ch.Subject), members(ch.Viewer)
	piece(s.less(cs), v, r.Roles)
	piece(s.and(cs), v.less(cv), r.Roles)
	if len(ch.Roles) > 0 {
		var rest []bailiwick.Role
		for _, role := range r.Roles {
			if !slices.Contains(ch.Roles, role) {
				rest = append(rest, role)
			}
		}
		if len(rest) > 0 {
			piece(s.and(cs), v.and(cv), rest)
		}
	}
	return out
}

// add writes the change as a rule: a wider one where a rule already says the
// same for other people, else a new one.
func add(rules []access.Rule, ch Change) []access.Rule {
	t := ch.Target
	for i := range rules {
		r := &rules[i]
		same := r.Op == ch.Op && r.Category == ch.Category && r.Effect == t.Effect && r.Mask == t.Mask && r.Condition == t.Condition &&
			len(r.Purposes) == 0 && len(r.Entities) == 0 && r.From.IsZero() && r.Until.IsZero() &&
			sameSet(r.Viewer, ch.Viewer) && sameRoles(r.Roles, ch.Roles)
		if !same {
			continue
		}
		if joined, ok := join(r.Subject, ch.Subject, t.Effect); ok {
			if !sameSet(joined, r.Subject) {
				rules[i].Subject = joined
			}
			return rules
		}
	}
	r := access.Rule{
		Op: ch.Op, Category: ch.Category, Subject: tidy(ch.Subject), Viewer: tidy(ch.Viewer), Roles: ch.Roles,
		Effect: t.Effect, Mask: t.Mask, Condition: t.Condition, Require: t.Text,
	}
	r.ID = Name(r, rules)
	return append(rules, r)
}

func tidy(s access.CountrySet) access.CountrySet {
	if s.Every() {
		return s
	}
	return express(members(s))
}

var (
	opWords     = map[access.Op]string{access.Populate: "fill", access.Access: "see", access.Export: "export", access.StoreRegion: "store"}
	effectWords = map[access.Effect]string{access.Allow: "allow", access.Deny: "deny", access.Require: "require"}
)

// Name makes an id for a rule that tells what it is about and that no other
// rule has: "health-see-deny-outside-eea". It is the same for the same rule and
// company. Countries of the person are left out, for cells join them.
func Name(r access.Rule, rules []access.Rule) string {
	parts := []string{string(r.Category), opWords[r.Op], effectWords[r.Effect]}
	if r.Effect == access.Mask {
		parts[2] = r.Mask.String()
	}
	for i, role := range r.Roles {
		if i < 2 {
			parts = append(parts, string(role))
		}
	}
	side := func(word string, items []string) {
		if len(items) > 0 && len(items) < 4 {
			parts = append(parts, word, strings.ToLower(strings.Join(items, "-")))
		}
	}
	side("from", r.Viewer.In)
	side("outside", r.Viewer.NotIn)
	return free(strings.Join(parts, "-"), rules)
}

// free returns id, or id with a number, that no rule has.
func free(id string, rules []access.Rule) string {
	const room = 58 // leaves place for a number below the limit of an id
	id = strings.Trim(id[:min(len(id), room)], "-")
	for n := 1; ; n++ {
		try := id
		if n > 1 {
			try += "-" + strconv.Itoa(n)
		}
		if !slices.ContainsFunc(rules, func(r access.Rule) bool { return r.ID == try }) {
			return try
		}
	}
}
