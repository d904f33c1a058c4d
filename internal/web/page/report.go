package page

// Report answers who sees a field, or what a user sees.
type Report struct {
	Base
	Heading  string
	Choices  []Select // of the form, in order
	Switch   []Link
	Note     string
	Asked    bool
	Table    Table
	Download string // address of the same as CSV
}

// Select is one choice of a form that is sent by GET.
type Select struct {
	Name    string
	Label   string
	Options []Option
}
