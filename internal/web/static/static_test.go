package static

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestFilesAreSmallAndOurOwn(t *testing.T) {
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 10<<10 {
			t.Errorf("%s is %d bytes, more than 10 KB", e.Name(), len(b))
		}
		text := strings.ReplaceAll(string(b), `xmlns="http://www.w3.org/2000/svg"`, "")
		if strings.Contains(text, "//cdn") || strings.Contains(text, "http://") || strings.Contains(text, "https://") {
			t.Errorf("%s names another host", e.Name())
		}
		for _, sink := range []string{"innerHTML", "outerHTML", "document.write", "eval(", "insertAdjacentHTML", "new Function"} {
			if strings.Contains(text, sink) {
				t.Errorf("%s uses %s", e.Name(), sink)
			}
		}
	}
}

func TestServe(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, path, accept string
		status             int
		encoding           string
	}{
		{"compressed", s.URL("app.css"), "gzip", 200, "gzip"},
		{"plain", s.URL("app.js"), "", 200, ""},
		{"unknown", Prefix + "nothing.css", "", 404, ""},
		{"unfingerprinted", Prefix + "app.css", "", 404, ""},
		{"unknown name", s.URL("nothing"), "", 404, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", c.path, nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != c.status || w.Header().Get("Content-Encoding") != c.encoding {
				t.Errorf("got %d %q", w.Code, w.Header().Get("Content-Encoding"))
			}
			if c.status == 200 && !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
				t.Error("not cached as immutable")
			}
		})
	}
}

func TestWeight(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for name := range s.urls {
		total += s.Weight(name)
	}
	t.Logf("all assets, gzipped: %d bytes", total)
	if total > 25<<10 {
		t.Errorf("assets weigh %d bytes gzipped, more than 25 KB", total)
	}
}
