package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// userDocument is a user as JSON, for whoever manages users.
type userDocument struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	Email         string            `json:"email"`
	Roles         []bailiwick.Role  `json:"roles"`
	Country       bailiwick.Country `json:"country"` // "" = not known
	CountrySource string            `json:"country_source"`
	// Declared is a country that waits for a second person (R8.6); it is told
	// where one user is asked for.
	Declared *declaredCountry `json:"declared,omitempty"`
	Entity   string           `json:"entity"`
	Unit     string           `json:"unit,omitempty"`
	State    string           `json:"state"` // active, invited or disabled
	Created  time.Time        `json:"created_at"`
	Disabled *time.Time       `json:"disabled_at,omitempty"`
}

// declaredCountry is what somebody stated and nobody has confirmed yet.
type declaredCountry struct {
	Country bailiwick.Country `json:"country"` // "" = not known
	By      string            `json:"by"`
	At      time.Time         `json:"at"`
}

func userOf(u identity.User) userDocument {
	d := userDocument{
		ID: u.ID.String(), Name: u.Name.Reveal(), Email: u.Email.Reveal(), Roles: u.Roles, Country: u.Country,
		CountrySource: u.CountrySource, Entity: u.Entity.String(), State: "active", Created: u.Created,
	}
	if !u.Unit.IsZero() {
		d.Unit = u.Unit.String()
	}
	if d.Roles == nil {
		d.Roles = []bailiwick.Role{}
	}
	switch {
	case !u.Disabled.IsZero():
		d.State, d.Disabled = "disabled", &u.Disabled
	case !u.HasPassword:
		d.State = "invited"
	}
	return d
}

// given is a member that may be absent but not null: a user has nothing that
// null could clear, and null taken for absent would hide a mistake.
type given[T any] struct{ value *T }

// UnmarshalJSON reads a member that is there; it refuses null.
func (g *given[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return errNull
	}
	g.value = new(T)
	return json.Unmarshal(b, g.value)
}

// errNull says only that the form is wrong; decode turns it into a problem.
var errNull = errors.New("a member is null")

// entityOf reads the identifier of a legal entity; empty is the only one of
// the workspace.
func entityOf(s string) (bailiwick.EntityID, error) {
	if s == "" {
		return bailiwick.EntityID{}, nil
	}
	id, err := bailiwick.ParseID(s)
	if err != nil {
		return bailiwick.EntityID{}, bailiwick.Malformed("The legal entity is not an identifier.")
	}
	return bailiwick.EntityID{ID: id}, nil
}

// userPath returns the actor and the user that the address names.
func userPath(r *http.Request, c identity.Caller) (bailiwick.Actor, bailiwick.UserID, error) {
	actor, err := c.Must()
	if err != nil {
		return bailiwick.Actor{}, bailiwick.UserID{}, err
	}
	id, err := recordID(r)
	return actor, bailiwick.UserID(id), err
}

// sendUser answers with a user as it is now.
func (a *API) sendUser(w http.ResponseWriter, r *http.Request, actor bailiwick.Actor, id bailiwick.UserID) error {
	u, err := a.ids.GetUser(r.Context(), actor, id)
	if err != nil {
		return err
	}
	doc := userOf(u)
	d, ok, err := a.ids.DeclaredCountry(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if ok {
		doc.Declared = &declaredCountry{Country: d.Country, By: d.By.String(), At: d.Declared}
	}
	return write(w, http.StatusOK, doc)
}
