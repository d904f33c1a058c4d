package schema

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Kind is what a field can hold: one implementation per file kind_<x>.go, all
// in the table of Kinds. The set is closed: only this package implements it.
//
// An implementation MUST keep, for every field f that the parser lets through
// and every value v that it returned itself:
//
//   - FromJSON(f, v) == v and FromText(f, Edit(f, v)) == v;
//   - empty input (JSON null, blank text) is the nil Value, without violation;
//   - a Violation never contains what was typed;
//   - every method accepts the nil Value, and no Value whatever makes one panic.
type Kind interface {
	// Name is the kind's key in a pack.
	Name() string
	// FromJSON reads what the API sends.
	FromJSON(f *Field, raw json.RawMessage) (Value, *Violation)
	// FromText reads what a form or a file sends.
	FromText(f *Field, text string) (Value, *Violation)
	// Text is the display form in a language. References show their
	// identifiers: names and titles are looked up by who may see them.
	Text(f *Field, v Value, lang string) string
	// Edit is the form that an input control holds and FromText reads.
	Edit(f *Field, v Value) string
	// Index is what a field with "index: clear" leaves readable at rest. It is
	// not OK for a value of several parts, see Indexes.
	Index(f *Field, v Value) Index
	// Words returns the folded words for search tokens, each once.
	Words(f *Field, v Value) []string
	// SortKey returns bytes whose order is the order on screen in a language.
	SortKey(f *Field, v Value, lang string) []byte
	// Control names the input control: text, textarea, number, select,
	// multiselect, checkbox, date, datetime, country, email, tel, url, user,
	// subject, record, score or group.
	Control() string
	// JSONSchema describes what FromJSON takes, keyword by keyword.
	JSONSchema(f *Field) map[string]json.RawMessage

	// traits says which keys of a pack apply to the kind.
	traits() traits
}

// traits is what the parser must know of a kind.
type traits struct {
	keys   []string // keys that a field of the kind takes beside the common ones
	needs  []string // those of them that must be there
	clear  bool     // whether "index: clear" is possible
	word   bool     // whether "search: word" is possible
	prefix bool     // whether "search: prefix" is possible
}

// Kinds returns every field kind, in the order of docs/packs.md.
func Kinds() []Kind {
	return []Kind{
		textKind{}, longTextKind{}, integerKind{}, decimalKind{}, booleanKind{}, choiceKind{}, multiChoiceKind{},
		dateKind{}, dateTimeKind{}, countryKind{}, emailKind{}, phoneKind{}, urlKind{},
		userKind{}, subjectKind{}, recordKind{}, scoreKind{}, groupKind{},
	}
}

// KindByName returns the kind with a name, or nil.
func KindByName(name string) Kind {
	for _, k := range Kinds() {
		if k.Name() == name {
			return k
		}
	}
	return nil
}

// Index is the readable form of a clear field: a number or a text. Dates and
// date-times are microseconds since 1970 in UTC, decimals are scaled, booleans
// are 0 and 1, choices are option keys, references are identifiers.
type Index struct {
	Int   int64
	Text  string
	IsInt bool // whether Int counts rather than Text
	OK    bool // whether there is anything to index
}

// Indexes returns the index rows of a value: none when it is empty, several
// for chosen options and references of a field that takes many.
func Indexes(f *Field, v Value) []Index {
	if parts := v.list(); parts != nil && f.Kind.traits().clear {
		out := make([]Index, 0, len(parts))
		for _, p := range parts {
			out = append(out, Index{Text: p, OK: true})
		}
		return out
	}
	if i := f.Kind.Index(f, v); i.OK {
		return []Index{i}
	}
	return nil
}

// Violation is a broken rule of a field. It names the rule and its limits,
// never the value.
type Violation struct {
	Rule    string   // key that translations go by: one of Rules
	Message string   // the rule in English
	Args    []string // limits that belong to the message
	At      string   // place within a group: "[2].injury"; empty elsewhere
}

// rules maps the keys of rules to their messages; %s stands for an argument.
var rules = map[string]string{
	"required":        "A value is required.",
	"type":            "The value has the wrong type: %s is expected.",
	"format":          "The value does not have the right form: %s.",
	"characters":      "The text contains characters that are not allowed here.",
	"max-length":      "The text is longer than %s characters.",
	"range":           "The number must lie between %s and %s.",
	"scale":           "The number has more than %s digits after the decimal point.",
	"not-an-option":   "The value is not one of the options.",
	"retired":         "The option is no longer offered.",
	"max-items":       "There are more than %s entries.",
	"unknown-country": "The country is not an ISO 3166-1 code.",
	"unknown-field":   "There is no such field.",
	"computed":        "The value is computed and cannot be written.",
	"duplicate":       "The same person appears in two rows.",
}

// Rules returns the message template of every rule, by key, with %s for each
// argument. The caller owns the map.
func Rules() map[string]string {
	out := make(map[string]string, len(rules))
	for k, v := range rules {
		out[k] = v
	}
	return out
}

// violates makes the violation of a rule. Arguments are limits of the field.
func violates(rule string, args ...string) *Violation {
	vs := make([]any, len(args))
	for i, a := range args {
		vs[i] = a
	}
	return &Violation{Rule: rule, Message: fmt.Sprintf(rules[rule], vs...), Args: args}
}

// tooLong is the violation of a length limit.
func tooLong(limit int) *Violation { return violates("max-length", strconv.Itoa(limit)) }
