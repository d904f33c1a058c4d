package page

// Draft says which change the page shows, and where edits go.
type Draft struct {
	Ref      string // "CHG-12"; empty = the configuration in force
	Href     string // the page of the change
	Back     string // this page as it is in force
	Query    string // "?change=..." for links that stay within the change, or empty
	ID       string
	Revision string
	Open     []Link // drafts in which one can go on
	May      bool   // whether the reader may edit
}

// TextIn is a text in one language.
type TextIn struct {
	Name  string
	Label string
	Lang  string
	Value string
}

// Choice is a labelled select. Options of an empty list hide it.
type Choice struct {
	Name    string
	Label   string
	Help    string
	Options []Option
}

// Types lists the applications and their record types.
type Types struct {
	Base
	Draft  Draft
	Tables []Table
	NewURL string
}

// TypeNew asks for a new record type and its first field.
type TypeNew struct {
	Base
	Draft    Draft
	Errors   []FieldError
	Titles   []TextIn
	First    []TextIn
	Ref      string
	Key      string
	Choices  []Choice
	Category []Option
}

// TypePage is a record type with its fields.
type TypePage struct {
	Base
	Draft   Draft
	Errors  []FieldError
	Name    string
	Pack    string
	Key     string
	Own     bool
	Retired bool
	Fields  []FieldLine
	Titles  []TextIn
	Plurals []TextIn
	Choices []Choice // of own types: which field names a record, and the like
	Action  string   // saves names and order
	NewURL  string
	Records string // the list of records, if it exists already
}

// FieldLine is one field of a record type.
type FieldLine struct {
	Key      string
	Label    string
	Kind     string
	Chip     Chip
	Marks    []string // "required", "readable at rest" ...
	Source   string   // "own" or "shipped", in words
	Own      bool
	Hidden   bool
	Href     string
	Position string // place in the form, empty for hidden fields and members
	Column   bool
	CanList  bool
}

// FieldEdit is one field.
type FieldEdit struct {
	Base
	Draft      Draft
	Errors     []FieldError
	Type       string
	TypeHref   string
	Name       string
	New        bool
	Own        bool
	Hidden     bool
	Key        string
	Labels     []TextIn
	Help       []TextIn
	Kind       string // of a field that exists: its kind cannot be changed
	Kinds      []Option
	Categories []Option
	Choices    []Choice
	Required   bool
	Clear      bool
	Action     string
	Hide       string // address that hides it or shows it again, or empty
}

// Categories shows the tree of categories.
type Categories struct {
	Base
	Draft   Draft
	Errors  []FieldError
	Table   Table
	Titles  []TextIn
	Parents []Option
	Flags   []Option
}

// Lists shows the option lists.
type Lists struct {
	Base
	Draft  Draft
	Tables []Table
	NewURL string
}

// ListEdit is one option list.
type ListEdit struct {
	Base
	Draft   Draft
	Errors  []FieldError
	Name    string
	New     bool
	Own     bool
	Titles  []TextIn
	Options []OptionLine
	Action  string
}

// OptionLine is one option of a list; the last lines of a form are empty, for
// options to be added.
type OptionLine struct {
	N       int
	Key     string
	Texts   []TextIn
	Value   string
	Retired bool
	New     bool
	Valued  bool // whether a number may be given
}

// RolesPage lists the roles.
type RolesPage struct {
	Base
	Draft Draft
	Table Table
	From  []Option
}

// RoleEdit is one role.
type RoleEdit struct {
	Base
	Draft   Draft
	Errors  []FieldError
	Name    string
	Key     string
	Shipped bool
	Titles  []TextIn
	Admin   []Option
	Manages Choice   // whom "manage users" is about
	Verbs   []string // column heads
	Rows    []RoleRow
	Action  string
}

// RoleRow is what the role may do with one application or record type.
type RoleRow struct {
	Key   string
	Label string
	App   bool
	Cells []Choice // one select of scopes per verb
}
