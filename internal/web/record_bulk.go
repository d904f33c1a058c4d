package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// bulkForm is a change of many records as its forms say it.
type bulkForm struct {
	v      *visit
	t      *schema.Type
	spec   custody.BulkSpec
	fields []page.BulkField
	state  string // address of the list that is meant as a whole; "" for chosen records
	bad    bool
}

// RecordBulk takes the forms of a change of many records: which fields, the
// preview, and the change itself.
func (s *Site) RecordBulk(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t, err := v.typ()
	if err != nil {
		return err
	}
	if !v.may(t, access.VerbChange) {
		return bailiwick.Denied("Your roles do not include this.")
	}
	if err := parseForm(r); err != nil {
		return err
	}
	f := &bulkForm{v: v, t: t, spec: custody.BulkSpec{Type: t.Key}}
	if err := f.read(); err != nil {
		return err
	}
	act := r.PostForm.Get("act")
	switch {
	case len(f.spec.IDs) == 0 && f.spec.Query == nil:
		return v.redirect(listPath(t), "none-chosen")
	case act == "" || act == "form":
		return f.ask("")
	case f.bad:
		return f.ask(v.p.T("bulk.error"))
	case len(f.spec.Fields) == 0:
		return f.ask(v.p.T("bulk.error.none"))
	}
	f.spec.DryRun = act != "run"
	got, err := s.door.Bulk(r.Context(), v.actor, f.spec)
	if faults := faults(err); len(faults) > 0 {
		f.refuse(faults)
		return f.ask(v.p.T("bulk.error"))
	}
	if err != nil {
		return err
	}
	if !f.spec.DryRun {
		return v.redirect(bulkPath(t, got.ID), "")
	}
	return f.preview(&got)
}

// RecordBulkPage shows what a change of many records did.
func (s *Site) RecordBulkPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, t, id, err := s.bulkRun(w, r, c)
	if err != nil {
		return err
	}
	run, err := s.door.BulkRun(r.Context(), v.actor, id)
	if err != nil || run.Type != t.Key {
		return errorOr(err, bailiwick.NotFound())
	}
	m := page.Bulk{Base: v.base(v.p.T("bulk.title")), TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t), State: v.p.T("bulk.done")}
	m.Tiles = v.bulkTiles(&run, "bulk.did")
	switch {
	case run.State == custody.ImportUndone:
		m.State = v.p.T("bulk.undone")
	case run.Changed > 0:
		m.Undo = bulkPath(t, id) + "/undo"
	}
	return v.show("bulk", m)
}

// RecordBulkUndo takes a change of many records back.
func (s *Site) RecordBulkUndo(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, t, id, err := s.bulkRun(w, r, c)
	if err != nil {
		return err
	}
	if run, err := s.door.BulkRun(r.Context(), v.actor, id); err != nil || run.Type != t.Key {
		return errorOr(err, bailiwick.NotFound())
	}
	res, err := s.door.UndoImport(r.Context(), v.actor, id)
	if err != nil {
		return err
	}
	m := page.Bulk{Base: v.base(v.p.T("bulk.title")), TypeLabel: t.Plural.In(v.lang), ListHref: listPath(t), State: v.p.T("bulk.undone")}
	if n := len(res.Left); n > 0 {
		const named = 20
		m.AllBad, m.State = true, v.p.N("imports.left", n, "Refs", strings.Join(res.Left[:min(n, named)], ", "))
		return v.show("bulk", m)
	}
	return v.redirect(bulkPath(t, id), "")
}

func errorOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (s *Site) bulkRun(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, *schema.Type, bailiwick.ImportID, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, nil, bailiwick.ImportID{}, err
	}
	t, err := v.typ()
	if err != nil {
		return nil, nil, bailiwick.ImportID{}, err
	}
	id, err := v.importID()
	return v, t, id, err
}

// read takes what was chosen and what is to be set out of the form.
func (f *bulkForm) read() error {
	form := f.v.r.PostForm
	if form.Get("which") == "all" {
		f.state = form.Get("state")
		in, err := url.ParseQuery(f.state)
		if err != nil || len(f.state) > 4<<10 {
			return bailiwick.Malformed("The form could not be read.")
		}
		in.Del("cols")
		l, err := f.v.readList(f.t, in)
		if err != nil {
			return err
		}
		f.spec.Query = &custody.Query{Text: l.query.Text, Filters: l.query.Filters, Lang: f.v.lang}
	} else {
		for _, s := range form["id"] {
			id, err := bailiwick.ParseID(s)
			if err != nil {
				return bailiwick.NotFound()
			}
			f.spec.IDs = append(f.spec.IDs, bailiwick.RecordID{ID: id})
		}
	}
	f.spec.Fields = map[string]json.RawMessage{}
	for _, fl := range f.t.Fields {
		if !f.v.bulkField(fl) {
			continue
		}
		b := f.v.bulkControl(fl)
		b.Do = form.Get("do." + fl.Key)
		typed := nonEmpty(form["v."+fl.Key])
		b.Value = strings.Join(typed, ", ")
		for i := range b.Options {
			b.Options[i].Selected = slices.Contains(typed, b.Options[i].Value)
		}
		switch b.Do {
		case "clear":
			f.spec.Fields[fl.Key] = json.RawMessage("null")
		case "set":
			val, bad := fl.Kind.FromText(fl, b.Value)
			switch {
			case bad != nil:
				b.Error, f.bad = fieldText(f.v.p, bad.FieldError(fl.Key)), true
			case val.IsEmpty():
				b.Error, f.bad = f.v.p.T("rule.required"), true
			default:
				f.spec.Fields[fl.Key] = json.RawMessage(val)
			}
		default:
			b.Do = ""
		}
		f.fields = append(f.fields, b)
	}
	return nil
}

// bulkField reports whether a field is offered: its control fits one line, and
// the person may fill it in for somebody.
func (v *visit) bulkField(f *schema.Field) bool {
	switch f.Kind.Name() {
	case "record", "subject", "group", "datetime", "score":
		return false
	}
	return !f.Computed() && len(f.Group) == 0 && v.fillsForSomeone(f)
}

// fillsForSomeone reports whether the person may fill in a field for a person
// of some country, or for no one.
func (v *visit) fillsForSomeone(f *schema.Field) bool {
	fills := func(who access.Subject) bool { return v.view.Decide(access.Populate, f.Category, who).Allowed() }
	return fills(access.NoSubject) || fills(access.Of()) ||
		slices.ContainsFunc(bailiwick.Countries(), func(c bailiwick.CountryInfo) bool { return fills(access.Of(c.Code)) })
}

func (v *visit) bulkControl(f *schema.Field) page.BulkField {
	const people = 200
	b := page.BulkField{Key: f.Key, Label: f.Label.In(v.lang), Control: "text"}
	switch f.Kind.Name() {
	case "choice", "boolean", "country":
		b.Control, b.Options = "select", v.options(f)
	case "multichoice":
		b.Control, b.Options = "multiselect", v.options(f)
	case "date":
		b.Control = "date"
	case "longtext":
		b.Control = "textarea"
	case "user":
		b.Control = "select"
		found, err := v.ids.Find(v.r.Context(), v.actor, "", people)
		if err != nil {
			return b // the list is a convenience: an empty one is no error
		}
		for _, p := range found {
			b.Options = append(b.Options, page.Option{Value: p.ID.String(), Label: p.Name.Reveal()})
		}
	}
	return b
}

func (f *bulkForm) refuse(faults []bailiwick.FieldError) {
	for _, e := range faults {
		for i := range f.fields {
			if f.fields[i].Key == e.Field {
				f.fields[i].Error = fieldText(f.v.p, e)
			}
		}
	}
}

// page is what all forms share.
func (f *bulkForm) page() page.Bulk {
	v := f.v
	m := page.Bulk{Base: v.base(v.p.T("bulk.title")), TypeLabel: f.t.Plural.In(v.lang), ListHref: listPath(f.t), Action: listPath(f.t) + "/bulk"}
	if f.spec.Query != nil {
		m.Which = v.p.T("bulk.all")
		m.Hidden = []page.Hidden{{Name: "which", Value: "all"}, {Name: "state", Value: f.state}}
		return m
	}
	m.Which = v.p.N("bulk.chosen", len(f.spec.IDs))
	for _, id := range f.spec.IDs {
		m.Hidden = append(m.Hidden, page.Hidden{Name: "id", Value: id.String()})
	}
	return m
}

// ask shows the form of fields.
func (f *bulkForm) ask(wrong string) error {
	m := f.page()
	m.Fields, m.Error = f.fields, wrong
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusUnprocessableEntity
	}
	return f.v.render.show(f.v.w, f.v.r, status, "bulk", f.v.lang, m)
}

// preview shows what the change would do.
func (f *bulkForm) preview(got *custody.Bulk) error {
	v, m := f.v, f.page()
	for _, b := range f.fields {
		if b.Do == "" {
			continue
		}
		m.Hidden = append(m.Hidden, page.Hidden{Name: "do." + b.Key, Value: b.Do})
		for _, val := range nonEmpty(v.r.PostForm["v."+b.Key]) {
			m.Hidden = append(m.Hidden, page.Hidden{Name: "v." + b.Key, Value: val})
		}
	}
	m.State, m.Tiles = v.p.T("bulk.preview"), v.bulkTiles(got, "bulk.would")
	if got.Changed > 0 {
		m.RunLabel = v.p.N("bulk.run", got.Changed)
	} else {
		m.AllBad, m.State = true, v.p.T("bulk.nothing")
	}
	m.Bad = page.Table{Caption: v.p.T("bulk.refused"), Columns: []page.Column{
		{Label: v.p.T("list.ref")}, {Label: v.p.T("imports.field")}, {Label: v.p.T("imports.bad.rule")}, {Label: v.p.T("rule")}}}
	for _, e := range got.Errors[:min(len(got.Errors), shownErrors)] {
		label := e.Field
		if fl := f.t.Field(e.Field); fl != nil {
			label = fl.Label.In(v.lang)
		}
		m.Bad.Rows = append(m.Bad.Rows, page.Row{Cells: []page.Cell{{Kind: "ref", Text: e.Ref}, {Text: label}, {Kind: "title", Text: fieldText(v.p, e.FieldError)}, {Kind: "ref", Text: e.Rule}}})
	}
	if len(got.Errors) > shownErrors {
		m.BadMore = v.p.T("imports.bad.more", "Count", v.number(shownErrors))
	}
	return v.show("bulk", m)
}

func (v *visit) bulkTiles(b *custody.Bulk, changed string) []page.Tile {
	tiles := []page.Tile{{Label: v.p.T(changed), Value: v.number(b.Changed), Tone: "ok"}, {Label: v.p.T("bulk.same"), Value: v.number(b.Same)},
		{Label: v.p.T("bulk.refused"), Value: v.number(b.Refused)}}
	if b.Refused > 0 {
		tiles[2].Tone = "bad"
	}
	return tiles
}

// bulkPath is the page of a change of many records.
func bulkPath(t *schema.Type, id bailiwick.ImportID) string {
	return "/bulk/" + t.Key + "/" + id.String()
}
