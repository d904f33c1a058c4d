package page

// Matrix shows where a category may be filled in and seen: under the version
// in force, or in a change that is being prepared.
type Matrix struct {
	Base
	Crumb   Link // what the page lies under
	Version string
	Change  *ChangeHead // the change being prepared; nil for the version in force
	Switch  []Link
	Who     WhoForm
	Columns []MatrixColumn
	Rows    []MatrixRow
	Add     []Option // countries and groups that can be added as a column
	Reset   string   // the address with the columns that are shown by default
	Start   string   // where a change is started; empty if the reader may not
	Open    []Link   // changes that are being prepared
	Rules   Table
	WhatIf  WhatIf

	// Of a change that the reader may edit:
	Edit     bool
	Action   string
	Revision string
	Was      string // what the cells were set to, in order
	Blocks   []RuleBlock
	Error    string
	AddRule  string
	Text     string
}

// ChangeHead is what pages below a change say about it.
type ChangeHead struct {
	Ref   string
	Title string
	Href  string
	State string
	Tone  string
}

// WhoForm chooses whose sight the matrix shows.
type WhoForm struct {
	Action string
	Roles  []Option
	Places []Option // viewer's countries and groups; none where they do not matter
	Hidden []Hidden
	Text   string
}

// MatrixColumn is a country or group of countries of the person.
type MatrixColumn struct {
	Key    string
	Code   string
	Name   string
	Remove string // the address without the column; empty where it stays
}

// MatrixRow is one category. Wide rows have one cell: where a person lives does
// not matter to them.
type MatrixRow struct {
	Chip  Chip
	Sub   bool
	Wide  bool
	Cells []MatrixCell
}

// MatrixCell is one decision. Tone is "ok", "warn", "bad" or "info".
type MatrixCell struct {
	Text    string
	Tone    string
	Note    string // the rules that decide
	Whom    string // the roles that it is granted to, of one that is not the same for all
	Why     string // the whole, in a sentence
	Name    string // of the input; empty where it cannot be set
	Label   string // of the input, for screen readers
	Options []CellOption
}

// CellOption is what a cell can be set to.
type CellOption struct {
	Value    string
	Label    string
	Tone     string
	Selected bool
}

// RuleBlock is a rule that stands in the way of what was set.
type RuleBlock struct {
	Rule   string
	Text   string
	Why    string
	Narrow string // value of the box that narrows it; empty where it cannot be
	Href   string // the rule's own form
}

// WhatIf asks what somebody would see.
type WhatIf struct {
	Action  string
	Hidden  []Hidden
	Roles   []Option
	Viewers []Option
	People  []Option
	Types   []Option
	Asked   bool
	Text    string // the question in words
	Compare bool   // whether a change stands beside the version in force
	Groups  []WhatIfGroup
}

// WhatIfGroup is a table of answers: by category, or by field of a record type.
type WhatIfGroup struct {
	Caption string
	Head    string
	Lines   []WhatIfLine
}

// WhatIfLine is one category or field.
type WhatIfLine struct {
	Label   string
	Chip    Chip
	Now     MatrixCell
	Then    MatrixCell
	Changed bool
}

// RuleForm adds or changes one rule.
type RuleForm struct {
	Base
	Change   ChangeHead
	Action   string
	Revision string
	Old      string // id of the rule that is changed; empty for a new one
	Drop     string // where the rule is taken out
	Back     string
	Errors   []FieldError
	Error    string
	Open     bool // whether what is rarely needed is shown

	Ops        []Option
	Categories []Option
	Subject    PlaceInput
	Viewer     PlaceInput
	Roles      []Option
	Effects    []Option
	Masks      []Option
	Conditions []Option
	Condition  string
	ID         string
	Ref        string
	K          string
	From       string
	Until      string
	Note       string
	Cite       string
}

// PlaceInput chooses a set of countries.
type PlaceInput struct {
	Name   string
	Legend string
	Help   string
	Modes  []Option
	Items  []Option
	Other  string
}

// RuleText edits the rules as text.
type RuleText struct {
	Base
	Change   ChangeHead
	Action   string
	Revision string
	Back     string
	Text     string
	Fixed    bool // may be read, not edited
	Errors   []string
	Error    string
}
