package page

// Changes lists the changes to the configuration, or its versions.
type Changes struct {
	Base
	Tabs  []Link
	Start string // where a change is started; empty if the reader may not
	Solo  string // what solo mode means here; empty if it is not chosen
	Table Table
	More  string
}

// Proposal is one change to the configuration.
type Proposal struct {
	Base
	Head     ChangeHead
	Next     string // who must act next, and how
	Facts    []Line
	Steps    []Step
	Lines    []DiffGroup
	Empty    string
	Clash    []string
	Error    string
	Errors   []FieldError
	Revision string
	Self     string

	Edit     bool // the reader may change what it says
	Matrix   string
	AddRule  string
	Text     string
	Settings string // form of the workspace's settings
	Effect   *Effect
	Stale    bool // it was changed after it was simulated
	Simulate string

	Submit  string
	Solo    string // what the workspace's setting means for this change
	Approve string
	// ApproveHelp says as whom the reader approves, and when it takes effect.
	ApproveHelp string
	NotYou      string // why the reader may not approve
	Reject      string
	Withdraw    string
	Rebase      string
	At          string // typed time
	Reason      string // typed reason
}

// Step is one stage of a change. State is "done", "now" or "next".
type Step struct {
	Label string
	State string
	Word  string // the state, for screen readers
}

// DiffGroup is what a change does to one part of the configuration.
type DiffGroup struct {
	Title string
	Lines []DiffLine
}

// DiffLine is one sentence. Kind is "add", "drop" or "edit".
type DiffLine struct {
	Kind string
	Word string
	Text string
	Was  string
	Ref  string
}

// Effect is what a simulation found.
type Effect struct {
	When    string
	Tiles   []Tile
	Notes   []string // what to know of it above all
	Users   Table
	Records Table
	None    string
}

// Templates lists drafts of rules that can be accepted one by one.
type Templates struct {
	Base
	Groups []TemplateGroup
	Drafts []Option // changes that a template can be put into
	Error  string
}

// TemplateGroup are the templates of one category.
type TemplateGroup struct {
	Chip  Chip
	Items []Template
}

// Template is a draft of one or several rules.
type Template struct {
	ID        string
	Places    string
	Lines     []string
	Basis     string
	Source    string
	Caution   string
	Certainty string // how far the source was confirmed
	Tone      string
	Action    string // where it is accepted; empty if the reader may not
	There     string // what to say of one that was accepted already
}

// Settings is the form of the workspace's settings in a change.
type Settings struct {
	Base
	Change   ChangeHead
	Action   string
	Back     string
	Revision string
	Fixed    bool // may be read, not edited
	Language Choice
	Zone     string // time zone, IANA name
	Days     string // of quarantine
	Switches []SettingSwitch
	Errors   []FieldError
}

// SettingSwitch is a setting that is on or off.
type SettingSwitch struct {
	Name, Label, Help string
	On                bool
}
