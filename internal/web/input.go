package web

import (
	"errors"
	"net/http"
	"strconv"

	"bailiwick"
)

// maxInputs bounds the inputs of one form: groups of 50 rows with 20 members
// stay far below it.
const maxInputs = 5000

// parseForm reads a posted form. The size of the body is bounded by the route
// table.
func parseForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return bailiwick.Malformed("The form could not be read.")
	}
	n := 0
	for _, values := range r.PostForm {
		n += len(values)
	}
	if n > maxInputs {
		return bailiwick.Malformed("The form has more inputs than any page of this site.")
	}
	return nil
}

// revision reads the hidden revision of a form.
func revision(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if err != nil || n < 1 {
		return 0, &bailiwick.Error{Code: bailiwick.CodeIfMatch, Message: "The form lacks the revision that you read."}
	}
	return n, nil
}
