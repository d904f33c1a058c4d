package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
)

// foreseen is the answer of a report as JSON.
type foreseen struct {
	Outcome string   `json:"outcome"`
	Mask    string   `json:"mask,omitempty"`
	Rule    string   `json:"rule,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Scopes  []string `json:"scopes"`
}

func foreseenOf(f custody.Foresight) foreseen {
	out := foreseen{Outcome: f.Outcome, Rule: f.Rule, Reason: f.Reason, Scopes: []string{}}
	if f.Mask != access.MaskNone {
		out.Mask = f.Mask.String()
	}
	for _, s := range f.Scopes.List() {
		out.Scopes = append(out.Scopes, s.String())
	}
	return out
}

// reportAsked reads what a report is about: countries of the person and the
// legal entity, which is the first one unless another is named.
func (a *API) reportAsked(r *http.Request, c identity.Caller) (bailiwick.Actor, *tenant.Configuration, []bailiwick.Country, string, error) {
	actor, err := c.Must()
	if err != nil {
		return actor, nil, nil, "", err
	}
	cfg, err := a.workspace.Configuration(r.Context(), actor.Tenant())
	if err != nil {
		return actor, nil, nil, "", err
	}
	var countries []bailiwick.Country
	for _, code := range r.URL.Query()["country"] {
		country, err := bailiwick.ParseCountry(code)
		if err != nil {
			return actor, nil, nil, "", err
		}
		countries = append(countries, country)
	}
	entity := r.URL.Query().Get("entity")
	if entity == "" && len(cfg.Entities) > 0 {
		entity = cfg.Entities[0].Key
	}
	if _, ok := cfg.EntityByKey(entity); !ok || len(countries) > 7 {
		return actor, nil, nil, "", bailiwick.Malformed("There is no such legal entity, or there are too many countries.")
	}
	return actor, cfg, countries, entity, nil
}

// ReportField answers GET /api/v1/reports/field: who can see a field of a
// type, by roles and country of the viewer.
func (a *API) ReportField(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, cfg, countries, entity, err := a.reportAsked(r, c)
	if err != nil {
		return err
	}
	forecast, ok := custody.NewForecast(cfg, r.URL.Query().Get("type"))
	if !ok {
		return bailiwick.NotFound()
	}
	groups, limited, err := a.ids.Groups(r.Context(), actor)
	if err != nil {
		return err
	}
	type line struct {
		Roles   []bailiwick.Role  `json:"roles"`
		Country bailiwick.Country `json:"country"`
		Users   []string          `json:"users"`
		foreseen
	}
	out := make([]line, 0, len(groups))
	for _, g := range groups {
		f, ok := forecast.Of(access.Viewer{Roles: g.Roles, Country: g.Country}, r.URL.Query().Get("field"), countries, entity, c.Lang)
		if !ok {
			return bailiwick.NotFound()
		}
		l := line{Roles: g.Roles, Country: g.Country, foreseen: foreseenOf(f)}
		for _, u := range g.Users {
			l.Users = append(l.Users, u.ID.String())
		}
		out = append(out, l)
	}
	return write(w, http.StatusOK, map[string]any{"items": out, "limited": limited})
}

// ReportUser answers GET /api/v1/reports/user: what a user can see of every
// type.
func (a *API) ReportUser(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, cfg, countries, entity, err := a.reportAsked(r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.URL.Query().Get("user"))
	if err != nil {
		return bailiwick.NotFound()
	}
	groups, _, err := a.ids.Groups(r.Context(), actor)
	if err != nil {
		return err
	}
	type line struct {
		Type  string `json:"type"`
		Field string `json:"field"`
		foreseen
	}
	for _, g := range groups {
		for _, u := range g.Users {
			if u.ID.ID != id {
				continue
			}
			out := []line{}
			forEachField(cfg, func(t *schema.Type, f *schema.Field, forecast *custody.Forecast) {
				x, _ := forecast.Of(access.Viewer{Roles: g.Roles, Country: g.Country}, f.Path(), countries, entity, c.Lang)
				out = append(out, line{t.Key, f.Path(), foreseenOf(x)})
			})
			return write(w, http.StatusOK, map[string]any{"items": out})
		}
	}
	return bailiwick.NotFound()
}

// forEachField visits every field of every type, in the order of the packs.
func forEachField(cfg *tenant.Configuration, f func(*schema.Type, *schema.Field, *custody.Forecast)) {
	for _, p := range cfg.Packs {
		for _, t := range p.Types {
			forecast, ok := custody.NewForecast(cfg, t.Key)
			if !ok {
				continue
			}
			for _, fl := range t.Fields {
				f(t, fl, forecast)
			}
		}
	}
}
