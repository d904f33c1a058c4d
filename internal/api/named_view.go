package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// filterDocument is one filter of a query.
type filterDocument struct {
	Field  string   `json:"field"`
	Op     string   `json:"op"`
	Values []string `json:"values"`
}

// viewDocument is a named view as JSON.
type viewDocument struct {
	ID      string           `json:"id,omitempty"`
	Type    string           `json:"type,omitempty"`
	Name    string           `json:"name"`
	Mine    bool             `json:"mine,omitempty"`
	Roles   []bailiwick.Role `json:"roles"`
	Version int64            `json:"version,omitempty"`
	Filters []filterDocument `json:"filters"`
	Text    string           `json:"text,omitempty"`
	Sort    string           `json:"sort,omitempty"`
	Desc    bool             `json:"desc,omitempty"`
	Columns []string         `json:"columns"`
}

func viewOf(v custody.NamedView) viewDocument {
	d := viewDocument{ID: v.ID.String(), Type: v.Type, Name: v.Name, Mine: v.Mine, Roles: append([]bailiwick.Role{}, v.Roles...), Version: v.Version,
		Filters: []filterDocument{}, Text: v.Query.Text, Sort: v.Query.Sort, Desc: v.Query.Desc, Columns: append([]string{}, v.Query.Columns...)}
	for _, f := range v.Query.Filters {
		d.Filters = append(d.Filters, filterDocument{Field: f.Field, Op: f.Op, Values: f.Values})
	}
	return d
}

// view takes what a client may say of a view.
func (d *viewDocument) view(typ string) (custody.NamedView, error) {
	if len(d.Filters) > maxFilters || d.ID != "" || d.Type != "" || d.Mine || d.Version != 0 {
		return custody.NamedView{}, bailiwick.Malformed("The body is not a JSON document of the expected form.")
	}
	v := custody.NamedView{Type: typ, Name: d.Name, Roles: d.Roles, Query: custody.Query{Type: typ, Text: d.Text, Sort: d.Sort, Desc: d.Desc, Columns: d.Columns}}
	for _, f := range d.Filters {
		v.Query.Filters = append(v.Query.Filters, custody.Filter{Field: f.Field, Op: f.Op, Values: f.Values})
	}
	return v, nil
}

// ListViews answers GET /api/v1/records/{type}/views.
func (a *API) ListViews(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	all, err := a.door.Views(r.Context(), actor, t.Key)
	if err != nil {
		return err
	}
	out := make([]viewDocument, 0, len(all))
	for _, v := range all {
		out = append(out, viewOf(v))
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// CreateView answers POST /api/v1/records/{type}/views.
func (a *API) CreateView(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	var doc viewDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	v, err := doc.view(t.Key)
	if err != nil {
		return err
	}
	kept, err := a.door.SaveView(r.Context(), actor, v)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", tagOf(kept.Version))
	return write(w, http.StatusCreated, viewOf(kept))
}

// ReplaceView answers PUT /api/v1/views/{type}/{id} with If-Match.
func (a *API) ReplaceView(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	version, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc viewDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	v, err := doc.view(t.Key)
	if err != nil {
		return err
	}
	v.ID, v.Version = id.ID, version
	kept, err := a.door.SaveView(r.Context(), actor, v)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", tagOf(kept.Version))
	return write(w, http.StatusOK, viewOf(kept))
}

// DeleteView answers DELETE /api/v1/views/{type}/{id}.
func (a *API) DeleteView(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	if _, err := a.door.View(r.Context(), actor, t.Key, id.ID); bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		return err
	}
	if err := a.door.DropView(r.Context(), actor, id.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
