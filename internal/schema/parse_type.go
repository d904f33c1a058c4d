package schema

import (
	"strings"

	"bailiwick"
)

// MaxColumns is how many columns a list page has.
const MaxColumns = 12

func (p *parser) readType(key string, o *object) *Type {
	t := &Type{
		Key: key, Pack: p.pack.Key,
		Title:    o.labels("title", MaxLabelRunes, false),
		Plural:   o.labels("plural", MaxLabelRunes, false),
		Ref:      o.need("ref"),
		Identity: bailiwick.Category(o.text("identity")),
	}
	if t.Ref != "" && !refPrefix.MatchString(t.Ref) {
		o.fail("ref", "2 to 5 capital letters are expected")
	}
	if o.has("subject") {
		t.Self = o.text("subject") == "self"
		if !t.Self {
			o.fail("subject", "the only value is self")
		}
	}
	o.need("schedule")
	t.Schedule = o.name("schedule")
	t.CountryFields = o.names("countries", 10)
	t.TitleField = o.name("title-field")
	t.OwnerField = o.name("owner")
	t.KeyField = o.name("key")
	t.List = o.names("list", MaxColumns)
	if !o.has("list") {
		o.fail("list", "the key is missing")
	}
	if t.TitleField == "" && len(t.List) > 0 {
		t.TitleField = t.List[0]
	}
	if n := o.vals["fields"]; n != nil {
		t.Fields = p.readFields(p.object(n, join(o.path, "fields")), nil)
	} else {
		o.fail("fields", "the key is missing")
	}
	t.index()
	if n := len(t.All()); n > MaxFields {
		o.fail("fields", "at most %d fields are allowed", MaxFields)
	}
	p.readImport(t, o)
	p.checkType(t, o)
	for _, f := range t.All() {
		p.checkField(t, f, join(o.path, "fields."+strings.ReplaceAll(f.Path(), ".", ".fields.")))
	}
	return t
}

func (p *parser) readImport(t *Type, o *object) {
	n := o.vals["import"]
	if n == nil {
		return
	}
	columns := p.object(n, join(o.path, "import"))
	t.Import = make(map[string]string, len(columns.keys))
	for _, header := range columns.keys {
		key := columns.text(header)
		if f := t.Field(key); f == nil || f.Parent != nil || f.Computed() || len(f.Group) > 0 {
			columns.fail(header, "a column leads to a field that can be written and lies outside of groups")
			continue
		}
		t.Import[header] = key
	}
}

// checkType checks what a type says of its fields.
func (p *parser) checkType(t *Type, o *object) {
	top := func(key string) *Field {
		if f := t.Field(key); f != nil && f.Parent == nil {
			return f
		}
		return nil
	}
	for _, key := range t.List {
		if f := top(key); f == nil || len(f.Group) > 0 {
			o.fail("list", "%s is not a field that a column can show", key)
		}
	}
	if f := top(t.TitleField); t.TitleField != "" && (f == nil || !is[textKind](f)) {
		o.fail("title-field", "the field that names a record must be of kind text")
	}
	if f := top(t.OwnerField); t.OwnerField != "" && (f == nil || !is[userKind](f)) {
		o.fail("owner", "the owner must be a field of kind user")
	}
	if f := top(t.KeyField); t.KeyField != "" && (f == nil || !is[textKind](f) || f.Search == SearchNone) {
		o.fail("key", "the key must be a field of kind text that can be searched")
	}
	for _, key := range t.CountryFields {
		if f := top(key); f == nil || !is[countryKind](f) || f.ShowIf != nil {
			o.fail("countries", "%s is not a field of kind country that is always shown", key)
		}
	}
	switch {
	case t.Self && len(t.CountryFields) == 0:
		o.fail("countries", "the key is missing: the matrix needs to know a person's country")
	case !t.Self && len(t.CountryFields) > 0:
		o.fail("countries", "only a type with \"subject: self\" gives a person's countries")
	}
	if t.Self && t.Identity == "" {
		o.fail("identity", "the key is missing: the category that makes a person visible at all")
	}
	if t.Identity == "" {
		return
	}
	for _, f := range t.All() {
		if f.Category == t.Identity {
			return
		}
	}
	o.fail("identity", "no field has this category")
}
