package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/identity"
)

// Suggest answers a picker with targets, as JSON. What was typed comes in the
// body, so that no name gets into an address.
func (s *Site) Suggest(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	t := v.cfg.Type(r.PathValue("type"))
	if t == nil {
		return bailiwick.NotFound()
	}
	fl := t.Field(r.PathValue("field"))
	if fl == nil || !isReference(fl) {
		return bailiwick.NotFound()
	}
	found, err := v.suggest(t, fl, strings.TrimSpace(r.PostForm.Get("text")))
	if err != nil {
		return err
	}
	return writeSuggestions(w, found)
}

// suggestion is one target as form.js reads it.
type suggestion struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func writeSuggestions(w http.ResponseWriter, found suggestions) error {
	out := struct {
		Items []suggestion `json:"items"`
		More  bool         `json:"more"`
	}{Items: make([]suggestion, 0, len(found.items)), More: found.more}
	for _, o := range found.items {
		out.Items = append(out.Items, suggestion{ID: o.Value, Title: o.Label})
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // the reader may be gone; there is nobody left to tell
	return nil
}
