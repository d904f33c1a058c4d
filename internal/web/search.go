package web

import (
	"net/http"

	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// SearchPage is the empty search.
func (s *Site) SearchPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.show("search", page.Search{Base: v.base(v.p.T("search.title"))})
}

// Search looks through all applications. What is searched for may be a name,
// so it comes in the body of a form and is in no address.
func (s *Site) Search(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	m := page.Search{Base: v.base(v.p.T("search.title")), Query: cut(r.PostForm.Get("q"), 200)}
	if m.Query == "" {
		return v.show("search", m)
	}
	hits, err := s.door.Search(r.Context(), v.actor, m.Query, custody.MaxHits, v.lang)
	if err != nil {
		return err
	}
	m.Done, m.Count, m.More = true, v.p.N("search.count", len(hits)), len(hits) == custody.MaxHits
	for _, h := range hits {
		label := h.Type.Plural.In(v.lang)
		if n := len(m.Groups); n == 0 || m.Groups[n-1].Label != label {
			m.Groups = append(m.Groups, page.HitGroup{Label: label})
		}
		g := &m.Groups[len(m.Groups)-1]
		g.Hits = append(g.Hits, page.Hit{Ref: h.Ref, Title: h.Title, Href: recordPath(h.Type, h.ID)})
	}
	return v.show("search", m)
}
