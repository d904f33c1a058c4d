package api

import (
	"net/http"
	"strconv"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
)

// Changes are the operations on changes of the configuration and on its
// versions. The service judges who may do what.
type Changes struct{ service *proposal.Service }

// NewChanges makes the operations.
func NewChanges(s *proposal.Service) *Changes { return &Changes{s} }

// proposalDocument is a change of the configuration as JSON.
type proposalDocument struct {
	ID         string               `json:"id"`
	Ref        string               `json:"ref"`
	Title      string               `json:"title"`
	State      proposal.State       `json:"state"`
	Base       int64                `json:"base"`
	Revision   int64                `json:"revision"`
	Author     string               `json:"author"`
	LastEditor string               `json:"last_editor"`
	Editors    []string             `json:"editors,omitempty"`
	Reviewer   string               `json:"reviewer,omitempty"`
	Created    time.Time            `json:"created_at"`
	Updated    time.Time            `json:"updated_at"`
	Decided    *time.Time           `json:"decided_at,omitempty"`
	ActiveAt   *time.Time           `json:"active_at,omitempty"`
	Version    int64                `json:"version,omitempty"`
	Solo       bool                 `json:"solo,omitempty"`
	Reason     string               `json:"reason,omitempty"`
	RollbackOf int64                `json:"rollback_of,omitempty"`
	Stale      bool                 `json:"stale"`
	Simulated  bool                 `json:"simulated"`
	Simulation *proposal.Simulation `json:"simulation,omitempty"`
}

func proposalOf(p proposal.Proposal) proposalDocument {
	d := proposalDocument{
		ID: p.ID.String(), Ref: p.Ref(), Title: p.Title, State: p.State, Base: p.Base, Revision: p.Revision, Author: p.Author.String(),
		LastEditor: p.LastEditor.String(), Created: p.Created, Updated: p.Updated, Decided: given0(p.Decided), ActiveAt: given0(p.ActiveAt),
		Version: p.Version, Solo: p.Solo, Reason: p.Reason, RollbackOf: p.RollbackOf, Stale: p.Stale, Simulated: p.Simulated(), Simulation: p.Simulation,
	}
	for _, u := range p.Editors {
		d.Editors = append(d.Editors, u.String())
	}
	if !p.Reviewer.IsZero() {
		d.Reviewer = p.Reviewer.String()
	}
	return d
}

// given0 leaves a time out that there is not.
func given0(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// proposalID reads the identifier in the address.
func proposalID(r *http.Request) (proposal.ProposalID, error) {
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return proposal.ProposalID{}, bailiwick.NotFound()
	}
	return proposal.ProposalID{ID: id}, nil
}

// one is how an operation on one change begins.
func one(r *http.Request, c identity.Caller) (bailiwick.Actor, proposal.ProposalID, error) {
	actor, err := c.Must()
	if err != nil {
		return bailiwick.Actor{}, proposal.ProposalID{}, err
	}
	id, err := proposalID(r)
	return actor, id, err
}

// sendProposal answers with a change and the tag of its revision.
func sendProposal(w http.ResponseWriter, status int, p proposal.Proposal, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("ETag", tagOf(p.Revision))
	return write(w, status, proposalOf(p))
}

// page reads cursor and limit of a list that counts down.
func page(r *http.Request) (before int64, limit int, err error) {
	limit = 50
	for name, values := range r.URL.Query() {
		if len(values) != 1 {
			return 0, 0, bailiwick.Malformed("A parameter may stand once.")
		}
		n, bad := strconv.ParseInt(values[0], 10, 64)
		switch {
		case name == "cursor" && bad == nil && n > 0:
			before = n
		case name == "limit" && bad == nil && n >= 1 && n <= 200:
			limit = int(n)
		default:
			return 0, 0, bailiwick.Malformed("The parameters are cursor, as the last page gave it, and limit, 1 to 200.")
		}
	}
	return before, limit, nil
}

// List answers GET /api/v1/proposals, newest first.
func (a *Changes) List(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	before, limit, err := page(r)
	if err != nil {
		return err
	}
	list, err := a.service.List(r.Context(), actor, before, limit)
	if err != nil {
		return err
	}
	out := struct {
		Items []proposalDocument `json:"items"`
		Next  *string            `json:"next"`
	}{Items: make([]proposalDocument, 0, len(list))}
	for _, p := range list {
		out.Items = append(out.Items, proposalOf(p))
	}
	if len(list) == limit {
		next := strconv.FormatInt(list[len(list)-1].Number, 10)
		out.Next = &next
	}
	return write(w, http.StatusOK, out)
}

// Start answers POST /api/v1/proposals {"title"} with a draft of the
// configuration in force.
func (a *Changes) Start(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Title string `json:"title"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.Start(r.Context(), actor, doc.Title)
	return sendNew(w, p, err)
}

// sendNew answers with a change that was made.
func sendNew(w http.ResponseWriter, p proposal.Proposal, err error) error {
	if err == nil {
		w.Header().Set("Location", "/api/v1/proposals/"+p.ID.String())
	}
	return sendProposal(w, http.StatusCreated, p, err)
}

// Get answers GET /api/v1/proposals/{id}.
func (a *Changes) Get(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	p, err := a.service.Get(r.Context(), actor, id)
	return sendProposal(w, http.StatusOK, p, err)
}

// Diff answers GET /api/v1/proposals/{id}/diff: what the change does, in
// sentences in the language of the request and for programs.
func (a *Changes) Diff(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	lines, err := a.service.Diff(r.Context(), actor, id, lang(c))
	if err != nil {
		return err
	}
	if lines == nil {
		lines = []proposal.DiffLine{}
	}
	return write(w, http.StatusOK, map[string]any{"items": lines})
}
