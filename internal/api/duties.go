package api

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// quarantineKey is how a line of the quarantine is named in JSON.
type quarantineKey struct {
	Type     string             `json:"type"`
	Category bailiwick.Category `json:"category"`
	Set      int64              `json:"set"`
}

func (k quarantineKey) key() custody.QuarantineKey {
	return custody.QuarantineKey{Type: k.Type, Category: k.Category, Set: k.Set}
}

// Quarantine answers GET /api/v1/quarantine.
func (a *API) Quarantine(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	lines, kept, err := a.door.Quarantine(r.Context(), actor)
	if err != nil {
		return err
	}
	type ref struct {
		ID  string `json:"id"`
		Ref string `json:"ref"`
	}
	type line struct {
		quarantineKey
		Countries []bailiwick.Country `json:"countries"`
		Rule      string              `json:"rule"`
		Count     int64               `json:"count"`
		Records   []ref               `json:"records"`
		Since     time.Time           `json:"since"`
		Due       time.Time           `json:"due_at"`
		Kept      bool                `json:"kept"`
	}
	type decision struct {
		ID string `json:"id"`
		quarantineKey
		Countries []bailiwick.Country `json:"countries"`
		User      string              `json:"user"`
		Created   time.Time           `json:"created_at"`
		Ends      time.Time           `json:"until"`
		Reference string              `json:"reference"`
		Reason    string              `json:"reason"`
	}
	items, decisions := make([]line, 0, len(lines)), make([]decision, 0, len(kept))
	for _, l := range lines {
		one := line{quarantineKey{l.Type, l.Category, l.Set}, countries(l.Countries), l.Rule, l.Count, []ref{}, l.Since, l.Due, l.Kept}
		for _, x := range l.Refs {
			one.Records = append(one.Records, ref{x.ID.String(), x.Ref})
		}
		items = append(items, one)
	}
	for _, e := range kept {
		decisions = append(decisions, decision{e.ID.String(), quarantineKey{e.Type, e.Category, e.Set}, countries(e.Countries), e.User.String(), e.Created, e.Ends, e.Reference, e.Reason})
	}
	return write(w, http.StatusOK, map[string]any{"items": items, "decisions": decisions})
}

// countries is a list that is never null.
func countries(list []bailiwick.Country) []bailiwick.Country {
	if list == nil {
		return []bailiwick.Country{}
	}
	return list
}

// QuarantineErase answers POST /api/v1/quarantine/erase.
func (a *API) QuarantineErase(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc quarantineKey
	if err := decode(r, &doc); err != nil {
		return err
	}
	n, err := a.door.EraseQuarantine(r.Context(), actor, doc.key())
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, map[string]any{"records": n})
}

// QuarantineJustify answers POST /api/v1/quarantine/justify.
func (a *API) QuarantineJustify(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		quarantineKey
		Reference string    `json:"reference"`
		Reason    string    `json:"reason"`
		Until     time.Time `json:"until"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if err := a.door.JustifyQuarantine(r.Context(), actor, doc.key(), doc.Reference, doc.Reason, doc.Until); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// QuarantineEnd answers DELETE /api/v1/quarantine/decisions/{id}.
func (a *API) QuarantineEnd(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	if err := a.door.EndQuarantineException(r.Context(), actor, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Bases answers GET /api/v1/bases.
func (a *API) Bases(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	lines, err := a.door.Bases(r.Context(), actor)
	if err != nil {
		return err
	}
	cfg, err := a.workspace.Configuration(r.Context(), actor.Tenant())
	if err != nil {
		return err
	}
	type doc struct {
		Application string             `json:"application"`
		Entity      string             `json:"entity"`
		Category    bailiwick.Category `json:"category"`
		Fields      []string           `json:"fields"`
		Recorded    *time.Time         `json:"recorded_at"`
		Responsible string             `json:"responsible"`
		Basis       string             `json:"basis"`
		Notice      string             `json:"notice"`
	}
	out := make([]doc, 0, len(lines))
	for _, l := range lines {
		e, _ := cfg.Entity(l.Entity)
		out = append(out, doc{l.Pack, e.Key, l.Category, l.Fields, optional(l.Recorded), l.Note.Responsible, l.Note.Basis, l.Note.Notice})
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// RecordBasis answers POST /api/v1/bases.
func (a *API) RecordBasis(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Application string             `json:"application"`
		Entity      string             `json:"entity"`
		Category    bailiwick.Category `json:"category"`
		Responsible string             `json:"responsible"`
		Basis       string             `json:"basis"`
		Notice      string             `json:"notice"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	cfg, err := a.workspace.Configuration(r.Context(), actor.Tenant())
	if err != nil {
		return err
	}
	e, _ := cfg.EntityByKey(doc.Entity)
	key := custody.BasisKey{Pack: doc.Application, Entity: e.ID, Category: doc.Category}
	note := custody.BasisNote{Responsible: doc.Responsible, Basis: doc.Basis, Notice: doc.Notice}
	if err := a.door.RecordBasis(r.Context(), actor, key, note); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
