package page

// Imports lists the import runs.
type Imports struct {
	Base
	Table   Table
	NewHref string
}

// ImportNew asks for a file.
type ImportNew struct {
	Base
	Action string
	Types  []Option
	Limit  string
	Error  string
}

// ImportMap asks which column goes where.
type ImportMap struct {
	Base
	Action    string
	File      string
	TypeLabel string
	Rows      string
	Columns   []MapColumn
	Match     []Option
}

// MapColumn is one column of the file.
type MapColumn struct {
	Header  string
	Name    string
	ID      string
	Sample  string
	Options []Option
}

// ImportRun shows a dry run or a run, under way or done.
type ImportRun struct {
	Base
	File      string
	TypeLabel string
	Back      string
	DryRun    bool
	Running   bool
	Done      int
	Total     int
	State     string
	Tiles     []Tile
	Warning   string
	Bad       Table
	BadMore   string
	BackHref  string // the refused rows as a file; "" = none
	Resume    string // where the same file is chosen again, to go on
	RunAction string
	RunLabel  string
	Undo      string
	ListHref  string
	Self      string
	AllBad    bool
}
