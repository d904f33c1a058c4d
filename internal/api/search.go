package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// SearchAll answers POST /api/v1/search {"text","limit"}: records of every
// type by words or their beginnings, with the titles the caller may see.
func (a *API) SearchAll(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Text  string `json:"text"`
		Limit int    `json:"limit"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	limit, err := boundedLimit(doc.Limit)
	if err != nil {
		return err
	}
	hits, err := a.door.Search(r.Context(), actor, doc.Text, limit, lang(c))
	if err != nil {
		return err
	}
	type hit struct {
		Type  string `json:"type"`
		ID    string `json:"id"`
		Ref   string `json:"ref"`
		Title string `json:"title"`
	}
	out := make([]hit, 0, len(hits))
	for _, h := range hits {
		out = append(out, hit{h.Type.Key, h.ID.String(), h.Ref, h.Title})
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// SuggestTargets answers POST /api/v1/records/{type}/suggest
// {"field","text","limit"}: what a reference field could point to.
func (a *API) SuggestTargets(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	var doc struct {
		Field string `json:"field"`
		Text  string `json:"text"`
		Limit int    `json:"limit"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	limit, err := boundedLimit(doc.Limit)
	if err != nil {
		return err
	}
	links, err := a.door.Suggest(r.Context(), actor, t.Key, doc.Field, doc.Text, limit, lang(c))
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, map[string]any{"items": linkDocuments(links)})
}

type linkDocument struct {
	Kind  string `json:"kind"`
	Type  string `json:"type,omitempty"`
	ID    string `json:"id"`
	Ref   string `json:"ref,omitempty"`
	Title string `json:"title"`
}

func linkDocuments(links []custody.Link) []linkDocument {
	out := make([]linkDocument, 0, len(links))
	for _, l := range links {
		out = append(out, linkDocument{l.Kind, l.Type, l.ID, l.Ref, l.Title})
	}
	return out
}

// boundedLimit reads the limit of a search: 1 to 50, 20 when it is left out.
func boundedLimit(n int) (int, error) {
	if n == 0 {
		return 20, nil
	}
	if n < 1 || n > 50 {
		return 0, bailiwick.Malformed("The limit is a number from 1 to 50.")
	}
	return n, nil
}
