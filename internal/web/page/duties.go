package page

// Quarantine is the list of what may not be held any more.
type Quarantine struct {
	Base
	Lines []QuarantineLine
	Kept  []QuarantineKept
}

// QuarantineLine is one line of it, with the forms that decide it.
type QuarantineLine struct {
	ID        string // of its elements
	Key       string // of its forms
	Type      string
	Chip      Chip
	Countries string
	Rule      string
	Count     string
	Refs      []Link
	More      string // how many records beside those of Refs; empty = none
	Due       string
	Late      bool
	Kept      bool
	Errors    map[string]string // by field; nil = nothing wrong
	Reference string            // as it was typed, where something was wrong
	Reason    string
	Until     string
}

// QuarantineKept is a decision to keep a line.
type QuarantineKept struct {
	ID        string
	Type      string
	Chip      Chip
	Countries string
	Until     string
	Reference string
	Reason    string
}

// Bases is the list of bases.
type Bases struct {
	Base
	Lines   []BasisLine
	Missing string     // how many; empty = none
	Form    *BasisLine // of the line that was chosen
}

// BasisLine is one line of it.
type BasisLine struct {
	Key         string
	Pack        string
	Entity      string
	Chip        Chip
	Missing     bool
	Recorded    string
	Responsible string
	Basis       string
	Notice      string
	Errors      map[string]string
}

// AccessRequests is the list of requests to see something.
type AccessRequests struct {
	Base
	Privacy bool // every request is listed, not one's own only
	Lines   []AccessRequest
}

// AccessRequest is one of them, with the steps that the reader may take.
type AccessRequest struct {
	ID                           string
	Ref                          string
	Chip                         Chip
	Stage, Tone                  string
	Who, Roles                   string
	Type, Field, Countries       string
	Reason, Until, Rule          string
	Indirect                     bool   // its rule has to be changed to grant it
	Change, ChangeHref           string // the change that makes an exception of it
	Grant, Refuse, Withdraw, End bool
}

// Exception is what would be made of an access request.
type Exception struct {
	Base
	Action    string
	Cannot    string // why none can be made; the rest is empty then
	Ref       string
	Who       string
	Chip      Chip
	Countries string
	Viewer    string
	Until     string
	Some      bool     // people of some of the countries are concerned too
	Others    []string // users for whom it opens as well
	Also      []Chip   // what else it opens to who asked
	Rules     []string
}
