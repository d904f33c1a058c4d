// Package static holds the files that every page may load: one style sheet,
// small ES modules and the icon. They are embedded, named by their content and
// served with a year of caching.
//
// Invariants:
//
//   - Nothing here is taken from a third party, nor asks one at run time.
//   - A changed file has another address: the hash of its content is in it.
//   - No module is larger than 10 KB.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed *.css *.js *.svg
var files embed.FS

// Prefix is the path below which the files are served.
const Prefix = "/static/"

// parts of the style sheet, in order: they become one file, so that the first
// page needs one request for it.
var sheet = []string{"tokens.css", "base.css", "parts.css", "pages.css", "matrix.css"}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Set is the loaded files.
type Set struct {
	urls  map[string]string // name -> address
	byURL map[string]asset
}

type asset struct {
	kind        string
	plain, gzip []byte
}

// Load reads the embedded files, joins the style sheet and names everything by
// content. It fails only if the binary was built without a file.
func Load() (*Set, error) {
	s := &Set{urls: map[string]string{}, byURL: map[string]asset{}}
	var css []byte
	for _, name := range sheet {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("embedded style sheet: %w", err)
		}
		css = append(css, b...)
	}
	if err := s.add("app.css", css); err != nil {
		return nil, err
	}
	for _, name := range []string{"app.js", "form.js", "matrix.js", "passkey.js", "icon.svg"} {
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("embedded file: %w", err)
		}
		if err := s.add(name, b); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Set) add(name string, body []byte) error {
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	url := Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	s.urls[name] = url
	s.byURL[url] = asset{kind: kinds[ext], plain: body, gzip: z.Bytes()}
	return nil
}

// URL returns the address of a file; an unknown name yields the prefix, which
// answers 404.
func (s *Set) URL(name string) string {
	if u, ok := s.urls[name]; ok {
		return u
	}
	return Prefix
}

// Weight returns the bytes of a file as sent compressed, for the weight test.
func (s *Set) Weight(name string) int { return len(s.byURL[s.urls[name]].gzip) }

// ServeHTTP sends a file. Files hold nothing of a customer, so anyone may have
// them and caches may keep them.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := s.byURL[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
