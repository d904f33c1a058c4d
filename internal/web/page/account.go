package page

// Landing is the page of the public host: it names no workspace.
type Landing struct{ Base }

// Policy is the place of the published privacy policy.
type Policy struct{ Base }

// SignIn asks for address and password.
type SignIn struct {
	Base
	Email  string
	Next   string
	Error  string
	Action string
}

// Redeem is the landing of a one-time link; only the button redeems it, so
// that mail scanners which follow links do not.
type Redeem struct {
	Base
	Action string
}

// SetPassword lets somebody choose a password.
type SetPassword struct {
	Base
	Action    string
	Error     string
	First     bool // the first person of a workspace, who also says who they are
	Name      string
	Email     string
	Countries []Option
	Entities  []Option
}

// Account is the page of the signed-in person.
type Account struct {
	Base
	Profile   []Line
	Sessions  []SessionLine
	Languages []Option
	Themes    []Option
	Tokens    []TokenLine
	NewToken  string // shown once
	Scopes    []Option
	Expiries  []Option
	Error     string
	MayToken  bool

	HasPassword bool // whether the present one is asked for before it is changed
}

// SessionLine is one signed-in session.
type SessionLine struct {
	Text    string
	Started string
	Seen    string
	Current bool
}

// TokenLine is one API token; the secret is never among its parts.
type TokenLine struct {
	ID      string
	Name    string
	Scopes  string
	Created string
	Expires string
}

// Users lists the people who may sign in.
type Users struct {
	Base
	Table     Table
	InviteURL string
	NextHref  string
	FirstHref string
}

// UserEdit is the page of one user, new or stored.
type UserEdit struct {
	Base
	New       bool
	Name      string
	Email     string
	Roles     []Option
	Countries []Option
	Entities  []Option
	Units     []Option
	Action    string
	Link      string // invitation link, shown once
	Error     string
	Errors    []FieldError
	Disabled  bool
	Disable   string // address of disable, or empty
	Relink    string // address that makes a new password link, or empty
	Factors   string // address that takes codes and passkeys away, or empty
	Declared  *DeclaredCountry
}

// DeclaredCountry is a country that waits for a second person.
type DeclaredCountry struct {
	Text    string
	Action  string
	Country string
	Mine    bool   // whether the reader may only refuse it
	Wait    string // who can confirm it, or what to do where nobody can
}

// Error is the page of a refusal.
type Error struct {
	Base
	Status   string
	Heading  string
	Text     string
	Fields   []FieldError
	Request  string // id of the request, for support
	BackHref string
	Plain    bool // without navigation
}
