package web

import (
	"net/http"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// RecordNew shows the form of a new record. Of a type whose records are people
// it asks for the country first, because what may be filled in depends on it.
func (s *Site) RecordNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, t, err := s.creating(w, r, c)
	if err != nil {
		return err
	}
	code := r.URL.Query().Get("country")
	if t.Self && len(t.CountryFields) > 0 {
		if _, err := bailiwick.ParseCountry(code); err != nil {
			return v.askCountry(t)
		}
	}
	f, err := v.newForm(t, code)
	if err != nil {
		return err
	}
	if len(t.CountryFields) > 0 && code != "" {
		for i := range f.cells {
			if f.cells[i].Field.Key == t.CountryFields[0] {
				f.cells[i].Value, _ = f.cells[i].Field.Kind.FromText(f.cells[i].Field, code)
			}
		}
	}
	return v.showNew(http.StatusOK, f, code)
}

func (s *Site) creating(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, *schema.Type, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, nil, err
	}
	t := v.cfg.Type(r.PathValue("type"))
	if t == nil {
		return nil, nil, bailiwick.NotFound()
	}
	if !v.may(t, access.VerbCreate) {
		return nil, nil, bailiwick.Denied("Your roles do not include this.")
	}
	return v, t, nil
}

func (v *visit) askCountry(t *schema.Type) error {
	m := page.Country{
		Base: v.base(v.p.T("list.new", "Type", t.Title.In(v.lang))), TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t),
		Action: listPath(t) + "/new", Label: t.Field(t.CountryFields[0]).Label.In(v.lang),
		Options: countryOptions(v.p, v.actor.Country()),
	}
	return v.show("country", m)
}

// newForm is an empty form about a person of a country, or about nobody.
func (v *visit) newForm(t *schema.Type, code string) (*form, error) {
	f := &form{v: v, t: t}
	var countries []bailiwick.Country
	if country, err := bailiwick.ParseCountry(code); err == nil {
		countries, f.where = append(countries, country), "&country="+code
	}
	var err error
	f.cells, err = v.door.Form(v.r.Context(), v.actor, t.Key, countries, v.lang)
	return f, err
}

// RecordCreate takes the form of a new record.
func (s *Site) RecordCreate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, t, err := s.creating(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	code := r.PostForm.Get("country")
	f, err := v.newForm(t, code)
	if err != nil {
		return err
	}
	f.typed = r.PostForm
	if acted, err := f.act(r.PostForm.Get("act")); err != nil {
		return err
	} else if acted {
		return v.showNew(http.StatusOK, f, code)
	}
	fields, rows := f.changes()
	if len(f.errors) > 0 {
		return v.showNew(http.StatusUnprocessableEntity, f, code)
	}
	draft := custody.Draft{
		Type: t.Key, Fields: fields, Entity: entityID(r.PostForm.Get("entity")), Key: idempotencyKey(r.PostForm.Get("key")),
	}
	draft.Unit = chosenUnit(r)
	rec, err := s.door.Save(r.Context(), v.actor, draft)
	switch {
	case err == nil:
		return v.redirect(recordPath(t, rec.ID), "created")
	case len(faults(err)) > 0:
		f.refuse(faults(err), rows)
		return v.showNew(bailiwick.ErrorCode(err).Status(), f, code)
	}
	return err
}

// idempotencyKey reads the key that a form of this site carries, so that a
// form sent twice makes one record; anything else counts as none.
func idempotencyKey(s string) string {
	if _, err := bailiwick.ParseID(s); err != nil {
		return ""
	}
	return s
}

// entityFor is the legal entity that a new record is likely to belong to: one
// with its seat in the person's country, else that of whoever writes it.
func (v *visit) entityFor(country string) bailiwick.EntityID {
	own, _ := v.cfg.Entity(v.actor.Entity())
	if country == "" || string(own.Seat) == country {
		return v.actor.Entity()
	}
	for _, e := range v.cfg.Entities {
		if string(e.Seat) == country {
			return e.ID
		}
	}
	return v.actor.Entity()
}

// aboutPeople reports whether a field of the type is about a person, so that
// the person's country matters.
func (v *visit) aboutPeople(t *schema.Type) bool {
	return slices.ContainsFunc(t.All(), func(f *schema.Field) bool { return v.ofSubject(f.Category) })
}

// showNew prints the form of a new record.
func (v *visit) showNew(status int, f *form, country string) error {
	t := f.t
	fields := f.fields()
	title := v.p.T("list.new", "Type", t.Title.In(v.lang))
	m := page.Record{
		Base: v.base(title), TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t), Heading: title, Action: listPath(t) + "/new",
		New: true, CanSave: true, Fields: fields, Errors: f.summary(fields),
		Entities: entityOptions(v.cfg.Entities, v.entityFor(country).String()), AboutPeople: v.aboutPeople(t),
		Hidden: []page.Hidden{{Name: "country", Value: country}},
	}
	m.Form = true
	unit := v.actor.Unit()
	if f.typed.Has("unit") {
		unit = unitID(f.typed.Get("unit"))
	}
	var err error
	if m.Units, err = v.unitOptions(unit); err != nil {
		return err
	}
	if chosen := f.typed.Get("entity"); chosen != "" {
		m.Entities = entityOptions(v.cfg.Entities, chosen)
	}
	key := idempotencyKey(f.typed.Get("key"))
	if key == "" || len(f.errors) > 0 { // a refused form is another request
		id, err := bailiwick.NewID(v.clock.Now(), nil)
		if err != nil {
			return err
		}
		key = id.String()
	}
	m.Hidden = append(m.Hidden, page.Hidden{Name: "key", Value: key})
	return v.render.show(v.w, v.r, status, "record", v.lang, m)
}
