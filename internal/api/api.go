package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
)

// Limits of requests. The body of an import is bounded by the route table.
const (
	maxFilters = 20
	maxQuery   = 64 << 10 // bytes of a query document
)

// Workspace is what the API needs to know of the actor's workspace.
type Workspace interface {
	// Configuration returns the configuration in force of a tenant.
	Configuration(ctx context.Context, t bailiwick.TenantID) (*tenant.Configuration, error)
	// Types returns the record types in the order of the navigation.
	// CodeUnauthenticated for nobody.
	Types(r *http.Request, a bailiwick.Actor) ([]*schema.Type, int64, error)
}

// API holds what the handlers stand on. It is safe for concurrent use.
type API struct {
	door      *custody.Door
	ids       *identity.Service
	workspace Workspace
	box       *outbox.Box
	tasks     []outbox.Source
	mail      bool // there is a mail server
	turns     *turns
}

// New makes the JSON face.
func New(door *custody.Door, ids *identity.Service, workspace Workspace) *API {
	return &API{door: door, ids: ids, workspace: workspace, turns: newTurns()}
}

// caller returns the actor of a request and the type its address names.
func (a *API) caller(r *http.Request, c identity.Caller) (bailiwick.Actor, *schema.Type, error) {
	actor, err := c.Must()
	if err != nil {
		return bailiwick.Actor{}, nil, err
	}
	types, _, err := a.workspace.Types(r, actor)
	if err != nil {
		return bailiwick.Actor{}, nil, err
	}
	key := r.PathValue("type")
	for _, t := range types {
		if t.Key == key {
			return actor, t, nil
		}
	}
	return bailiwick.Actor{}, nil, bailiwick.NotFound()
}

// asker returns the actor and the key of the record type in the address, for
// operations that leave it to the door whether there is such a type: it costs
// no look-up.
func asker(r *http.Request, c identity.Caller) (bailiwick.Actor, string, error) {
	actor, err := c.Must()
	return actor, r.PathValue("type"), err
}

// recordID reads the identifier in the address. One that cannot be an
// identifier names nothing, so it is not found.
func recordID(r *http.Request) (bailiwick.RecordID, error) {
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.RecordID{}, bailiwick.NotFound()
	}
	return bailiwick.RecordID{ID: id}, nil
}

// write sends a document that no cache may keep.
func write(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return send(w, status, b)
}

// send sends the bytes of a JSON document.
func send(w http.ResponseWriter, status int, b []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client may be gone; there is nobody left to tell
	return nil
}

// lang is the language of reasons in an answer.
func lang(c identity.Caller) string {
	if c.Lang == "" {
		return "en"
	}
	return c.Lang
}
