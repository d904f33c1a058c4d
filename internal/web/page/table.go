package page

// Table is the one table component.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Empty   string // what to say when there are no rows
	Checks  bool   // whether rows can be chosen
}

// Column is a table column. SortHref is empty where the viewer cannot sort;
// Sorted is "ascending", "descending" or "none".
type Column struct {
	Label    string
	SortHref string
	Sorted   string
	Number   bool
}

// Row is one line of a table.
type Row struct {
	Cells []Cell
	Form  *RowForm // an act on the row, as a button of its own
	Check string   // value of a checkbox "id" of the form "bulk"; "" = none
	Name  string   // what the checkbox chooses, for screen readers
}

// RowForm is a button that posts to an address.
type RowForm struct {
	Action string
	Label  string
	Name   string // what the button acts on, for screen readers
	Hidden []Hidden
}

// Hidden is a hidden input.
type Hidden struct{ Name, Value string }

// Cell is one cell. Kind is "ref", "title", "tag", "score", "who", "date",
// "number" or "text"; an unknown kind shows as text. Withheld wins over all.
type Cell struct {
	Kind     string
	Text     string
	Href     string
	Tone     string // of a tag or score: "low", "medium", "high", "critical", "ok", "info"
	Initials string // of a "who"
	Time     string // machine-readable instant of a "date"
	Masked   bool
	Why      *Withheld // of a masked one: where it is explained
	Withheld *Withheld
}

// List is a list of records.
type List struct {
	Base
	Type      string // key
	TypeLabel string
	Pack      string
	Tabs      []Link
	Filters   []FilterField
	More      []FilterField // filters behind "More filters"
	MoreOpen  bool
	Query     string // free text
	Action    string // where the filter form posts
	Reset     string // address of the unfiltered list
	Filtered  bool
	Sort      string // kept across filtering
	Count     string // "16 of 60 risks"
	LeftOut   string // which countries a filter could not cover
	Limited   bool
	Table     Table
	Columns   []Option // choice of columns
	State     []Hidden // the present filters as hidden inputs, for the columns form
	NextHref  string
	FirstHref string
	NewHref   string
	NewLabel  string
	Import    string
	Exports   []Link
	SaveView  string // where the list is named; "" = nowhere
	ViewHref  string // of the named view that is open and one's own
	ViewName  string
	ViewRoles []Option // with whom it can be shared
	Print     string   // the list for paper
	Bulk      string   // where many records are changed at once; "" = nowhere
	Address   string   // of the list, for what is done with all of it
	Deleted   bool
	Tab       string // kept across filtering
}

// FilterField is one control of the filter bar.
type FilterField struct {
	Name    string
	ID      string
	Label   string
	Control string // "select", "date", "text" or "number"
	Value   string
	Options []Option
}

// Search is the result of a search over all applications.
type Search struct {
	Base
	Query  string
	Done   bool // whether a search was made
	Groups []HitGroup
	Count  string
	More   bool
}

// HitGroup are the hits of one application.
type HitGroup struct {
	Label string
	Hits  []Hit
}

// Hit is one record found.
type Hit struct {
	Ref   string
	Title string
	Href  string
}
