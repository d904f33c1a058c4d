package page

// Consents is what the person of a record has consented to.
type Consents struct {
	Base
	TypeLabel, ListHref string
	Ref, Record         string
	Lines               []Consent
	Categories          []Option
	Errors              map[string]string
	Given, Reference    string // as they were typed, where something was wrong
}

// Consent is one of them.
type Consent struct {
	Category  string
	Chip      Chip
	Given     string
	Withdrawn string
	Reference string
	Who       string // who recorded it
	Stands    bool
}
