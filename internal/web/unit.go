package web

import (
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// unitID reads an identifier of an organisational unit; zero for what is none.
func unitID(s string) bailiwick.UnitID {
	id, err := bailiwick.ParseID(s)
	if err != nil {
		return bailiwick.UnitID{}
	}
	return bailiwick.UnitID{ID: id}
}

// unitPaths names units with those above them: "Europe / France".
func unitPaths(units []identity.Unit) map[bailiwick.UnitID]string {
	out := make(map[bailiwick.UnitID]string, len(units))
	for _, u := range units { // parents come first
		out[u.ID] = u.Name.Reveal()
		if above := out[u.Parent]; above != "" {
			out[u.ID] = above + " / " + out[u.ID]
		}
	}
	return out
}

// unitOptions are the units to choose from, nil where there are none.
func (v *visit) unitOptions(chosen bailiwick.UnitID) ([]page.Option, error) {
	units, err := v.ids.Units(v.r.Context(), v.actor)
	if err != nil {
		return nil, err
	}
	var out []page.Option
	names := unitPaths(units)
	for _, u := range units {
		out = append(out, page.Option{Value: u.ID.String(), Label: names[u.ID], Selected: u.ID == chosen})
	}
	return out, nil
}

// Units shows the tree of organisational units.
func (s *Site) Units(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.unitsPage(http.StatusOK, "", bailiwick.UnitID{}, nil)
}

func (v *visit) unitsPage(status int, name string, parent bailiwick.UnitID, wrong error) error {
	units, err := v.ids.Units(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	m := page.Units{Base: v.base(v.p.T("units.title")), Name: name, MayAdd: v.view.Manages().All()}
	if m.Parents, err = v.unitOptions(parent); err != nil {
		return err
	}
	m.Table = page.Table{Caption: v.p.T("units.title"), Empty: v.p.T("units.none"), Columns: []page.Column{
		{Label: v.p.T("units.name")}, {Label: v.p.T("units.parent")},
	}}
	names := unitPaths(units)
	for _, u := range units {
		label := strings.Repeat("– ", u.Depth) + u.Name.Reveal()
		m.Table.Rows = append(m.Table.Rows, page.Row{Cells: []page.Cell{
			{Kind: "title", Text: label, Href: "/units/" + u.ID.String()}, {Text: names[u.Parent]},
		}})
	}
	m.Errors = v.unitErrors(wrong)
	return v.render.show(v.w, v.r, status, "units", v.lang, m)
}

func (v *visit) unitErrors(err error) []page.FieldError {
	var out []page.FieldError
	for _, f := range faults(err) {
		key := "fault.unit." + f.Field + "." + f.Rule
		text := fieldText(v.p, f)
		if v.p.Has(key) {
			text = v.p.T(key)
		}
		out = append(out, page.FieldError{Href: "#" + f.Field, Text: text})
	}
	return out
}

// UnitAdd makes a unit.
func (s *Site) UnitAdd(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	name, parent := r.PostForm.Get("name"), unitID(r.PostForm.Get("parent"))
	_, err = s.ids.AddUnit(r.Context(), v.actor, name, parent)
	if len(faults(err)) > 0 {
		return v.unitsPage(http.StatusUnprocessableEntity, name, parent, err)
	}
	if err != nil {
		return err
	}
	return v.redirect("/units", "unit")
}

// unitOf finds the unit that a page is about.
func (s *Site) unitOf(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, identity.Unit, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, identity.Unit{}, err
	}
	units, err := s.ids.Units(r.Context(), v.actor)
	if err != nil {
		return nil, identity.Unit{}, err
	}
	for _, u := range units {
		if u.ID == unitID(r.PathValue("id")) && v.view.Has(access.PermManageUsers) {
			return v, u, nil
		}
	}
	return nil, identity.Unit{}, bailiwick.NotFound()
}

// UnitPage shows one unit.
func (s *Site) UnitPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.unitOf(w, r, c)
	if err != nil {
		return err
	}
	return v.unitPage(http.StatusOK, u, u.Name.Reveal(), u.Parent, nil)
}

func (v *visit) unitPage(status int, u identity.Unit, name string, parent bailiwick.UnitID, wrong error) error {
	m := page.UnitEdit{Base: v.base(u.Name.Reveal()), Name: name, Action: "/units/" + u.ID.String(), Remove: "/units/" + u.ID.String() + "/remove"}
	options, err := v.unitOptions(parent)
	if err != nil {
		return err
	}
	for _, o := range options {
		if o.Value != u.ID.String() {
			m.Parents = append(m.Parents, o)
		}
	}
	m.Errors = v.unitErrors(wrong)
	if bailiwick.ErrorCode(wrong) == bailiwick.CodeTransition {
		m.Error = v.p.T("units.used")
	}
	return v.render.show(v.w, v.r, status, "unit", v.lang, m)
}

// UnitSave renames or moves a unit.
func (s *Site) UnitSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.unitOf(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	name, parent := r.PostForm.Get("name"), unitID(r.PostForm.Get("parent"))
	err = s.ids.ChangeUnit(r.Context(), v.actor, u.ID, identity.UnitChange{Name: &name, Parent: &parent})
	if len(faults(err)) > 0 {
		return v.unitPage(http.StatusUnprocessableEntity, u, name, parent, err)
	}
	if err != nil {
		return err
	}
	return v.redirect("/units", "unit")
}

// UnitRemove removes a unit that is not used.
func (s *Site) UnitRemove(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.unitOf(w, r, c)
	if err != nil {
		return err
	}
	err = s.ids.DropUnit(r.Context(), v.actor, u.ID)
	if bailiwick.ErrorCode(err) == bailiwick.CodeTransition {
		return v.unitPage(http.StatusConflict, u, u.Name.Reveal(), u.Parent, err)
	}
	if err != nil {
		return err
	}
	return v.redirect("/units", "unit")
}

// chosenUnit is the unit that a form of a record names; nil where the form has
// no such choice.
func chosenUnit(r *http.Request) *bailiwick.UnitID {
	if !r.PostForm.Has("unit") {
		return nil
	}
	id := unitID(r.PostForm.Get("unit"))
	return &id
}

// moves reports whether a form puts a record into another unit.
func moves(r *http.Request, rec *custody.Record) bool {
	id := chosenUnit(r)
	return id != nil && *id != rec.Unit
}
