package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// RecordSave takes the form of a stored record. Buttons that change the form
// itself (Find, Add, Remove) show it again with everything that was typed.
func (s *Site) RecordSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	read, err := revision(r)
	if err != nil {
		return err
	}
	f := &form{v: v, t: rec.Type, rec: rec, cells: rec.Cells, typed: r.PostForm, fixed: !rec.May.Change}
	if f.fixed {
		return bailiwick.Denied("Your roles do not include this.")
	}
	if acted, err := f.act(r.PostForm.Get("act")); err != nil {
		return err
	} else if acted {
		return v.showRecord(http.StatusOK, f)
	}
	takeTheirs(r.PostForm)
	fields, rows := f.changes()
	switch {
	case len(f.errors) > 0:
		return v.showRecord(http.StatusUnprocessableEntity, f)
	case len(fields) == 0 && !moves(r, rec):
		return v.redirect(recordPath(f.t, rec.ID), "unchanged")
	}
	draft := custody.Draft{Type: f.t.Key, ID: rec.ID, Revision: read, Fields: fields, Unit: chosenUnit(r)}
	_, err = s.door.Save(r.Context(), v.actor, draft)
	switch code := bailiwick.ErrorCode(err); {
	case err == nil:
		return v.redirect(recordPath(f.t, rec.ID), "saved")
	case code == bailiwick.CodeConflict:
		return v.conflict(f, fields)
	case len(faults(err)) > 0:
		f.refuse(faults(err), rows)
		return v.showRecord(code.Status(), f)
	}
	return err
}

// takeTheirs drops from a form the fields for which the conflict page chose
// the present version.
func takeTheirs(in url.Values) {
	for name, values := range in {
		field, ok := strings.CutPrefix(name, "pick.")
		if !ok || !slices.Contains(values, "theirs") {
			continue
		}
		key := strings.TrimPrefix(field, "f.")
		for other := range in {
			if other == field || strings.HasPrefix(other, "g."+key+".") {
				delete(in, other)
			}
		}
	}
}

// conflict shows both versions of every field that was changed here and is
// not the same there. What does not clash is carried along.
func (v *visit) conflict(f *form, fields map[string]json.RawMessage) error {
	rec := f.rec
	path := recordPath(f.t, rec.ID)
	m := page.Conflict{
		Base: v.base(v.p.T("conflict.title")), TypeLabel: f.t.Title.In(v.lang), Ref: rec.Ref, Action: path, RecordURL: path,
		Revision: plain(rec.Revision),
	}
	for i := range f.cells {
		c := &f.cells[i]
		if _, changed := fields[c.Field.Key]; !changed {
			continue
		}
		hidden := f.conflictInputs(c)
		if f.unchangedThere(c) {
			m.Keep = append(m.Keep, hidden...)
			continue
		}
		mine := *c
		mine.Value, mine.Mask = nil, 0
		if raw := fields[c.Field.Key]; string(raw) != "null" {
			mine.Value = append(mine.Value, raw...)
		}
		m.Fields = append(m.Fields, page.ConflictField{
			Label: c.Field.Label.In(v.lang), Name: fieldName(c.Field.Key), Mine: f.mineText(&mine), Theirs: v.text(c), Hidden: hidden,
		})
	}
	return v.render.show(v.w, v.r, bailiwick.CodeConflict.Status(), "conflict", v.lang, m)
}

// unchangedThere reports whether the stored value is still the one that the
// form was made from.
func (f *form) unchangedThere(c *custody.Cell) bool {
	base := f.typed.Get("o." + fieldName(c.Field.Key))
	if len(c.Field.Group) > 0 {
		return base == mark(f.storedRows(c))
	}
	return base == mark(f.shown(c.Field, c.Value))
}

// mineText is what was typed, for reading.
func (f *form) mineText(c *custody.Cell) string {
	switch {
	case len(c.Field.Group) > 0:
		return f.typed.Get(rowCount(c.Field.Key))
	case isReference(c.Field):
		var names []string
		for _, o := range f.picker(c, fieldName(c.Field.Key), nonEmpty(f.typed[fieldName(c.Field.Key)])).Chosen {
			names = append(names, o.Label)
		}
		return strings.Join(names, ", ")
	}
	return f.v.text(c)
}

// conflictInputs is what was typed for a field, as hidden inputs.
func (f *form) conflictInputs(c *custody.Cell) []page.Hidden {
	out := untouched(f.typed, c.Field.Key)
	slices.SortFunc(out, func(a, b page.Hidden) int { return strings.Compare(a.Name, b.Name) })
	return out
}
