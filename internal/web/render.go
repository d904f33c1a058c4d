package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

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
func (r *renderer) show(w http.ResponseWriter, status int, name, lang string, model any) error {
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
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	if err != nil {
		return nil // the reader has gone; there is nobody left to tell
	}
	return nil
}
