package schema

import (
	"slices"

	"bailiwick"
)

// checkField checks what a field says in the light of its type. path is the
// place in the file.
func (p *parser) checkField(t *Type, f *Field, path string) {
	fail := func(key, format string, args ...any) { p.fail(f.line, join(path, key), format, args...) }
	tr := f.Kind.traits()
	category := p.categories[f.Category]
	switch {
	case f.Clear && !tr.clear:
		fail("index", "fields of this kind cannot be readable at rest")
	case f.Clear && category.OfSubject:
		fail("index", "a personal category cannot be readable at rest")
	case f.Clear && f.Parent != nil:
		fail("index", "members of a group cannot be readable at rest")
	}
	switch {
	case f.Search == SearchNone:
	case (f.Search == SearchWord && !tr.word) || (f.Search == SearchPrefix && !tr.prefix):
		fail("search", "fields of this kind cannot be searched in this way")
	case untokened(category.Flag):
		fail("search", "special, criminal and child categories get no search tokens")
	}
	if f.Required && (f.ShowIf != nil || f.Compute != nil || is[groupKind](f)) {
		fail("required", "a field with show-if, a score or a group cannot be required")
	}
	p.checkAbout(t, f, fail)
	p.checkCondition(t, f, fail)
	p.checkScore(t, f, fail)
}

// untokened reports whether fields of a flag never get search tokens, which
// would tell a holder of the database who shares a value.
func untokened(flag bailiwick.Flag) bool {
	return flag == bailiwick.FlagSpecial || flag == bailiwick.FlagCriminal || flag == bailiwick.FlagChild
}

type failure func(key, format string, args ...any)

// checkAbout keeps the rule that content about a person names that person.
func (p *parser) checkAbout(t *Type, f *Field, fail failure) {
	switch {
	case is[groupKind](f):
		m := f.Member(f.About)
		if f.About != "" && (m == nil || !is[subjectKind](m) || m.Many || !p.categories[m.Category].OfSubject) {
			fail("about", "a member of kind subject with a personal category and without many is expected")
		}
	case f.Parent != nil:
		if f.Compute != nil {
			fail("kind", "a score cannot lie in a group")
		}
	case f.About != "":
		a := t.Field(f.About)
		if a == nil || a.Parent != nil || !is[subjectKind](a) || a.Many {
			fail("about", "a field of kind subject without many is expected")
		}
		if !p.categories[f.Category].OfSubject {
			fail("about", "the category is not personal: the content is about no one")
		}
	case p.categories[f.Category].OfSubject && !t.Self:
		fail("about", "the key is missing: a personal category needs the person it is about")
	}
}

func (p *parser) checkCondition(t *Type, f *Field, fail failure) {
	c := f.ShowIf
	if c == nil || c.Field == "" {
		return
	}
	in := sibling(t, f, c.Field)
	if in == nil || in == f || len(in.Group) > 0 {
		fail("show-if", "the field beside this one that it looks at does not exist")
		return
	}
	if in.ShowIf != nil {
		fail("show-if", "the field that it looks at has a show-if itself")
	}
	for _, is := range c.Is {
		if !canBe(in, is) {
			fail("show-if", "%s is not an option of the field that it looks at", is)
		}
	}
	p.carry(f, in, "show-if", fail)
}

// canBe reports whether a field can have an option; is of a condition.
func canBe(f *Field, is string) bool {
	switch f.Kind.(type) {
	case booleanKind:
		return is == "true" || is == "false"
	case choiceKind, multiChoiceKind:
		return f.List == nil || f.List.Option(is) != nil
	}
	return false
}

func (p *parser) checkScore(t *Type, f *Field, fail failure) {
	if f.Compute == nil {
		return
	}
	for _, key := range f.Compute.Of {
		in := t.Field(key)
		switch {
		case in == nil || in.Parent != nil:
			fail("product", "%s is no field", key)
			continue
		case is[choiceKind](in):
			if in.List != nil && slices.ContainsFunc(in.List.Options, func(o Option) bool { return !o.Valued }) {
				fail("product", "every option of %s needs a value", key)
			}
		case !is[integerKind](in):
			fail("product", "%s is neither a choice nor an integer", key)
		}
		p.carry(f, in, "product", fail)
	}
}

// carry notes that f reveals in, and refuses that by a weaker category or for
// another person: whoever may see f would learn what the matrix keeps from
// them.
func (p *parser) carry(f, in *Field, key string, fail failure) {
	own, other := p.categories[f.Category], p.categories[in.Category]
	if other.OfSubject && (f.About != in.About || strength(own) < strength(other)) {
		fail(key, "the field would reveal %s: its category must be at least as strict and about the same person", in.Key)
	}
	if in.Category != f.Category && !slices.Contains(f.Carries, in.Category) {
		f.Carries = append(f.Carries, in.Category)
	}
}

// strength orders categories by how strictly the shipped matrix treats them.
func strength(c bailiwick.CategoryInfo) int {
	switch {
	case !c.OfSubject:
		return 0
	case c.Flag == bailiwick.FlagOrdinary:
		return 1
	case c.Flag == bailiwick.FlagFinancial, c.Flag == bailiwick.FlagNationalID:
		return 2
	}
	return 3
}

// sibling returns the field with a key beside f: in the same group, or outside
// of any.
func sibling(t *Type, f *Field, key string) *Field {
	if f.Parent != nil {
		return f.Parent.Member(key)
	}
	if in := t.Field(key); in != nil && in.Parent == nil {
		return in
	}
	return nil
}
