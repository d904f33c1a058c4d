package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bailiwick"
)

// TestProblemPages holds that the type of every problem is an address that
// explains it, on every host and in every language, and that another is not.
func TestProblemPages(t *testing.T) {
	h := onSQLite(t, nil)
	for _, host := range hosts {
		for _, c := range bailiwick.Codes() {
			for _, lang := range []string{"en", "de", "fr"} {
				w := h.do(t, request{method: "GET", host: host, path: "/problems/" + string(c.Code), header: map[string]string{"Accept-Language": lang}})
				body := w.Body.String()
				for _, want := range []string{`<html lang="` + lang + `"`, "<code>" + string(c.Code) + "</code>", fmt.Sprint(c.Status)} {
					if w.Code != http.StatusOK || !strings.Contains(body, want) {
						t.Errorf("%s %s %s: %d, without %q", host, c.Code, lang, w.Code, want)
					}
				}
				if lang == "en" && !strings.Contains(body, c.Meaning) {
					t.Errorf("%s: the page does not say what it means", c.Code)
				}
			}
		}
		if w := h.do(t, request{method: "GET", host: host, path: "/problems/no-such-code"}); w.Code != http.StatusNotFound {
			t.Errorf("%s: an unknown code gets %d", host, w.Code)
		}
	}
	var said struct{ Type string }
	w := h.do(t, request{method: "GET", host: hosts[TenantHost], path: "/api/v1/types"})
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	if w := h.do(t, request{method: "GET", host: hosts[TenantHost], path: said.Type}); w.Code != http.StatusOK {
		t.Errorf("the type %q of a problem leads to %d", said.Type, w.Code)
	}
}
