package schema

import "bailiwick"

// Default and upper limits of values. docs/packs.md repeats them for authors.
const (
	DefaultTextRunes = 200       // max-length of a text field that names none
	MaxTextRunes     = 1_000     // largest max-length of a text field
	MaxLongTextRunes = 20_000    // default and largest max-length of longtext
	MaxEmailBytes    = 254       // an e-mail address
	MaxURLBytes      = 2_000     // a URL
	MaxPhoneRunes    = 40        // a telephone number as typed
	MaxMany          = 50        // references of one field that takes many, or chosen options
	MaxGroupRows     = 50        // rows of a group
	MaxScale         = 6         // digits after a decimal point
	MaxInteger       = 1<<53 - 1 // largest magnitude of an integer: what JSON readers keep exactly
)

// SearchMode says which blind search tokens a field gets.
type SearchMode string

// The search modes. Prefix includes Word.
const (
	SearchNone   SearchMode = ""
	SearchWord   SearchMode = "word"   // whole words
	SearchPrefix SearchMode = "prefix" // also beginnings of 3 to 8 letters: for names
)

// Field is a field of a record type, or a member of a group.
type Field struct {
	Key         string
	Label, Help Labels
	Kind        Kind
	Category    bailiwick.Category // of a group: the category of the member it is about
	Required    bool
	Search      SearchMode
	Clear       bool   // "index: clear": readable at rest in typed index rows
	About       string // subject field (or group member) that the content is about; empty in Self types = the record's own person, elsewhere = no one
	List        *OptionList
	RefType     string // record type that a record or subject reference leads to
	Many        bool   // whether a reference field takes several
	MaxLength   int    // longest text, in Unicode code points; 0 where it does not apply
	Min, Max    *int64 // bounds of integer and decimal, the latter scaled by 10^Scale
	Default     Value  // what a new record gets where a writer says nothing; of choices and booleans, nil = nothing
	Scale       int    // digits after the decimal point
	ShowIf      *Condition
	Compute     *Score
	Group       []*Field // members, of kind group only
	Parent      *Field   // the group that a member belongs to

	// Carries lists further categories that the value reveals: those of a
	// score's inputs and of the field that show-if looks at. A viewer must be
	// allowed every one of them, beside Category, to see the field.
	Carries []bailiwick.Category

	line int
}

// Path returns the key of a field, "group.member" for a member of a group.
func (f *Field) Path() string {
	if f.Parent != nil {
		return f.Parent.Key + "." + f.Key
	}
	return f.Key
}

// Member returns the member of a group with a key, or nil.
func (f *Field) Member(key string) *Field {
	for _, m := range f.Group {
		if m.Key == key {
			return m
		}
	}
	return nil
}

// Computed reports whether the value is derived and may not be written.
func (f *Field) Computed() bool { return f.Compute != nil }

// Condition is a show-if: it holds when the field it looks at has one of the
// options Is or, without Is, when that field has a value at all. The field
// lies in the same group, or beside the field outside of any group.
type Condition struct {
	Field string
	Is    []string // option keys, or "true" and "false" of a boolean
}

// Score is a computed product of two choice or integer fields.
type Score struct {
	Of    [2]string   // keys of the factors; of a choice the option's Value counts
	Bands *OptionList // bands with rising Value = lowest score of the band
}

// Band returns the band in which a score lies: the last whose lowest score it
// reaches. It is nil for a score below all bands.
func (s *Score) Band(score int64) *Option {
	var band *Option
	for i := range s.Bands.Options {
		if o := &s.Bands.Options[i]; o.Value <= score {
			band = o
		}
	}
	return band
}

// is reports whether a field is of a kind.
func is[K Kind](f *Field) bool {
	_, ok := f.Kind.(K)
	return ok
}
