package web

import (
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// UploadLimit is how large an uploaded file may be, in bytes, and UploadBody
// how large the form that holds it. The limit is written on the page, and is
// what package sheet reads.
const (
	UploadLimit = 64 << 20
	UploadBody  = UploadLimit + 64<<10
)

// limitText is UploadLimit as people write it.
func (v *visit) limitText() string {
	return v.p.T("imports.mib", "Number", v.number(UploadLimit>>20))
}

// ImportNew asks for a file and where its rows go.
func (s *Site) ImportNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.askFile(http.StatusOK, r.URL.Query().Get("type"), "")
}

func (v *visit) askFile(status int, typ, wrong string) error {
	m := page.ImportNew{Base: v.base(v.p.T("imports.new")), Action: "/imports/upload", Limit: v.limitText(), Error: wrong}
	if id, err := bailiwick.ParseID(v.r.URL.Query().Get("resume")); err == nil {
		m.Action += "?resume=" + id.String()
		m.Base.Notice = &page.Notice{Tone: "info", Text: v.p.T("imports.resume.help")}
	}
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
	if len(data) > UploadLimit {
		return v.askFile(bailiwick.CodeTooLarge.Status(), typ, v.p.T("imports.error.large", "Limit", v.limitText()))
	}
	table, err := s.uploads.look(r.Context(), data)
	if err != nil {
		return v.askFile(http.StatusUnprocessableEntity, typ, unreadable(v.p, data, err))
	}
	if len(table.Rows) == 0 {
		return v.askFile(http.StatusUnprocessableEntity, typ, v.p.T("imports.error.empty"))
	}
	f := &upload{
		tenant: v.actor.Tenant(), user: v.actor.User(), file: name, typ: typ, data: data, bytes: len(data),
		header: table.Header, first: table.Rows[0], rows: len(table.Rows), mapping: schema.MapHeaders(t, table.Header),
	}
	if resumed, err := bailiwick.ParseID(r.URL.Query().Get("resume")); err == nil {
		f.resume.ID = resumed
	}
	id, err := s.uploads.put(f)
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
			limit = UploadLimit + 1
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
		if len(b) > UploadLimit {
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
		TypeLabel: t.Plural.In(v.lang), Rows: v.p.N("imports.rows", f.rows),
	}
	if wrong != "" {
		m.Notice = &page.Notice{Tone: "bad", Text: wrong}
	}
	targets := importTargets(t)
	for i, h := range f.header {
		col := page.MapColumn{Header: h, Name: columnName(i), ID: "col-" + columnName(i)}
		if i < len(f.first) {
			col.Sample = cut(f.first[i], 80)
		}
		for _, fl := range targets {
			col.Options = append(col.Options, page.Option{Value: fl.Key, Label: fl.Label.In(v.lang), Selected: f.mapping[h] == fl.Key})
		}
		m.Columns = append(m.Columns, col)
	}
	chosen, key := f.mode, f.key
	if chosen == "" && slices.Contains(slices.Collect(maps.Values(f.mapping)), t.KeyField) {
		chosen, key = custody.ImportUpdate, t.KeyField // a second import of the same file shall not double everything
	}
	for _, fl := range targets {
		if !fl.Clear && fl.Search == schema.SearchNone {
			continue
		}
		for _, mode := range []string{"update", "skip"} {
			m.Match = append(m.Match, page.Option{
				Value: mode + ":" + fl.Key, Label: v.p.T("imports.match."+mode, "Field", fl.Label.In(v.lang)),
				Selected: string(chosen) == mode && key == fl.Key,
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
