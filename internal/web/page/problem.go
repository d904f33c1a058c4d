package page

// Problem explains an error code.
type Problem struct {
	Base
	Code    string // slug, as in the type of a problem document
	Status  int    // of HTTP
	Meaning string
	Do      string // what to do about it
}
