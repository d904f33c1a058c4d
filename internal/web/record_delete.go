package web

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// RecordDeletePage asks before a record moves to "Deleted".
func (s *Site) RecordDeletePage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, rec, err := s.recordOf(w, r, c)
	if err != nil {
		return err
	}
	if !rec.May.Delete || !rec.Deleted.IsZero() {
		return bailiwick.Denied("Your roles do not include this.")
	}
	path := recordPath(rec.Type, rec.ID)
	return v.show("delete", page.Delete{
		Base: v.base(v.p.T("delete.title")), TypeLabel: rec.Type.Title.In(v.lang), Ref: rec.Ref,
		Action: path + "/delete", BackHref: path, Revision: plain(rec.Revision),
	})
}

// RecordDelete moves a record to "Deleted".
func (s *Site) RecordDelete(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	t := v.cfg.Type(r.PathValue("type"))
	id, err := v.recordID()
	if err != nil || t == nil {
		return bailiwick.NotFound()
	}
	read, err := revision(r)
	if err != nil {
		return err
	}
	if err := s.door.Delete(r.Context(), v.actor, t.Key, id, read); err != nil {
		return err
	}
	return v.redirect(listPath(t), "deleted")
}

// RecordRestore takes a record back from "Deleted".
func (s *Site) RecordRestore(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	t := v.cfg.Type(r.PathValue("type"))
	id, err := v.recordID()
	if err != nil || t == nil {
		return bailiwick.NotFound()
	}
	if _, err := s.door.Restore(r.Context(), v.actor, t.Key, id); err != nil {
		return err
	}
	return v.redirect(recordPath(t, id), "restored")
}
