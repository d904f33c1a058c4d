package tenant

import (
	"time"

	"bailiwick"
)

// State says how far a tenant is.
type State string

// The states. Only Active tenants are found by host.
const (
	Preparing State = "preparing" // being made, or left half made by an interruption
	Active    State = "active"
)

// Limits on what is typed when a tenant is made or configured.
const (
	MaxName     = 200 // runes of a tenant's or entity's name
	MaxEntities = 500 // legal entities of one tenant
)

// Tenant is a customer's isolated space, as the directory knows it.
type Tenant struct {
	ID      bailiwick.TenantID
	Slug    string // the label before the base domain
	Name    string // the customer's name, for people
	State   State
	Region  string // where the customer asked to be hosted, or empty
	Cell    string // cell of the installation that holds its data, or empty for the only one
	Created time.Time
}

// Spec is what a tenant is made from.
type Spec struct {
	Slug     string
	Name     string
	Packs    []string // keys of the shipped packs to switch on; nil = all
	Rules    []byte   // rules and roles as YAML; empty = product defaults and shipped roles
	Entities []Entity // at least one is needed; identifiers may be left zero
	Settings Settings // zero fields take the defaults of DefaultSettings
	Region   string
	Cell     string

	Agreements []Agreement // recorded from the start
}
