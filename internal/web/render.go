package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
	"bailiwick/internal/web/static"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// renderer prints view models: one set of templates per language, because the
// functions for text are bound to a language.
type renderer struct {
	sets map[string]*template.Template
}

func newRenderer(cat *i18n.Catalogue, assets *static.Set) (*renderer, error) {
	r := &renderer{sets: map[string]*template.Template{}}
	for _, lang := range i18n.Languages() {
		set, err := parseTemplates(cat.Printer(lang), assets)
		if err != nil {
			return nil, err
		}
		r.sets[lang] = set
	}
	return r, nil
}

// parseTemplates reads all templates with the functions of one language.
func parseTemplates(p *i18n.Printer, assets *static.Set) (*template.Template, error) {
	set, err := template.New("").Funcs(template.FuncMap{
		"t":     p.T,
		"n":     p.N,
		"asset": assets.URL,
		"languages": func() []page.Option {
			var out []page.Option
			for _, l := range i18n.Languages() {
				out = append(out, page.Option{Value: l, Label: i18n.NativeName(l), Selected: l == p.Lang()})
			}
			return out
		},
	}).ParseFS(templateFiles, "templates/*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return set, nil
}

// show prints a template with status. The page is made in memory first, so
// that a failure yields an error page and never half a page.
func (r *renderer) show(w http.ResponseWriter, req *http.Request, status int, name, lang string, model any) error {
	set, ok := r.sets[lang]
	if !ok {
		set = r.sets[i18n.Fallback]
	}
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, name, model); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding, Sec-Fetch-Site")
	body := b.Bytes()
	if strings.Contains(req.Header.Get("Accept-Encoding"), "gzip") && len(body) > leastGzip && !foreign(req) {
		body = squeeze(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader may be gone; there is nobody left to tell
	return nil
}

// leastGzip is the size below which compressing costs more than it saves.
const leastGzip = 1 << 10

var gzips = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// foreign reports whether another site, a sibling workspace included, made the
// browser ask. Such a request brings the session along when it opens a page
// (SameSite=Lax), and a list repeats the search in its address beside what it
// shows: by the length of the compressed answer, whoever chose the address and
// sees the wire could guess what stands there. A browser over TLS always says
// where a request comes from.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
		return false
	}
	return true
}

// squeeze compresses a page.
func squeeze(page []byte) []byte {
	z := gzips.Get().(*gzip.Writer)
	defer gzips.Put(z)
	var out bytes.Buffer
	z.Reset(&out)
	_, _ = z.Write(page) // writing to memory does not fail
	_ = z.Close()
	return out.Bytes()
}
