package api

import (
	"mime"
	"net/http"
)

// mediaType is the type of the body without parameters, or empty.
func mediaType(r *http.Request) string {
	m, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return m
}
