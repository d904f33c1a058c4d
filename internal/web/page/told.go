package page

// Told is one line of an inbox or of "my day".
type Told struct {
	ID      string // of an inbox line
	Text    string
	Href    string
	Due     string // as people say it; empty = no deadline
	Late    bool
	Created string
	Unread  bool
}

// Inbox is what a person was told, newest first.
type Inbox struct {
	Base
	Lines    []Told
	Unread   int    // of the whole inbox, at most what is counted exactly
	UpTo     string // newest line shown: what "mark all as read" covers
	NextHref string
	Mail     bool // whether there is a mail server
}

// Day is what waits for a person, the most urgent first.
type Day struct {
	Base
	Lines  []Told
	Failed bool // a part of the house could not be asked
}

// Notifications is how a person is told.
type Notifications struct {
	Base
	Kinds     []NotificationKind
	Always    []string // kinds that cannot be switched off
	Languages []Option
	Mail      bool
	Error     string
}

// NotificationKind is one kind with its choices.
type NotificationKind struct {
	Name    string // of the form field
	Label   string
	Choices []Option
}

// Reset asks for the address to which a link for a new password goes.
type Reset struct {
	Base
	Action string
	Email  string
	Sent   bool
	Mail   bool // false = there is no mail server: whom to ask instead
	Error  string
}
