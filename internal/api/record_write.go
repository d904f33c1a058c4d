package api

import (
	"encoding/json"
	"net/http"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// maxKey bounds an Idempotency-Key.
const maxKey = 200

// recordDocument is the body of a write.
type recordDocument struct {
	Fields map[string]json.RawMessage `json:"fields"`
	Entity string                     `json:"entity,omitempty"` // legal entity of a new record
	Unit   *string                    `json:"unit,omitempty"`   // organisational unit; "" = none
}

// CreateRecord answers POST /api/v1/records/{type} with 201, the record as its
// writer may see it, and its address. With an Idempotency-Key the same request
// makes the record once, however often it is sent.
func (a *API) CreateRecord(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	var doc recordDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey {
		return bailiwick.Malformed("The Idempotency-Key is longer than 200 bytes.")
	}
	draft := custody.Draft{Type: t.Key, Fields: doc.Fields, Key: key}
	if doc.Entity != "" {
		id, err := bailiwick.ParseID(doc.Entity)
		if err != nil {
			return bailiwick.Malformed("The legal entity is not an identifier.")
		}
		draft.Entity = bailiwick.EntityID{ID: id}
	}
	if draft.Unit, err = draftUnit(doc.Unit); err != nil {
		return err
	}
	rec, err := a.door.Save(r.Context(), actor, draft)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/records/"+t.Key+"/"+rec.ID.String())
	return sendRecord(w, http.StatusCreated, &rec)
}

// ChangeRecord answers PATCH /api/v1/records/{type}/{id}: absent fields keep
// what they hold, null clears. It needs If-Match.
func (a *API) ChangeRecord(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc recordDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	if doc.Entity != "" {
		return bailiwick.Malformed("The legal entity of a record does not change.")
	}
	draft := custody.Draft{Type: t.Key, ID: id, Revision: revision, Fields: doc.Fields}
	if draft.Unit, err = draftUnit(doc.Unit); err != nil {
		return err
	}
	rec, err := a.door.Save(r.Context(), actor, draft)
	if err != nil {
		return err
	}
	return sendRecord(w, http.StatusOK, &rec)
}

// DeleteRecord answers DELETE /api/v1/records/{type}/{id}: the record moves to
// "Deleted", from where it can be restored. It needs If-Match.
func (a *API) DeleteRecord(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	if err := a.door.Delete(r.Context(), actor, t.Key, id, revision); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// RestoreRecord answers POST /api/v1/records/{type}/{id}/restore.
func (a *API) RestoreRecord(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	rec, err := a.door.Restore(r.Context(), actor, t.Key, id)
	if err != nil {
		return err
	}
	return sendRecord(w, http.StatusOK, &rec)
}

func sendRecord(w http.ResponseWriter, status int, rec *custody.Record) error {
	w.Header().Set("ETag", etag(rec))
	return send(w, status, rec.AppendJSON(make([]byte, 0, 2048)))
}
