package custody

import (
	"encoding/json"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// Draft is what somebody wants to save. Absent fields keep what they hold,
// JSON null clears, everything else replaces. A group (rows about one subject
// each) is replaced as a whole, but members of a row that the writer may not
// see and does not mention are kept for the row of the same subject.
type Draft struct {
	Type     string             // key of the record type
	ID       bailiwick.RecordID // zero creates a record
	Revision int64              // the revision the writer read; required for a change, 0 for a create
	Entity   bailiwick.EntityID // legal entity of a new record; zero = the writer's own
	Unit     *bailiwick.UnitID  // organisational unit; nil keeps it, or for a new record takes the owner's; zero = none
	Fields   map[string]json.RawMessage
	Import   bailiwick.ImportID // the import run that writes, if one does
	Key      string             // Idempotency-Key of a create, or empty
}

// Record is one record as one viewer may see it.
type Record struct {
	ID       bailiwick.RecordID
	Ref      string // human reference, such as "RSK-0042"
	Type     *schema.Type
	Revision int64
	Entity   bailiwick.EntityID
	Unit     bailiwick.UnitID // organisational unit; told where one record is opened, zero in lists
	Subjects []SubjectRef     // the people it is about, as far as visible
	Cells    []Cell           // one per field of the type, in the type's order
	Created  time.Time
	Updated  time.Time
	Deleted  time.Time // zero for a live record
	May      Rights    // what this viewer may do with it
}

// Cell returns the cell of a field, or nil if the type has no such field.
func (r *Record) Cell(field string) *Cell {
	for i := range r.Cells {
		if r.Cells[i].Field.Key == field {
			return &r.Cells[i]
		}
	}
	return nil
}

// Rights is what a viewer may do with a record; screens hide what it lacks.
type Rights struct{ Change, Delete, Export bool }

// SubjectRef is a person a record is about.
type SubjectRef struct {
	ID        bailiwick.SubjectID
	Countries []bailiwick.Country
}

// Cell is one field of a record in the hands of one viewer.
type Cell struct {
	Field    *schema.Field
	Value    schema.Value // canonical JSON; nil = empty, or withheld
	Withheld *Withheld    // set if the viewer may not see it: then Value is nil, filled or not
	Mask     access.MaskForm
	MayFill  bool       // whether this viewer may fill it in for this record's subject
	Links    []Link     // targets of record, subject and user references, in order of Value
	Rows     []GroupRow // of a group field, in order
	Hidden   bool       // show-if says that the field does not apply now
}

// GroupRow is one row of a group field: about exactly one subject.
type GroupRow struct {
	Subject SubjectRef
	Cells   []Cell
}

// Link is the target of a reference with the title this viewer may see.
type Link struct {
	Kind    string // "record", "subject" or "user"
	Type    string // record type of the target, if it has a page
	ID      string // of the record, person or user; a person's is also that of the record that is the person
	Ref     string
	Title   string // empty if withheld or gone
	Visible bool   // whether the viewer may open it
}

// Withheld says why a value is not shown. It is the same for a filled and an
// empty field.
type Withheld struct {
	Field    string             `json:"field"`
	Category bailiwick.Category `json:"category"`
	Rule     string             `json:"rule"`   // deciding rule, or "default:<category>"
	Reason   string             `json:"reason"` // one plain sentence in the viewer's language

	encoded []byte // as AppendJSON writes it; nil = not made yet
}

// Filter is one condition of a list. Op is "eq", "in", "lt", "le", "gt", "ge",
// "set", "unset", "word" (a whole word) or "prefix". Values are canonical text
// as in a form. A filter on a sealed field covers the permitted rows only.
type Filter struct {
	Field  string
	Op     string
	Values []string
}

// Query selects records of one type.
type Query struct {
	Type    string
	Filters []Filter
	Text    string // free text: every word must occur in some searchable, visible field
	Sort    string // key of a field, or "" for newest first; "ref", "created" and "updated" also
	Desc    bool
	Cursor  string // from Page.Next
	Limit   int    // 1 to 200; 0 = 50
	Deleted bool   // the "Deleted" list instead of the live one
	Columns []string
	Lang    string // language of reasons and of sorting
	// SkipTotal leaves Page.Total at -1: for callers that page through a long
	// list and do not show how many rows there are.
	SkipTotal bool
}

// Page is one page of a list.
type Page struct {
	Items   []Record
	Next    string // cursor, empty at the end
	Total   int64  // rows the viewer may see that match; -1 if not counted
	Limited bool   // more rows match than custody sorts or scans (20,000): narrow the list
	// LeftOut lists countries whose rows a filter or sort on a partly visible
	// field does not cover (R14.7).
	LeftOut []bailiwick.Country
}

// Hit is one result of a search over all types.
type Hit struct {
	Type  *schema.Type
	ID    bailiwick.RecordID
	Ref   string
	Title string
}

// Change is one line of a record's history: what a field was and became, as
// far as this viewer may see it.
type Change struct {
	Revision int64
	Time     time.Time
	User     bailiwick.UserID // zero if who it was is not shown (R14.12)
	Kind     string           // "created", "changed", "deleted", "restored", "imported", "undone" (an import taken back)
	Fields   []FieldChange
	Withheld int // always 0 or 1: whether fields that the viewer may not see belong to the type; never whether they changed
}

// FieldChange is old -> new of one field.
type FieldChange struct {
	Field *schema.Field
	Old   schema.Value
	New   schema.Value
	// OldText and NewText are for people: links resolved, masks applied.
	OldText, NewText string
}

// Explanation answers "why may I, or may I not?" for one field.
type Explanation struct {
	Ref      string              `json:"-"` // of the record, "" of one that does not exist yet
	Field    string              `json:"field"`
	Category bailiwick.Category  `json:"category"`
	Op       string              `json:"operation"`
	Allowed  bool                `json:"allowed"`
	Mask     string              `json:"mask,omitempty"`
	Decision string              `json:"decision"`
	Rule     string              `json:"rule"`
	Matched  []string            `json:"matched"`
	Level    string              `json:"level"`
	Reason   string              `json:"reason"`
	Subject  []bailiwick.Country `json:"subject_countries"`
	Viewer   []bailiwick.Country `json:"viewer_countries"`
	Version  int64               `json:"configuration"`
	Note     string              `json:"note,omitempty"`      // note or citation of the deciding rule
	AskWhom  string              `json:"ask,omitempty"`       // role that owns the rule
	Step     string              `json:"step,omitempty"`      // kind of the condition that could be met, such as "justification"; "" = none
	StepRule string              `json:"step_rule,omitempty"` // rule that asks for it
}

// GroupQuery counts records by one or two clear fields, for charts.
type GroupQuery struct {
	Type    string
	By      []string // one or two keys of clear fields
	Filters []Filter
}

// Group is one cell of a chart.
type Group struct {
	Keys  []string // text of the field values, "" for empty
	Count int64
}

// Format is the file format of an export.
type Format string

// The export formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
	JSON Format = "json"
)

// Media is the media type of files of the format; empty for another one.
func (f Format) Media() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSON:
		return "application/json"
	}
	return ""
}
