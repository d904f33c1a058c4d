package web

import (
	"net/http"
	"slices"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// Problem explains an error code: the page at the address that the type of a
// problem document (RFC 9457) names. It is the same for everybody.
func (s *Site) Problem(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	codes := bailiwick.Codes()
	i := slices.IndexFunc(codes, func(i bailiwick.CodeInfo) bool { return string(i.Code) == r.PathValue("code") })
	if i < 0 {
		return bailiwick.NotFound()
	}
	key := "problem." + string(codes[i].Code)
	b, p := s.doorBase(r, c, "error."+string(codes[i].Code))
	b.Path = r.URL.Path
	return s.render.show(w, r, http.StatusOK, "problem", b.Lang, page.Problem{
		Base: b, Code: string(codes[i].Code), Status: codes[i].Status, Meaning: p.T(key), Do: p.T(key + ".do"),
	})
}
