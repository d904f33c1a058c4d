package page

// Units is the tree of organisational units, with the form of a new one.
type Units struct {
	Base
	Table   Table
	Name    string
	Parents []Option
	MayAdd  bool // false for who manages the users of a part only
	Errors  []FieldError
}

// UnitEdit is the page of one organisational unit.
type UnitEdit struct {
	Base
	Name    string
	Parents []Option
	Action  string
	Remove  string // address
	Error   string
	Errors  []FieldError
}
