package api

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
)

// ruleDocument is a rule of the matrix as JSON.
// What is left out does not narrow the rule.
type ruleDocument struct {
	ID        string              `json:"id"`
	Operation string              `json:"operation"`
	Category  bailiwick.Category  `json:"category"`
	Subject   countryDocument     `json:"subject"`
	Viewer    countryDocument     `json:"viewer"`
	Roles     []bailiwick.Role    `json:"roles,omitempty"`
	Purposes  []bailiwick.Purpose `json:"purposes,omitempty"`
	Effect    string              `json:"effect"`
	Mask      string              `json:"mask,omitempty"`
	Require   string              `json:"require,omitempty"`
	Condition *conditionDocument  `json:"condition,omitempty"`
	Entities  []string            `json:"entities,omitempty"`
	Regions   []string            `json:"regions,omitempty"`
	From      *time.Time          `json:"from,omitempty"`
	Until     *time.Time          `json:"until,omitempty"`
	Note      string              `json:"note,omitempty"`
	Cite      string              `json:"cite,omitempty"`
	Author    string              `json:"author,omitempty"`
}

// conditionDocument is the condition of a require rule as it is judged.
type conditionDocument struct {
	Kind      access.ConditionKind `json:"kind"`
	Agreement string               `json:"agreement,omitempty"`
	K         int                  `json:"k,omitempty"`
}

type countryDocument struct {
	In    []string `json:"in,omitempty"`
	NotIn []string `json:"not_in,omitempty"`
}

// categoryDocument says what holds of a category where no rule decides.
type categoryDocument struct {
	Key       bailiwick.Category `json:"key"`
	Parent    bailiwick.Category `json:"parent,omitempty"`
	Title     string             `json:"title"`
	OfSubject bool               `json:"of_subject"`
	Populate  bool               `json:"populate_default"`
	Access    bool               `json:"access_default"`
}

// GetMatrix answers GET /api/v1/matrix: the rules of the configuration in
// force, and what holds without them. It is for those who answer for the
// rules, as the page is.
func (a *API) GetMatrix(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	conf, err := a.workspace.Configuration(r.Context(), actor.Tenant())
	if err != nil {
		return err
	}
	v := conf.Matrix.View(actor)
	if !v.Has(access.PermPrivacy) && !v.Has(access.PermConfigure) && !v.Has(access.PermAudit) {
		return bailiwick.Denied("Your roles do not include this.")
	}
	// An error ends the answer: a program would take no rules for the truth.
	rules, _, err := access.ParseRules("rules.yaml", []byte(conf.Document().Rules))
	if err != nil {
		return err
	}
	out := struct {
		Version    int64              `json:"version"`
		Categories []categoryDocument `json:"categories"`
		Rules      []ruleDocument     `json:"rules"`
	}{Version: conf.Version, Categories: []categoryDocument{}, Rules: make([]ruleDocument, 0, len(rules))}
	for _, i := range conf.Matrix.Categories() {
		out.Categories = append(out.Categories, categoryDocument{i.Key, i.Parent, schema.Labels(i.Title).In(lang(c)), i.OfSubject, i.PopulateDefault, i.AccessDefault})
	}
	for i := range rules {
		out.Rules = append(out.Rules, ruleOf(&rules[i]))
	}
	return write(w, http.StatusOK, out)
}

func ruleOf(r *access.Rule) ruleDocument {
	d := ruleDocument{
		ID: r.ID, Operation: r.Op.String(), Category: r.Category, Subject: countryDocument(r.Subject), Viewer: countryDocument(r.Viewer),
		Roles: r.Roles, Purposes: r.Purposes, Effect: r.Effect.String(), Mask: r.Mask.String(), Require: r.Require, Note: r.Note, Cite: r.Cite, Author: r.Author, Entities: r.Entities, Regions: r.Regions,
	}
	if r.Condition.Kind != "" {
		d.Condition = &conditionDocument{r.Condition.Kind, r.Condition.Ref, r.Condition.K}
	}
	if !r.From.IsZero() {
		d.From = &r.From
	}
	if !r.Until.IsZero() {
		d.Until = &r.Until
	}
	return d
}

// ListEntities answers GET /api/v1/entities: the legal entities to which
// records and users belong. Every user may know them: a new record names one.
func (a *API) ListEntities(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	conf, err := a.workspace.Configuration(r.Context(), actor.Tenant())
	if err != nil {
		return err
	}
	type doc struct {
		ID   string            `json:"id"`
		Key  string            `json:"key"`
		Name string            `json:"name"`
		Seat bailiwick.Country `json:"seat"`
	}
	out := make([]doc, 0, len(conf.Entities))
	for _, e := range conf.Entities {
		out = append(out, doc{e.ID.String(), e.Key, e.Name, e.Seat})
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}
