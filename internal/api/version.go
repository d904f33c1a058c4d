package api

import (
	"net/http"
	"strconv"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
)

// versionDocument is a version of the configuration as JSON.
type versionDocument struct {
	Version    int64     `json:"version"`
	Created    time.Time `json:"active_since"`
	Author     string    `json:"author,omitempty"`
	Proposal   string    `json:"proposal,omitempty"`
	Ref        string    `json:"ref,omitempty"`
	Reviewer   string    `json:"reviewer,omitempty"`
	Solo       bool      `json:"solo,omitempty"`
	RollbackOf int64     `json:"rollback_of,omitempty"`
	Rules      *string   `json:"rules,omitempty"`
}

func versionOf(v proposal.Version) versionDocument {
	d := versionDocument{Version: v.Version, Created: v.Created, Solo: v.Solo, RollbackOf: v.RollbackOf}
	if !v.Author.IsZero() {
		d.Author = v.Author.String()
	}
	if v.Number != 0 {
		d.Proposal, d.Ref, d.Reviewer = v.Proposal.String(), proposal.Ref(v.Number), v.Reviewer.String()
	}
	return d
}

// Versions answers GET /api/v1/configuration/versions, newest first.
func (a *Changes) Versions(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	before, limit, err := page(r)
	if err != nil {
		return err
	}
	list, err := a.service.Versions(r.Context(), actor, before, limit)
	if err != nil {
		return err
	}
	out := struct {
		Items []versionDocument `json:"items"`
		Next  *string           `json:"next"`
	}{Items: make([]versionDocument, 0, len(list))}
	for _, v := range list {
		out.Items = append(out.Items, versionOf(v))
	}
	if len(list) == limit {
		next := strconv.FormatInt(list[len(list)-1].Version, 10)
		out.Next = &next
	}
	return write(w, http.StatusOK, out)
}

// Version answers GET /api/v1/configuration/versions/{version} with the rules
// of a version.
func (a *Changes) Version(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, n, err := versionPath(r, c)
	if err != nil {
		return err
	}
	v, err := a.service.Version(r.Context(), actor, n)
	if err != nil {
		return err
	}
	d := versionOf(v)
	d.Rules = &v.Document.Rules
	return write(w, http.StatusOK, d)
}

// Rollback answers POST /api/v1/configuration/versions/{version}/rollback
// {"title"} with a draft that holds the version's document.
func (a *Changes) Rollback(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, n, err := versionPath(r, c)
	if err != nil {
		return err
	}
	var doc struct {
		Title string `json:"title"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.Rollback(r.Context(), actor, n, doc.Title)
	return sendNew(w, p, err)
}

func versionPath(r *http.Request, c identity.Caller) (bailiwick.Actor, int64, error) {
	actor, err := c.Must()
	if err != nil {
		return bailiwick.Actor{}, 0, err
	}
	n, err := strconv.ParseInt(r.PathValue("version"), 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != r.PathValue("version") {
		return bailiwick.Actor{}, 0, bailiwick.NotFound()
	}
	return actor, n, nil
}
