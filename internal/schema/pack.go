package schema

import (
	"slices"

	"bailiwick"
)

// Limits of a pack. They are far above what an application needs and keep a
// hostile or generated file from costing memory.
const (
	MaxPackBytes  = 256 << 10 // size of a pack file
	MaxTypes      = 40        // record types in a pack
	MaxFields     = 200       // fields of a type, members of groups included
	MaxLists      = 100       // option lists in a pack
	MaxOptions    = 300       // options of a list
	MaxLabelRunes = 120       // length of a title or label
	MaxHelpRunes  = 400       // length of a help text
)

// Languages lists the languages in which every label of a pack is given, the
// one that others fall back to first.
func Languages() []string { return []string{"en", "de", "fr"} }

// Labels is a text in several languages, by language key.
type Labels map[string]string

// In returns the text in lang ("de", also "de-CH"), else in English, else "".
func (l Labels) In(lang string) string {
	if s, ok := l[lang]; ok {
		return s
	}
	if len(lang) > 2 {
		if s, ok := l[lang[:2]]; ok {
			return s
		}
	}
	return l["en"]
}

// Pack is one application: a set of record types that belong together.
type Pack struct {
	Key     string // such as "people"; unique among the packs of a tenant
	Version int64  // positive, counted up by whoever changes the file
	Title   Labels
	Types   []*Type       // in the order of the file
	Lists   []*OptionList // in the order of the file
	File    string        // name of the file it was read from, for messages
}

// Type returns the record type with a key, or nil.
func (p *Pack) Type(key string) *Type {
	for _, t := range p.Types {
		if t.Key == key {
			return t
		}
	}
	return nil
}

// List returns the option list with a key, or nil.
func (p *Pack) List(key string) *OptionList {
	for _, l := range p.Lists {
		if l.Key == key {
			return l
		}
	}
	return nil
}

// OptionList is a closed list of options, or the bands of a score.
type OptionList struct {
	Key     string
	Options []Option // in the order of the file, which is the order of sorting
	byKey   map[string]int
	byLabel map[string]int // folded label in any language, see Fold
}

// Option is one choice of a list.
type Option struct {
	Key    string
	Label  Labels
	Value  int64  // number used by scores; lowest score of a band
	Valued bool   // whether the pack gives a Value
	Tone   string // colour family on screen, one of Tones; may be empty

	// Retired says that the option is no longer offered. It keeps its place
	// and its label for the records that hold it.
	Retired bool
}

// Tones lists the colour families that an option may name; they never carry
// meaning alone, the label stands beside them.
func Tones() []string { return []string{"neutral", "good", "info", "warning", "serious", "critical"} }

// Option returns the option with a key, or nil.
func (l *OptionList) Option(key string) *Option {
	if l == nil {
		return nil
	}
	if i, ok := l.byKey[key]; ok {
		return &l.Options[i]
	}
	return nil
}

// position returns the place of an option in the list, or -1.
func (l *OptionList) position(key string) int {
	if l == nil {
		return -1
	}
	if i, ok := l.byKey[key]; ok {
		return i
	}
	return -1
}

// find returns the option meant by a typed text: its key, else its label in
// any language whatever the case and accents, else nil.
func (l *OptionList) find(text string) *Option {
	if o := l.Option(text); o != nil || l == nil {
		return o
	}
	if i, ok := l.byLabel[Fold(text)]; ok {
		return &l.Options[i]
	}
	return nil
}

// index prepares the look-ups; the parser calls it once. An earlier option
// wins a label that two share (the parser refuses that anyway).
func (l *OptionList) index() {
	l.byKey = make(map[string]int, len(l.Options))
	l.byLabel = make(map[string]int, 3*len(l.Options))
	for i, o := range l.Options {
		if _, ok := l.byKey[o.Key]; !ok {
			l.byKey[o.Key] = i
		}
		for _, text := range o.Label {
			if _, ok := l.byLabel[Fold(text)]; !ok {
				l.byLabel[Fold(text)] = i
			}
		}
	}
}

// Retired reports whether a value has a retired option that was, what is held
// now, has not: what is no longer offered may be kept and not be chosen.
func Retired(f *Field, is, was Value) bool {
	if f.List == nil {
		return false
	}
	held := append(was.list(), was.text())
	for _, key := range append(is.list(), is.text()) {
		if o := f.List.Option(key); o != nil && o.Retired && !slices.Contains(held, key) {
			return true
		}
	}
	return false
}

// RetiredOption is the answer to a value of which Retired is true.
func RetiredOption(field string) bailiwick.FieldError { return violates("retired").FieldError(field) }
