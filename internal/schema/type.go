package schema

import (
	"slices"

	"bailiwick"
)

// Type is a record type of a pack.
type Type struct {
	Key           string // such as "risk"; unique among the packs of a tenant
	Ref           string // prefix of the records' references: RSK makes RSK-12
	Pack          string // key of the pack
	Title, Plural Labels
	Self          bool               // "subject: self": each record is a person of the register
	Identity      bailiwick.Category // a row whose every block of this category is withheld is hidden; empty = no such rule
	CountryFields []string           // fields that give the subject's countries; of Self types only
	Schedule      string             // key of the retention schedule (R12)
	TitleField    string             // field that names a record in links and headings
	OwnerField    string             // field of kind user by which the scope "own" is judged; may be empty
	KeyField      string             // field by which other systems know a record, such as a CVE number; may be empty
	List          []string           // columns of the list page, in order
	Fields        []*Field           // in the order of the file and of the form
	Import        map[string]string  // column header of a known file format -> field key
	Hidden        []*Field           // fields that the tenant hid: they reach nobody, and keep what they hold
	byKey         map[string]*Field
}

// Field returns the field with a key, or nil. A member of a group is named
// "group.member", such as "affected.injury".
func (t *Type) Field(key string) *Field { return t.byKey[key] }

// All returns every field, groups directly before their members. The caller
// owns the slice.
func (t *Type) All() []*Field {
	var out []*Field
	for _, f := range t.Fields {
		out = append(out, f)
		out = append(out, f.Group...)
	}
	return out
}

// Categories returns the data categories that the type's fields use, sorted.
func (t *Type) Categories() []bailiwick.Category {
	var out []bailiwick.Category
	for _, f := range t.All() {
		if !slices.Contains(out, f.Category) {
			out = append(out, f.Category)
		}
	}
	slices.Sort(out)
	return out
}

// index prepares the look-up by key; the parser calls it once.
func (t *Type) index() {
	t.byKey = make(map[string]*Field, len(t.Fields))
	for _, f := range t.All() {
		t.byKey[f.Path()] = f
	}
}
