package server

import (
	"net/http"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
)

// securityTxt is /.well-known/security.txt (RFC 9116) of every host, if the
// operator named a contact.
func (s *Server) securityTxt(w http.ResponseWriter, r *http.Request, _ identity.Caller) error {
	if s.config.SecurityMail == "" {
		return bailiwick.NotFound()
	}
	// Expires is required and must not be far off; a year from the first of
	// this month keeps the file the same for a month.
	now := s.parts.Clock.Now()
	ends := time.Date(now.Year()+1, now.Month(), 1, 0, 0, 0, 0, time.UTC)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("Contact: mailto:" + s.config.SecurityMail + "\n" +
		"Expires: " + ends.Format(time.RFC3339) + "\n" +
		"Preferred-Languages: en, de, fr\n"))
	return err
}
