package api

import (
	"net/http"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
)

// etag is the entity tag of a record: its revision. It is the same for every
// viewer and says nothing about what a withheld field holds; that a record
// changed may be seen (design: withheld looks the same filled or empty).
//
// It serves If-Match only. A read is always answered in full: what a viewer may
// see changes with rules, roles and countries while the revision stays, so an
// answer "not modified" could keep yesterday's rights on a client's screen.
func etag(rec *custody.Record) string {
	return tagOf(rec.Revision)
}

func tagOf(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

// ifMatch reads the revision that the client read. CodeIfMatch if the header
// is missing, CodeMalformed if it is not one of our tags.
func ifMatch(r *http.Request) (int64, error) {
	h := strings.TrimSpace(r.Header.Get("If-Match"))
	if h == "" {
		return 0, &bailiwick.Error{Code: bailiwick.CodeIfMatch, Message: "Send the ETag of the record you read in If-Match."}
	}
	if len(h) > 2 && h[0] == '"' && h[len(h)-1] == '"' {
		// Only the one spelling that we gave out: no "+3", no "03".
		if n, err := strconv.ParseInt(h[1:len(h)-1], 10, 64); err == nil && n > 0 && h == tagOf(n) {
			return n, nil
		}
	}
	return 0, bailiwick.Malformed("If-Match is not an ETag of this service.")
}
