package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
)

// templateDocument is a draft of rules as JSON.
type templateDocument struct {
	ID         string               `json:"id"`
	Categories []bailiwick.Category `json:"categories"`
	Countries  []string             `json:"countries"`
	Rules      []ruleDocument       `json:"rules"`
	Basis      string               `json:"basis"`
	Source     string               `json:"source"`
	Caution    string               `json:"caution,omitempty"`
	Certainty  proposal.Certainty   `json:"certainty"`
}

// templateNotice stands with every list of templates.
const templateNotice = "Drafts, not the law: have each confirmed with local counsel before it is accepted."

// Templates answers GET /api/v1/templates.
func (a *Changes) Templates(w http.ResponseWriter, _ *http.Request, c identity.Caller) error {
	if _, err := c.Must(); err != nil {
		return err
	}
	out := struct {
		Notice string             `json:"notice"`
		Items  []templateDocument `json:"items"`
	}{Notice: templateNotice, Items: []templateDocument{}}
	for _, t := range proposal.Templates() {
		d := templateDocument{
			ID: t.ID, Categories: t.Categories, Countries: t.Countries, Rules: []ruleDocument{}, Basis: t.Basis, Source: t.Source,
			Caution: t.Caution, Certainty: t.Certainty,
		}
		if d.Categories == nil {
			d.Categories = []bailiwick.Category{}
		}
		for i := range t.Rules {
			d.Rules = append(d.Rules, ruleOf(&t.Rules[i]))
		}
		out.Items = append(out.Items, d)
	}
	return write(w, http.StatusOK, out)
}

// AcceptTemplate answers POST /api/v1/proposals/{id}/templates {"template"}.
func (a *Changes) AcceptTemplate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc struct {
		Template string `json:"template"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.AcceptTemplate(r.Context(), actor, id, revision, doc.Template)
	return sendProposal(w, http.StatusOK, p, err)
}
