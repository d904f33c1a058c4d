package api

import (
	"io"
	"net/http"
	"net/url"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/oscal"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
)

// importDocument is a run of an import as JSON.
type importDocument struct {
	ID       string `json:"id,omitempty"`
	Type     string `json:"type"`
	State    string `json:"state,omitempty"`
	DryRun   bool   `json:"dry_run"`
	Rows     int    `json:"rows"`
	Created  int    `json:"created"`
	Changed  int    `json:"changed"`
	Skipped  int    `json:"skipped"`
	Rejected int    `json:"rejected"`
	// Of a dry run that would create every row: how many are there already.
	Present    int           `json:"present,omitempty"`
	PresentKey string        `json:"present_key,omitempty"`
	Errors     []rowDocument `json:"errors"`
}

type rowDocument struct {
	Row     int            `json:"row"`
	Line    int            `json:"line,omitempty"`
	Column  string         `json:"column,omitempty"`
	Field   string         `json:"field,omitempty"`
	Rule    string         `json:"rule"`
	Code    bailiwick.Code `json:"code"`
	Message string         `json:"message"`
}

func importOf(run custody.Import, dry bool) importDocument {
	d := importDocument{
		Type: run.Type, State: string(run.State), DryRun: dry, Rows: run.Rows, Created: run.Created,
		Changed: run.Changed, Skipped: run.Skipped, Rejected: run.Rejected, Present: run.Present, PresentKey: run.PresentKey, Errors: []rowDocument{},
	}
	if !run.ID.IsZero() {
		d.ID = run.ID.String()
	}
	for _, e := range run.Errors {
		d.Errors = append(d.Errors, rowDocument{e.Row, e.Line, e.Column, e.Field, e.Rule, e.Code, e.Message})
	}
	return d
}

// ImportRecords answers POST /api/v1/imports?type=TYPE with a body of CSV
// (text/csv), XLSX (its media type) or, for a type that has the columns, an
// OSCAL catalogue (application/json). Parameters: dry_run=true judges and writes nothing;
// mode=create|update|skip with key=FIELD; resume=ID goes on with a run that was
// interrupted, with the same body and parameters; answer=sheet answers a dry
// run with the refused rows, if there are any; map=HEADER=FIELD may be repeated,
// without it headers are matched by the type's hints, keys and labels.
func (a *API) ImportRecords(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	params := r.URL.Query()
	r.SetPathValue("type", params.Get("type"))
	_, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	spec, err := importSpec(t, params)
	if err != nil {
		return err
	}
	end, err := a.turns.begin(actor.Tenant())
	if err != nil {
		return err
	}
	defer end()
	if err := a.readRows(r, &spec); err != nil {
		return err
	}
	if spec.Mapping == nil {
		spec.Mapping = schema.MapHeaders(t, spec.Header)
	}
	run, err := a.door.Import(r.Context(), actor, spec)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if spec.DryRun {
		status = http.StatusOK
	}
	if spec.DryRun && params.Get("answer") == "sheet" && run.Returned != nil {
		return giveBack(w, run.Returned)
	}
	return write(w, status, importOf(run, spec.DryRun))
}

// giveBack sends refused rows as the sheet they came in.
func giveBack(w http.ResponseWriter, back *custody.Rejects) error {
	out := &download{w: w, media: back.Format().Media(), name: "rejected." + string(back.Format())}
	err := back.Write(out, [2]string{"What is wrong", "Rule"}, func(e custody.RowError) string { return e.Message })
	if err != nil {
		return out.fail(err)
	}
	return out.finish()
}

// GetImport answers GET /api/v1/imports/{id}: how far a run is.
func (a *API) GetImport(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	const limit = 1_000
	run, err := a.door.ImportRun(r.Context(), actor, bailiwick.ImportID(id), limit)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, importOf(run, false))
}

// GetRejected answers GET /api/v1/imports/{id}/rejected: the refused rows of a
// run of the caller's own, as the sheet they came in with what is wrong.
func (a *API) GetRejected(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	back, err := a.door.Rejects(r.Context(), actor, bailiwick.ImportID(id))
	if err != nil {
		return err
	}
	return giveBack(w, back)
}

func importSpec(t *schema.Type, params url.Values) (custody.ImportSpec, error) {
	spec := custody.ImportSpec{Type: t.Key, Source: "API", Mode: custody.ImportCreate}
	for name, values := range params {
		if name != "map" && len(values) != 1 {
			return spec, bailiwick.Malformed("A parameter other than map may stand once.")
		}
		switch name {
		case "type":
		case "answer":
			if values[0] != "sheet" && values[0] != "json" {
				return spec, bailiwick.Malformed("The parameter answer is json or sheet.")
			}
		case "dry_run":
			// Anything else must not be taken for false: it would write.
			if values[0] != "true" && values[0] != "false" {
				return spec, bailiwick.Malformed("The parameter dry_run is true or false.")
			}
			spec.DryRun = values[0] == "true"
		case "mode":
			spec.Mode = custody.ImportMode(values[0])
		case "key":
			spec.KeyField = values[0]
		case "resume":
			id, err := bailiwick.ParseID(values[0])
			if err != nil {
				return spec, bailiwick.NotFound()
			}
			spec.ID = bailiwick.ImportID{ID: id}
		case "map":
			if len(values) > schema.MaxFields {
				return spec, bailiwick.Malformed("There are more columns than a record type has fields.")
			}
			spec.Mapping = map[string]string{}
			for _, v := range values {
				header, field, ok := cutLast(v, '=')
				if !ok {
					return spec, bailiwick.Malformed("The parameter map is HEADER=FIELD.")
				}
				spec.Mapping[header] = field
			}
		default:
			return spec, bailiwick.Malformed("There is a parameter that this operation does not know.")
		}
	}
	switch spec.Mode {
	case custody.ImportCreate, custody.ImportUpdate, custody.ImportSkip:
		return spec, nil
	}
	return spec, bailiwick.Malformed("The mode is create, update or skip.")
}

func cutLast(s string, sep byte) (string, string, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == sep {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// readRows reads the body as its content type says.
func (a *API) readRows(r *http.Request, spec *custody.ImportSpec) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return unreadable(err)
	}
	if mediaType(r) != "application/json" {
		read := sheet.ReadCSV
		if mediaType(r) == custody.XLSX.Media() {
			read, spec.Format = sheet.ReadXLSX, custody.XLSX
		}
		var table sheet.Table
		err := a.turns.read(r.Context(), func() (err error) {
			table, err = read(b)
			return err
		})
		if err != nil {
			return err
		}
		spec.Header, spec.Rows, spec.Lines = table.Header, table.Rows, table.Lines
		return nil
	}
	catalogue, err := oscal.Read(b)
	if err != nil {
		return err
	}
	spec.Header, spec.Rows = catalogue.Table()
	return nil
}

// ListImports answers GET /api/v1/imports.
func (a *API) ListImports(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	runs, err := a.door.Imports(r.Context(), actor)
	if err != nil {
		return err
	}
	out := make([]importDocument, 0, len(runs))
	for _, run := range runs {
		out = append(out, importOf(run, false))
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}

// UndoImport answers POST /api/v1/imports/{id}/undo: what the run made moves to
// "Deleted", what it changed gets its former values back.
func (a *API) UndoImport(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	res, err := a.door.UndoImport(r.Context(), actor, bailiwick.ImportID(id))
	if err != nil {
		return err
	}
	left := append([]string{}, res.Left...) // an empty list, never null
	return write(w, http.StatusOK, map[string]any{"deleted": res.Deleted, "reverted": res.Reverted, "left": left})
}
