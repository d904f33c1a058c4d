package page

// Record is the page of one record, new or stored.
type Record struct {
	Base
	TypeLabel    string
	ListHref     string
	Ref          string
	Heading      string // the title field, or the reference where it is withheld
	Action       string
	Revision     string
	New          bool
	AboutPeople  bool     // whether a person's country decides what may be filled in
	Hidden       []Hidden // what a new record carries along: countries, idempotency key
	Fields       []Field
	Errors       []FieldError
	Entities     []Option
	Units        []Option // organisational units; nil where there are none
	CanSave      bool
	DeleteHref   string
	RestoreForm  *RowForm
	HistoryHref  string
	ConsentsHref string // empty = about no person of its own, or not for the reader
	Meta         []Line
	Activity     []ActivityLine
	ActivityOff  bool // the workspace does not show colleagues' activity
}

// Field is one field of the form component.
type Field struct {
	Key       string
	Name      string // of the input
	ID        string // of the element; labels and errors point to it
	Label     string
	Help      string
	Control   string // kind of control, see schema.Kind.Control
	Wide      bool
	Required  bool
	Chip      Chip
	State     string // "edit", "fixed" (shown, not editable) or "withheld"
	Value     string // for the input
	Text      string // for reading
	Tone      string
	Masked    bool   // the value shown is masked; typing replaces it
	Base      string // fingerprint of the stored value, to tell what was touched
	Options   []Option
	MaxLength string
	Error     string
	Why       *Withheld // why it is withheld or may not be filled in
	Part      *Withheld // of a masked one: where it is explained that only a part is shown
	Picker    *Picker
	Links     []Link
	ShowIf    *ShowIf
	Hidden    bool
	Rows      []FieldRow
	AddLabel  string
	AddValue  string  // value of the button that adds a row
	Count     *Hidden // number of rows on the page
	Keep      *Hidden // what a field that is shown only sends all the same
}

// Edit reports whether the viewer may type into the field.
func (f Field) Edit() bool { return f.State == "edit" }

// Withheld reports whether the value is withheld.
func (f Field) Withheld() bool { return f.State == "withheld" }

// FieldRow is one row of a group field.
type FieldRow struct {
	Label  string
	Fields []Field
	Remove string // value of the button that removes the row
	Index  string
}

// Picker lets people choose records, people or users. It works in steps
// without JavaScript: type, press Find, tick.
type Picker struct {
	Many    bool
	Chosen  []Option
	Found   []Option
	Find    string // name of the text input
	Text    string // what was typed
	Act     string // value of the Find button
	Suggest string // address that answers suggestions (POST)
	Empty   bool   // a search found nothing
	More    bool   // a search found more than is shown
}

// ShowIf says when a field applies, for form.js; the server decides anew.
type ShowIf struct {
	Field  string // name of the input it depends on
	Values string // accepted values, separated by spaces
}

// FieldError is one line of the error summary.
type FieldError struct {
	Href string
	Text string
	More Link // where the reader can do something about it; zero = nowhere
}

// Line is a labelled value of the side card.
type Line struct{ Label, Text string }

// ActivityLine is one line of the activity rail.
type ActivityLine struct {
	Time     string
	When     string
	Who      string
	Text     string
	Note     string
	Provider bool
}

// Country asks for the country of the person before a new record is shown.
type Country struct {
	Base
	TypeLabel string
	ListHref  string
	Action    string
	Label     string
	Options   []Option
}

// Conflict shows both versions of a record that two people changed.
type Conflict struct {
	Base
	TypeLabel string
	Ref       string
	Action    string
	RecordURL string
	Revision  string
	Fields    []ConflictField
	Keep      []Hidden // what was typed and does not clash
}

// ConflictField is one field that both changed.
type ConflictField struct {
	Label  string
	Name   string // of the field's inputs
	Mine   string
	Theirs string
	Hidden []Hidden // what was typed, as the inputs of the form
}

// Delete asks before a record moves to "Deleted".
type Delete struct {
	Base
	TypeLabel string
	Ref       string
	Action    string
	BackHref  string
	Revision  string
}

// History is the page of old and new values.
type History struct {
	Base
	TypeLabel string
	ListHref  string
	Ref       string
	Record    string // address of the record
	Changes   []Change
	Withheld  bool
}

// Change is one revision.
type Change struct {
	Time   string
	When   string
	Who    string
	What   string // translated
	Number string
	Fields []ChangeField
}

// ChangeField is one field, old and new.
type ChangeField struct {
	Label string
	Old   string
	New   string
}

// Explain is the full answer to "why can I see this, or why not?".
type Explain struct {
	Base
	TypeLabel string
	ListHref  string
	Ref       string // of the record; empty of one that does not exist yet
	Record    string // its address
	Field     string
	Chip      Chip
	Allowed   bool
	Masked    bool
	Answer    string
	Reason    string
	Rule      string
	Matched   []string
	Note      string
	Level     string
	AskWhom   string
	Subject   string
	Viewer    string
	Decision  string
	Version   string
	Step      *ExplainStep // what the reader can do about it; nil = nothing
}

// ExplainStep is the form below an explanation: to state a reason, or to ask
// for access.
type ExplainStep struct {
	Action string
	Act    string // "reason" or "ask"
	Field  string // key
	Rule   string
	Text   string // as it was typed, where something was wrong
	Until  string
	Errors map[string]string
}
