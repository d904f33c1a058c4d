package schema

import "bailiwick"

// OwnPrefix begins the key of everything that a tenant adds: record types,
// fields, option lists, options and categories. No pack of the product uses
// it, so a later version of a pack cannot clash with what a tenant added.
const OwnPrefix = "x_"

// OwnPack is the key of the application that holds the record types a tenant
// made, other than those it added to a shipped application.
const OwnPack = "own"

// Limits of an overlay.
const (
	MaxOwnCategories = 30  // categories of a tenant's own
	MaxOwnTypes      = 100 // record types of a tenant's own
	MaxOwnFields     = 150 // fields added to one type
	MaxOwnLists      = 100 // option lists of a tenant's own
	MaxTypeChanges   = 200 // types that an overlay changes
)

// Overlay is what a tenant changed of its packs, and added to them. The zero
// value changes nothing. It is part of the configuration document: each change
// is a new version that a second person approves (R14.10).
//
// What was once active is never taken out again, since records may hold values
// of it: a field is hidden, an option is retired. See Keeps and Carry.
type Overlay struct {
	Categories []OwnCategory `json:"categories,omitempty"`
	Lists      []OwnList     `json:"lists,omitempty"`
	Options    []ListChange  `json:"options,omitempty"` // changes of shipped lists
	Types      []OwnType     `json:"types,omitempty"`
	Changes    []TypeChange  `json:"changes,omitempty"` // changes of shipped and own types
}

// OwnCategory is a category below one that exists. It is about a person exactly
// if its parent is.
type OwnCategory struct {
	Key    bailiwick.Category `json:"key"`
	Parent bailiwick.Category `json:"parent"`
	Title  Labels             `json:"title"`
	Flag   bailiwick.Flag     `json:"flag,omitempty"` // empty = the parent's; may be stricter, never weaker
	After  int                `json:"after"`          // how many shipped categories there were when it was added: blocks name categories by number
}

// OwnList is an option list that own fields of every application may use.
type OwnList struct {
	Key     string      `json:"key"`
	Title   Labels      `json:"title,omitempty"` // for the people who configure; empty = the key
	Options []OwnOption `json:"options"`
}

// OwnOption is an option of an own list, or one added to a shipped list.
type OwnOption struct {
	Key     string `json:"key"`
	Label   Labels `json:"label"`
	Value   *int64 `json:"value,omitempty"` // number used by scores
	Tone    string `json:"tone,omitempty"`
	Retired bool   `json:"retired,omitempty"` // shown where it is held, no longer offered
}

// ListChange changes an option list of a shipped pack.
type ListChange struct {
	Pack    string         `json:"pack"`
	List    string         `json:"list"`
	Added   []OwnOption    `json:"added,omitempty"` // at the end of the list
	Changed []OptionChange `json:"changed,omitempty"`
}

// OptionChange relabels or retires a shipped option.
type OptionChange struct {
	Key     string `json:"key"`
	Label   Labels `json:"label,omitempty"` // languages left out keep the shipped text
	Retired bool   `json:"retired,omitempty"`
}

// OwnType is a record type that a tenant made. It has at least one field.
type OwnType struct {
	Key        string             `json:"key"`
	Pack       string             `json:"pack,omitempty"` // application it belongs to; empty = OwnPack
	Title      Labels             `json:"title"`
	Plural     Labels             `json:"plural,omitempty"` // empty = Title
	Ref        string             `json:"ref"`
	Self       bool               `json:"self,omitempty"`
	Identity   bailiwick.Category `json:"identity,omitempty"`
	Countries  []string           `json:"countries,omitempty"`
	Schedule   string             `json:"schedule"`
	TitleField string             `json:"title_field,omitempty"`
	Owner      string             `json:"owner,omitempty"`
	KeyField   string             `json:"key_field,omitempty"`
	List       []string           `json:"list"`
	Import     map[string]string  `json:"import,omitempty"`
	Retired    bool               `json:"retired,omitempty"` // nobody reaches its records any more; they are kept
	Fields     []OwnField         `json:"fields"`
}

// OwnField is a field that a tenant added; its members mean what the keys of
// the same name mean in a pack, see docs/packs.md. Label falls back to the
// first language given.
type OwnField struct {
	Key       string             `json:"key"`
	Kind      string             `json:"kind"`
	Category  bailiwick.Category `json:"category,omitempty"` // empty for groups only (R14.1)
	Label     Labels             `json:"label"`
	Help      Labels             `json:"help,omitempty"`
	Required  bool               `json:"required,omitempty"`
	Search    SearchMode         `json:"search,omitempty"`
	Clear     bool               `json:"clear,omitempty"`
	About     string             `json:"about,omitempty"`
	Options   string             `json:"options,omitempty"`
	Type      string             `json:"type,omitempty"`
	Many      bool               `json:"many,omitempty"`
	MaxLength int64              `json:"max_length,omitempty"`
	Scale     int64              `json:"scale,omitempty"`
	Min       string             `json:"min,omitempty"`
	Max       string             `json:"max,omitempty"`
	Default   string             `json:"default,omitempty"`
	ShowIf    *OwnCondition      `json:"show_if,omitempty"`
	Product   []string           `json:"product,omitempty"`
	Bands     string             `json:"bands,omitempty"`
	Fields    []OwnField         `json:"fields,omitempty"` // members of a group
}

// OwnCondition is the show-if of an own field.
type OwnCondition struct {
	Field string   `json:"field"`
	Is    []string `json:"is,omitempty"`
}

// TypeChange changes a type, shipped or own.
type TypeChange struct {
	Type   string        `json:"type"`
	Title  Labels        `json:"title,omitempty"`  // languages left out keep their text
	Plural Labels        `json:"plural,omitempty"` // likewise
	Added  []OwnField    `json:"added,omitempty"`  // to a shipped type; an own type lists its fields itself
	Hidden []string      `json:"hidden,omitempty"` // keys of fields outside of groups; their values are kept and reach nobody
	Fields []FieldChange `json:"fields,omitempty"`
	Order  []string      `json:"order,omitempty"` // fields that come first, in this order; the rest follow as they stand
	List   []string      `json:"list,omitempty"`  // columns of the list page; empty = as they stand
}

// FieldChange changes a field of a type. A member of a group is named
// "group.member".
type FieldChange struct {
	Field    string             `json:"field"`
	Label    Labels             `json:"label,omitempty"`    // languages left out keep their text
	Help     Labels             `json:"help,omitempty"`     // likewise
	Category bailiwick.Category `json:"category,omitempty"` // empty = as it stands
}

// IsZero reports whether the overlay changes nothing.
func (o Overlay) IsZero() bool {
	return len(o.Categories)+len(o.Lists)+len(o.Options)+len(o.Types)+len(o.Changes) == 0
}
