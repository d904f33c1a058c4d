package page

// Base is the part that all pages share; every page struct embeds it.
type Base struct {
	Title  string // of the browser tab; never a value of a field
	Lang   string // en, de or fr
	Theme  string // "light", "dark" or empty for the system's
	Tenant string // name of the workspace; empty on the public host
	Me     *Me    // who is signed in; nil on public pages
	Nav    []NavGroup
	Path   string // path of this page, for the way back after a preference changes
	Notice *Notice
	Unread int    // lines of the inbox that were not read
	Form   bool   // whether the page carries a record form (loads form.js)
	Script string // another module of package static that the page loads
}

// Me is the signed-in person.
type Me struct {
	Name     string
	Initials string
	Email    string
	Country  string
	Source   string // where the country is known from
	Roles    string
}

// NavGroup is a headed group of the side navigation.
type NavGroup struct {
	Title string
	Items []NavItem
}

// NavItem is one link of the navigation.
type NavItem struct {
	Label   string
	Href    string
	Current bool
}

// Notice is a line at the top of a page. Tone is "ok", "warn", "bad" or "info".
type Notice struct {
	Tone string
	Text string
}

// Link is a labelled address.
type Link struct {
	Label   string
	Href    string
	Current bool
}

// Option is one choice of a select, a radio group or a list of check boxes.
type Option struct {
	Value    string
	Label    string
	Selected bool
}

// Chip shows the category of a field. Flag is the sensitivity ("ordinary",
// "special", ...).
type Chip struct {
	Label string
	Flag  string
}

// Withheld is the locked cell: why a value is not shown. Href leads to the
// page that explains it in full.
type Withheld struct {
	Reason string
	Rule   string
	Href   string
	Label  string // of the field, for screen readers
}
