package page

// Security is the page on which people set up how they sign in.
type Security struct {
	Base
	HasPassword bool
	Error       string
	Factors     []FactorLine
	TOTP        bool // whether one-time codes are on
	Recovery    string
	MayRecover  bool
	Enrol       *Enrol
	Codes       []string // recovery codes, shown once
}

// FactorLine is one code generator or passkey; its secret is never among its
// parts.
type FactorLine struct {
	ID      string
	Kind    string
	Name    string
	Created string
	Used    string
}

// Enrol is the key of one-time codes, shown once.
type Enrol struct {
	Challenge string
	Key       string
	Size      int    // of the picture, in squares
	Path      string // the dark squares, as an SVG path
	Error     string
}

// Second asks for the second factor of a sign-in.
type Second struct {
	Base
	Challenge string
	Next      string
	Error     string
}
