package page

// Print is a list or a record for paper.
type Print struct {
	Base
	Back    string // the page itself
	When    string
	Count   string
	LeftOut string
	More    string
	Table   Table
	Fields  []PrintField
	Groups  []Table
}

// PrintField is a field of a record on paper.
type PrintField struct {
	Label string
	Cell  Cell
}
