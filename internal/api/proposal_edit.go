package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/tenant"
)

// Change answers PATCH /api/v1/proposals/{id}
// {"title","settings","agreements"}. Absent members keep what they hold;
// settings are given member by member, agreements as the whole list.
func (a *Changes) Change(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc struct {
		Title      *string             `json:"title"`
		Settings   json.RawMessage     `json:"settings"`
		Agreements *[]tenant.Agreement `json:"agreements"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	title := ""
	if doc.Title != nil {
		if title = *doc.Title; title == "" {
			title = " " // refused, unlike a title that is left out
		}
	}
	p, err := a.service.Revise(r.Context(), actor, id, revision, title, func(d *tenant.Document) error {
		if doc.Agreements != nil {
			d.Agreements = *doc.Agreements
		}
		if doc.Settings == nil {
			return nil
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(doc.Settings, &members) != nil || json.Unmarshal(doc.Settings, &d.Settings) != nil {
			return bailiwick.Malformed("The settings are not of the expected form.")
		}
		return knownSettings(members)
	})
	return sendProposal(w, http.StatusOK, p, err)
}

// knownSettings refuses members that are no setting.
func knownSettings(members map[string]json.RawMessage) error {
	known := make(map[string]bool)
	t := reflect.TypeFor[tenant.Settings]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		known[name] = true
	}
	for name := range members {
		if !known[name] {
			return bailiwick.Malformed("The settings name something that there is not. There are " + strings.Join(slices.Sorted(maps.Keys(known)), ", ") + ".")
		}
	}
	return nil
}

// Rules answers GET /api/v1/proposals/{id}/rules with the rules of a change,
// one by one and as the text that PUT at the same address takes.
func (a *Changes) Rules(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	p, err := a.service.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	return sendRules(w, p)
}

func sendRules(w http.ResponseWriter, p proposal.Proposal) error {
	rules, err := proposal.Rules(p.Document)
	if err != nil {
		return err
	}
	out := struct {
		Rules []ruleDocument `json:"rules"`
		Text  string         `json:"text"`
	}{make([]ruleDocument, 0, len(rules)), p.Document.Rules}
	for i := range rules {
		out.Rules = append(out.Rules, ruleOf(&rules[i]))
	}
	w.Header().Set("ETag", tagOf(p.Revision))
	return write(w, http.StatusOK, out)
}

// PutRules answers PUT /api/v1/proposals/{id}/rules {"text"}: rules and roles
// of the change, as a rule file (docs/matrix.md).
func (a *Changes) PutRules(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc struct {
		Text string `json:"text"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.Edit(r.Context(), actor, id, revision, func(d *tenant.Document) error {
		d.Rules = doc.Text
		return nil
	})
	return sendProposal(w, http.StatusOK, p, err)
}

// PutRule answers PUT /api/v1/proposals/{id}/rules/{rule}: adds a rule, or
// replaces the one of the id in the address.
func (a *Changes) PutRule(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc ruleDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	if doc.ID != "" && doc.ID != r.PathValue("rule") {
		return bailiwick.Malformed("The rule has another id than the address.")
	}
	doc.ID = r.PathValue("rule")
	rule, err := doc.rule()
	if err != nil {
		return err
	}
	p, err := a.service.PutRule(r.Context(), actor, id, revision, rule)
	return sendProposal(w, http.StatusOK, p, err)
}

// DropRule answers DELETE /api/v1/proposals/{id}/rules/{rule} with the change.
func (a *Changes) DropRule(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	p, err := a.service.DropRule(r.Context(), actor, id, revision, r.PathValue("rule"))
	return sendProposal(w, http.StatusOK, p, err)
}

// rule reads a rule as JSON. What only the whole configuration can tell - that
// a category or role exists - is checked when it is put into a change.
func (d *ruleDocument) rule() (access.Rule, error) {
	r := access.Rule{
		ID: d.ID, Category: d.Category, Subject: access.CountrySet(d.Subject), Viewer: access.CountrySet(d.Viewer), Roles: d.Roles,
		Purposes: d.Purposes, Require: d.Require, Note: d.Note, Cite: d.Cite, Author: d.Author, Entities: d.Entities, Regions: d.Regions,
	}
	if c := d.Condition; c != nil {
		r.Condition = access.Condition{Kind: c.Kind, Ref: c.Agreement, K: c.K}
	}
	var ok bool
	bad := func(field, message string) (access.Rule, error) {
		return access.Rule{}, &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Something is not right yet.",
			Fields: []bailiwick.FieldError{{Field: field, Rule: "grammar", Code: bailiwick.CodeInvalid, Message: message}}}
	}
	if r.Op, ok = access.ParseOp(d.Operation); !ok {
		return bad("operation", "There is no such operation.")
	}
	if r.Effect, ok = access.ParseEffect(d.Effect); !ok {
		return bad("effect", "There is no such effect.")
	}
	if d.Mask != "" {
		if r.Mask, ok = access.ParseMask(d.Mask); !ok {
			return bad("mask", "There is no such mask.")
		}
	}
	for from, to := range map[*time.Time]*time.Time{d.From: &r.From, d.Until: &r.Until} {
		if from != nil {
			*to = from.UTC()
		}
	}
	return r, nil
}
