package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
)

// unitDocument is an organisational unit as JSON.
type unitDocument struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Parent *string `json:"parent"` // null at the top
}

// unitOf reads the identifier of an organisational unit; empty is none.
func unitOf(s string) (bailiwick.UnitID, error) {
	if s == "" {
		return bailiwick.UnitID{}, nil
	}
	id, err := bailiwick.ParseID(s)
	if err != nil {
		return bailiwick.UnitID{}, bailiwick.Malformed("The organisational unit is not an identifier.")
	}
	return bailiwick.UnitID{ID: id}, nil
}

// ListUnits answers GET /api/v1/units: the organisational units, each before
// those below it.
func (a *API) ListUnits(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	return a.sendUnits(w, r, actor, http.StatusOK)
}

func (a *API) sendUnits(w http.ResponseWriter, r *http.Request, actor bailiwick.Actor, status int) error {
	units, err := a.ids.Units(r.Context(), actor)
	if err != nil {
		return err
	}
	out := make([]unitDocument, 0, len(units))
	for _, u := range units {
		d := unitDocument{ID: u.ID.String(), Name: u.Name.Reveal()}
		if !u.Parent.IsZero() {
			parent := u.Parent.String()
			d.Parent = &parent
		}
		out = append(out, d)
	}
	return write(w, status, map[string]any{"items": out})
}

// AddUnit answers POST /api/v1/units {"name","parent"} with 201 and the units.
func (a *API) AddUnit(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Name   string `json:"name"`
		Parent string `json:"parent"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	parent, err := unitOf(doc.Parent)
	if err != nil {
		return err
	}
	id, err := a.ids.AddUnit(r.Context(), actor, doc.Name, parent)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/units/"+id.String())
	return a.sendUnits(w, r, actor, http.StatusCreated)
}

// ChangeUnit answers PATCH /api/v1/units/{id} {"name","parent"} with the
// units. Absent members keep what they hold; an empty parent is the top.
func (a *API) ChangeUnit(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := unitPath(r, c)
	if err != nil {
		return err
	}
	var doc struct {
		Name   given[string] `json:"name"`
		Parent given[string] `json:"parent"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	ch := identity.UnitChange{Name: doc.Name.value}
	if doc.Parent.value != nil {
		parent, err := unitOf(*doc.Parent.value)
		if err != nil {
			return err
		}
		ch.Parent = &parent
	}
	if err := a.ids.ChangeUnit(r.Context(), actor, id, ch); err != nil {
		return err
	}
	return a.sendUnits(w, r, actor, http.StatusOK)
}

// DropUnit answers DELETE /api/v1/units/{id} with 204; 409 while it is used.
func (a *API) DropUnit(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := unitPath(r, c)
	if err != nil {
		return err
	}
	if err := a.ids.DropUnit(r.Context(), actor, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func unitPath(r *http.Request, c identity.Caller) (bailiwick.Actor, bailiwick.UnitID, error) {
	actor, err := c.Must()
	if err != nil {
		return bailiwick.Actor{}, bailiwick.UnitID{}, err
	}
	id, err := recordID(r)
	return actor, bailiwick.UnitID(id), err
}

// draftUnit reads the unit of a record that is written; nil keeps what it is.
func draftUnit(s *string) (*bailiwick.UnitID, error) {
	if s == nil {
		return nil, nil
	}
	id, err := unitOf(*s)
	return &id, err
}
