package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
)

// ExportRecords answers GET /api/v1/records/{type}/export?format=csv|xlsx|json with
// every row that the filters select and the caller may export.
func (a *API) ExportRecords(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	params := r.URL.Query()
	q, err := listQuery(t.Key, t, params)
	if err != nil {
		return err
	}
	q.Lang = lang(c)
	f := custody.Format(params.Get("format"))
	if f == "" {
		f = custody.JSON
	}
	media := f.Media()
	if media == "" {
		return bailiwick.Malformed("The format is csv, xlsx or json.")
	}
	out := &download{w: w, media: media, name: t.Key + "." + string(f)}
	if _, err := a.door.Export(r.Context(), actor, q, f, out); err != nil {
		return out.fail(err)
	}
	return out.finish()
}

// download sends its headers with the first byte, so that an export that fails
// before it can still be answered with a problem. One that fails later is cut
// off, so that a client never takes half a file for a whole one.
type download struct {
	w     http.ResponseWriter
	media string
	name  string
	begun bool
}

func (d *download) begin() {
	if d.begun {
		return
	}
	d.begun = true
	h := d.w.Header()
	h.Set("Content-Type", d.media)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	d.w.WriteHeader(http.StatusOK)
}

// Write sends bytes of the file.
func (d *download) Write(b []byte) (int, error) {
	d.begin()
	return d.w.Write(b)
}

func (d *download) fail(err error) error {
	if !d.begun {
		return err
	}
	panic(http.ErrAbortHandler)
}

func (d *download) finish() error {
	d.begin()
	return nil
}
