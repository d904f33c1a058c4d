package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// bulkDocument is a change of many records: of those named, or of all that the
// query selects.
type bulkDocument struct {
	IDs    []string                   `json:"ids"`
	Query  *queryDocument             `json:"query"`
	Fields map[string]json.RawMessage `json:"fields"`
	DryRun bool                       `json:"dry_run"`
}

type bulkResult struct {
	ID        string         `json:"id,omitempty"`
	Type      string         `json:"type"`
	DryRun    bool           `json:"dry_run"`
	Rows      int            `json:"rows"`
	Changed   int            `json:"changed"`
	Unchanged int            `json:"unchanged"`
	Refused   int            `json:"refused"`
	Errors    []bulkErrorDoc `json:"errors"`
}

type bulkErrorDoc struct {
	Ref     string         `json:"ref,omitempty"`
	Field   string         `json:"field,omitempty"`
	Rule    string         `json:"rule"`
	Code    bailiwick.Code `json:"code"`
	Message string         `json:"message"`
}

// BulkChange answers POST /api/v1/records/{type}/bulk.
func (a *API) BulkChange(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	var doc bulkDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	spec := custody.BulkSpec{Type: t.Key, Fields: doc.Fields, DryRun: doc.DryRun}
	switch {
	case len(doc.IDs) > custody.MaxBulkRows:
		return bailiwick.Malformed("At most " + strconv.Itoa(custody.MaxBulkRows) + " records can be named.")
	case (doc.Query == nil) == (doc.IDs == nil):
		return bailiwick.Malformed("Give either ids or query.")
	case doc.Query != nil:
		if len(doc.Query.Filters) > maxFilters {
			return bailiwick.Malformed("There are more than " + strconv.Itoa(maxFilters) + " filters.")
		}
		spec.Query = &custody.Query{Text: doc.Query.Text, Lang: lang(c)}
		for _, f := range doc.Query.Filters {
			spec.Query.Filters = append(spec.Query.Filters, custody.Filter{Field: f.Field, Op: f.Op, Values: f.Values})
		}
	}
	for _, s := range doc.IDs {
		id, err := bailiwick.ParseID(s)
		if err != nil {
			return bailiwick.NotFound()
		}
		spec.IDs = append(spec.IDs, bailiwick.RecordID{ID: id})
	}
	got, err := a.door.Bulk(r.Context(), actor, spec)
	if err != nil {
		return err
	}
	out := bulkResult{Type: got.Type, DryRun: doc.DryRun, Rows: got.Rows, Changed: got.Changed, Unchanged: got.Same, Refused: got.Refused, Errors: []bulkErrorDoc{}}
	if !got.ID.IsZero() {
		out.ID = got.ID.String()
	}
	for _, e := range got.Errors {
		out.Errors = append(out.Errors, bulkErrorDoc{e.Ref, e.Field, e.Rule, e.Code, e.Message})
	}
	return write(w, http.StatusOK, out)
}

// UndoBulk answers POST /api/v1/bulk/{id}/undo: records that the change wrote
// get their former values back.
func (a *API) UndoBulk(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	if _, err := a.door.BulkRun(r.Context(), actor, bailiwick.ImportID(id)); err != nil {
		return err
	}
	res, err := a.door.UndoImport(r.Context(), actor, bailiwick.ImportID(id))
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, map[string]any{"deleted": res.Deleted, "reverted": res.Reverted, "left": append([]string{}, res.Left...)})
}
