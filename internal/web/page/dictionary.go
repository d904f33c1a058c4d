package page

// Dictionary lists the fields of every record type and how each lies at rest.
type Dictionary struct {
	Base
	Tables []Table
}
