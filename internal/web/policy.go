package web

import (
	"net/http"

	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// Policy is the address at which the published privacy policy will stand. It
// exists from the first version, so that links to it hold; the page says so.
func (s *Site) Policy(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	b, _ := s.doorBase(r, c, "policy.title")
	return s.render.show(w, r, http.StatusOK, "policy", b.Lang, page.Policy{Base: b})
}
