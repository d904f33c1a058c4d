package page

// Bulk is a change of many records: which fields, what it would do, or what it
// did.
type Bulk struct {
	Base
	TypeLabel string
	ListHref  string
	Action    string
	Which     string   // "Change 12 chosen records"
	Hidden    []Hidden // what was chosen, and on the preview what is to be set
	Fields    []BulkField
	Error     string
	State     string
	AllBad    bool
	Tiles     []Tile
	Bad       Table
	BadMore   string
	RunLabel  string
	Undo      string
}

// BulkField is one field that can be set or cleared.
type BulkField struct {
	Key     string
	Label   string
	Control string // "select", "multiselect", "date", "textarea" or "text"
	Do      string // "", "set" or "clear"
	Value   string
	Options []Option
	Error   string
}
