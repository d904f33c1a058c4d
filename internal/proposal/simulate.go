package proposal

import (
	"context"
	"encoding/json"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	kept "bailiwick/internal/store/proposal"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// Simulation is what a revision of a change would do, computed against the
// version that it was made from. Counts are exact, small ones too: it is for
// the people who govern the matrix, and holds no value.
type Simulation struct {
	Revision int64     `json:"revision"` // of the change that was simulated
	Base     int64     `json:"base"`     // version it was compared with
	Made     time.Time `json:"made"`

	// Users are the people whose sight or rights change, by identifier; those
	// whom nothing changes for are only counted.
	Users     []UserEffect `json:"users"`
	Unchanged int          `json:"unchanged"` // users for whom nothing changes
	// Fields sums Users by field.
	Fields []FieldEffect `json:"fields"`
	// Stored counts stored records by type, category and countries, as far as
	// the change concerns them.
	Stored  []StoredEffect `json:"stored"`
	Records int64          `json:"records"` // stored records that were looked at
	Illegal int64          `json:"illegal"` // pairs of record and category that become illegal to hold
	// Sensitive are the fields that the change adds, or gives another category,
	// and that are of other than an ordinary category.
	Sensitive []AddedField `json:"sensitive,omitempty"`
}

// AddedField is a field that there will be.
type AddedField struct {
	Type     string             `json:"type"`
	Field    string             `json:"field"`
	Category bailiwick.Category `json:"category"`
}

// Effect is what happens to somebody's right to a category of people of some
// countries.
type Effect string

// The effects.
const (
	Gains    Effect = "gains"    // may see or do what was withheld
	Loses    Effect = "loses"    // what was allowed is withheld
	Masked   Effect = "masked"   // sees a masked form of what was shown in full
	Unmasked Effect = "unmasked" // sees in full what was masked
)

// UserEffect is what changes for a user.
type UserEffect struct {
	User    bailiwick.UserID    `json:"user"`
	Roles   []bailiwick.Role    `json:"roles"`
	Country bailiwick.Country   `json:"country"`
	Changes []Change            `json:"changes"`
	Gained  []access.Permission `json:"gained,omitempty"` // permissions on the workspace
	Lost    []access.Permission `json:"lost,omitempty"`
}

// Change is one thing that changes for a user: an operation on a category of
// people of some countries.
type Change struct {
	Op        string              `json:"operation"`
	Category  bailiwick.Category  `json:"category"`
	Countries []bailiwick.Country `json:"countries,omitempty"` // of the person
	Every     bool                `json:"every,omitempty"`     // of every known country, which are not listed then
	Unknown   bool                `json:"unknown,omitempty"`   // also of persons of unknown country
	NoOne     bool                `json:"no_one,omitempty"`    // also of what is about no person
	Effect    Effect              `json:"effect"`
}

// FieldEffect counts users by field.
type FieldEffect struct {
	Type     string             `json:"type"`
	Field    string             `json:"field"`
	Category bailiwick.Category `json:"category"`
	Op       string             `json:"operation"`
	Effect   Effect             `json:"effect"`
	Users    int                `json:"users"`
}

// StoredEffect counts stored records that a change concerns.
type StoredEffect struct {
	Type      string              `json:"type"`
	Category  bailiwick.Category  `json:"category"`
	Countries []bailiwick.Country `json:"countries,omitempty"` // of the persons; none = of unknown country
	NoOne     bool                `json:"no_one,omitempty"`    // about no person
	Entity    string              `json:"entity,omitempty"`    // legal entity, where a rule names one
	Records   int64               `json:"records"`
	Gains     int                 `json:"gains"`  // users who come to see these
	Loses     int                 `json:"loses"`  // users who no longer see these
	Masked    int                 `json:"masked"` // users who see only a masked form from now on
	Unmasked  int                 `json:"unmasked"`
	Illegal   bool                `json:"illegal"` // nobody may hold these any more (R14.9)
}

// MaxUsers is for how many users a change is simulated.
const MaxUsers = 20_000

// Simulate computes what the change would do and keeps the result with its
// revision and base. The actor needs PermConfigure; CodeConflict if
// another version than the base is in force.
func (s *Service) Simulate(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64) (Proposal, error) {
	var p Proposal
	var now, next *tenant.Configuration
	var people []user.Row
	err := s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(configurers...); err != nil {
			return err
		}
		if err := s.load(c, id); err != nil {
			return err
		}
		if c.p.Stale || c.p.State == Superseded {
			return tenant.BaseMoved()
		}
		if !c.p.State.Open() {
			return illegal(c.p.State, "There is nothing to simulate.")
		}
		p, now = c.p, c.cfg
		if next, err = s.Tenants.Draft(ctx, tx, p.Document); err != nil {
			return err
		}
		people, err = user.List(ctx, tx, bailiwick.UserID{}, MaxUsers+1)
		return err
	})
	if err != nil {
		return Proposal{}, err
	}
	if revision == 0 {
		revision = p.Revision
	}
	if len(people) > MaxUsers {
		return Proposal{}, &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "There are too many users to simulate a change for."}
	}
	// Outside of any transaction: counting reads every record's header.
	tally, err := s.Door.Tally(ctx, a, next)
	if err != nil {
		return Proposal{}, err
	}
	sim := effects(now, next, people, tally)
	sim.Revision, sim.Base, sim.Made = p.Revision, p.Base, s.Clock.Now()
	return s.act(ctx, a, id, revision, configurers, logformat.ChangeSimulated, func(c *call) (logformat.Entry, error) {
		if c.p.Stale {
			return logformat.Entry{}, tenant.BaseMoved()
		}
		b, err := json.Marshal(sim)
		if err != nil {
			return logformat.Entry{}, err
		}
		c.p.Simulation = sim
		return logformat.Entry{Count: sim.Illegal}, kept.PutSimulation(ctx, c.tx, kept.Simulation{
			Proposal: id.ID, Revision: sim.Revision, Base: sim.Base, Made: micros(sim.Made), User: a.User(), Result: b,
		})
	})
}

func decodeSimulation(r kept.Simulation) (*Simulation, error) {
	var s Simulation
	if err := json.Unmarshal(r.Result, &s); err != nil {
		return nil, err
	}
	return &s, nil
}
