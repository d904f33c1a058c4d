package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// RecordHistory shows what a record was and became, as far as its reader may
// see it.
func (s *Site) RecordHistory(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	changes, err := s.door.History(r.Context(), v.actor, rec.Type.Key, rec.ID, v.lang)
	if err != nil {
		return err
	}
	m := page.History{
		Base: v.base(v.p.T("history.title") + " " + rec.Ref), TypeLabel: rec.Type.Plural.In(v.lang), ListHref: listPath(rec.Type),
		Ref: rec.Ref, Record: recordPath(rec.Type, rec.ID),
	}
	names := v.actors(changes)
	for _, ch := range changes {
		m.Withheld = m.Withheld || ch.Withheld > 0
		line := page.Change{
			Time: stamp(ch.Time), When: v.dateTime(ch.Time), Who: names[ch.User], What: v.p.T("history.kind." + ch.Kind), Number: v.p.Number(ch.Revision),
		}
		for _, f := range ch.Fields {
			line.Fields = append(line.Fields, page.ChangeField{
				Label: f.Field.Label.In(v.lang), Old: cut(f.OldText, longCell), New: cut(f.NewText, longCell),
			})
		}
		m.Changes = append(m.Changes, line)
	}
	return v.show("history", m)
}

// actors resolves who made the changes.
func (v *visit) actors(changes []custody.Change) map[bailiwick.UserID]string {
	var ids []bailiwick.UserID
	for _, ch := range changes {
		if !ch.User.IsZero() {
			ids = append(ids, ch.User)
		}
	}
	return v.ids.Names(v.r.Context(), v.actor, ids)
}
