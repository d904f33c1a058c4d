package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/oscal"
	"bailiwick/internal/schema"
	"bailiwick/internal/sheet"
	"bailiwick/internal/web/page"
)

// uploadLimit is how large a file may be; it is written on the page.
const (
	uploadLimit     = 32 << 20
	uploadLimitText = "32 MB"
)

// ImportNew asks for a file and where its rows go.
func (s *Site) ImportNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.askFile(http.StatusOK, r.URL.Query().Get("type"), "")
}

func (v *visit) askFile(status int, typ, wrong string) error {
	m := page.ImportNew{Base: v.base(v.p.T("imports.new")), Action: "/imports/upload", Limit: uploadLimitText, Error: wrong}
	for _, t := range v.types() {
		if v.may(t, access.VerbCreate) {
			m.Types = append(m.Types, page.Option{Value: t.Key, Label: t.Plural.In(v.lang), Selected: t.Key == typ})
		}
	}
	return v.render.show(v.w, v.r, status, "import-new", v.lang, m)
}

// ImportUpload takes the file. It is read into memory as it comes: a form that
// net/http spills to a temporary file would leave people's data on disk.
func (s *Site) ImportUpload(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return bailiwick.Malformed("The form could not be read.")
	}
	typ, name, data, err := readUpload(parts)
	if err != nil {
		return err
	}
	t := v.cfg.Type(typ)
	if t == nil || !v.may(t, access.VerbCreate) {
		return bailiwick.NotFound()
	}
	if len(data) > uploadLimit {
		return v.askFile(bailiwick.CodeTooLarge.Status(), typ, v.p.T("imports.error.large", "Limit", uploadLimitText))
	}
	header, rows, err := readRows(data)
	if err != nil {
		return v.askFile(http.StatusUnprocessableEntity, typ, v.p.T("imports.error.read"))
	}
	if len(rows) == 0 {
		return v.askFile(http.StatusUnprocessableEntity, typ, v.p.T("imports.error.empty"))
	}
	id, err := s.uploads.put(&upload{
		tenant: v.actor.Tenant(), user: v.actor.User(), file: name, typ: typ, header: header, rows: rows, bytes: len(data),
		mapping: schema.MapHeaders(t, header),
	})
	if err != nil {
		return err
	}
	return v.redirect("/imports/uploads/"+id, "")
}

// readUpload reads the parts of the upload form: "type" and "file". A file
// that is longer than the limit comes back one byte longer than it.
func readUpload(parts *multipart.Reader) (typ, name string, data []byte, err error) {
	for range 4 {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", "", nil, uploadFailed(err)
		}
		limit := int64(200)
		if p.FormName() == "file" {
			limit = uploadLimit + 1
		}
		b, err := io.ReadAll(io.LimitReader(p, limit))
		if err != nil {
			return "", "", nil, uploadFailed(err)
		}
		switch p.FormName() {
		case "type":
			typ = string(b)
		case "file":
			name, data = fileName(p.FileName()), b
		}
		if len(b) > uploadLimit {
			break
		}
	}
	return typ, name, data, nil
}

func uploadFailed(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return bailiwick.Malformed("The form could not be read.")
}

// fileName is the last part of a file's name, printable and short.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, "\\", "/"))
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return -1
		}
		return r
	}, s)
	if s == "" || s == "." || s == "/" {
		return "file"
	}
	return cut(s, 80)
}

// readRows reads a file as an OSCAL catalogue if it is JSON, else as CSV.
func readRows(data []byte) ([]string, [][]string, error) {
	if head := strings.TrimSpace(string(data[:min(len(data), 64)])); strings.HasPrefix(strings.TrimPrefix(head, "\ufeff"), "{") {
		catalogue, err := oscal.Read(data)
		if err != nil {
			return nil, nil, err
		}
		header, rows := catalogue.Table()
		return header, rows, nil
	}
	table, err := sheet.ReadCSV(data)
	return table.Header, table.Rows, err
}

// uploadOf returns the file that the address names, and its type. A file that
// is gone is asked for again.
func (s *Site) uploadOf(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, *upload, *schema.Type, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, nil, nil, err
	}
	f := s.uploads.get(v.actor, r.PathValue("id"))
	if f == nil {
		return v, nil, nil, nil
	}
	t := v.cfg.Type(f.typ)
	if t == nil {
		return nil, nil, nil, bailiwick.NotFound()
	}
	return v, f, t, nil
}

// ImportMapPage asks which column goes where.
func (s *Site) ImportMapPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, f, t, err := s.uploadOf(w, r, c)
	if err != nil {
		return err
	}
	if f == nil {
		return v.askFile(http.StatusGone, "", v.p.T("imports.error.gone"))
	}
	return v.mapPage(http.StatusOK, f, t, "")
}

func (v *visit) mapPage(status int, f *upload, t *schema.Type, wrong string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := page.ImportMap{
		Base: v.base(v.p.T("imports.map")), Action: "/imports/uploads/" + v.r.PathValue("id"), File: f.file,
		TypeLabel: t.Plural.In(v.lang), Rows: v.p.N("imports.rows", len(f.rows)),
	}
	if wrong != "" {
		m.Notice = &page.Notice{Tone: "bad", Text: wrong}
	}
	targets := importTargets(t)
	for i, h := range f.header {
		col := page.MapColumn{Header: h, Name: columnName(i), ID: "col-" + columnName(i)}
		if len(f.rows) > 0 && i < len(f.rows[0]) {
			col.Sample = cut(f.rows[0][i], 80)
		}
		for _, fl := range targets {
			col.Options = append(col.Options, page.Option{Value: fl.Key, Label: fl.Label.In(v.lang), Selected: f.mapping[h] == fl.Key})
		}
		m.Columns = append(m.Columns, col)
	}
	for _, fl := range targets {
		if !fl.Clear && fl.Search == schema.SearchNone {
			continue
		}
		for _, mode := range []string{"update", "skip"} {
			m.Match = append(m.Match, page.Option{
				Value: mode + ":" + fl.Key, Label: v.p.T("imports.match."+mode, "Field", fl.Label.In(v.lang)),
				Selected: string(f.mode) == mode && f.key == fl.Key,
			})
		}
	}
	slices.SortStableFunc(m.Match, func(a, b page.Option) int { return strings.Compare(b.Value[:4], a.Value[:4]) })
	return v.render.show(v.w, v.r, status, "import-map", v.lang, m)
}

// importTargets are the fields that a column can hold.
func importTargets(t *schema.Type) []*schema.Field {
	var out []*schema.Field
	for _, f := range t.Fields {
		if !f.Computed() && len(f.Group) == 0 {
			out = append(out, f)
		}
	}
	return out
}

func columnName(i int) string { return "c" + plain(int64(i)) }
