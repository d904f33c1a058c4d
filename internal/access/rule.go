package access

import (
	"time"

	"bailiwick"
)

// Limits of a policy. Each keeps a compiled matrix small enough to be rebuilt
// in a request; Compile and ParseRules refuse more.
const (
	MaxCategories = 64
	MaxRules      = 4096
	MaxRoles      = 64
	MaxText       = 300 // characters of a note, citation, author or condition
	maxKey        = 64  // bytes of an id or key
)

// CountrySet names countries. Its items are ISO 3166-1 alpha-2 codes or
// regions (EU, EEA). The zero value is every country. Where both lists are
// given, a country must be in In and not be in NotIn.
//
// An unknown country lies in every set of a rule that narrows (deny, mask,
// require) and, once the set names any country, in none of a rule that allows
// (R14.6).
type CountrySet struct {
	In    []string
	NotIn []string
}

// Every reports whether the set is every country, the unknown one included.
func (s CountrySet) Every() bool { return len(s.In) == 0 && len(s.NotIn) == 0 }

// Rule is one line of the matrix (R14.2). Whatever it leaves empty does not
// narrow it: no Roles means every viewer, no Purposes every purpose.
type Rule struct {
	ID        string // unique within the policy: lower-case letters, digits and - . _
	Op        Op
	Category  bailiwick.Category // and every category below it
	Subject   CountrySet         // country of the person the data is about
	Viewer    CountrySet         // assigned and present country of who asks
	Roles     []bailiwick.Role   // matches who holds any of them
	Purposes  []bailiwick.Purpose
	Effect    Effect
	Mask      MaskForm  // of a Mask rule
	Require   string    // of a Require rule: the condition, as shown to people
	Condition Condition // of a Require rule: the condition, as it is judged
	Entities  []string  // keys of legal entities: matches content of these only
	Regions   []string  // of a StoreRegion rule: hosting regions
	From      time.Time // in force from this instant; zero = always was
	Until     time.Time // in force before this instant; zero = no end
	Note      string    // shown to whom it refuses
	Cite      string    // the law, template or agreement it stands on
	Author    string
}

// Policy is what one configuration version of a tenant says about access.
type Policy struct {
	Version    int64
	Categories []bailiwick.CategoryInfo // broader ones before narrower ones, at most MaxCategories
	Rules      []Rule                   // in any order
	Roles      []RoleDef                // every role that may be held or named in a rule
	// Agreements are the references of what the tenant has recorded: a rule
	// that requires one of them is met.
	Agreements []string
	// Entities are the keys of the tenant's legal entities; nil = not checked.
	Entities []string
	// Apps is the application of each record type, for grants on an application;
	// a type that it does not name is reached by grants on the type or on every
	// type only.
	Apps map[string]string
}
