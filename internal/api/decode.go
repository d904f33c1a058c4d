package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"bailiwick"
)

// decode reads one JSON document into v, refusing unknown members, members
// that stand twice, doubled documents and anything over the limit of the
// route.
func decode(r *http.Request, v any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return unreadable(err)
	}
	if err := unambiguous(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return unreadable(err)
	}
	return nil
}

// maxDepth bounds how deep a document is nested: none of ours goes half as
// deep, and what is not bounded is paid for in memory.
const maxDepth = 16

// unambiguous holds that a body is one JSON document in which no object has a
// member twice. Of two such members one would win silently, and a proxy or a
// log that looks at the document may believe in the other.
func unambiguous(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var open []map[string]bool // members of each open object; nil for an array
	key := false               // whether a string at this place is the name of a member
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return bailiwick.Malformed("The body is empty.")
		}
		if err != nil {
			return unreadable(err)
		}
		switch at := token.(type) {
		case json.Delim:
			if len(open) > maxDepth {
				return bailiwick.Malformed("The body is nested too deep.")
			}
			switch at {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
		case string:
			if key {
				members := open[len(open)-1]
				if members[at] {
					return bailiwick.Malformed("The body names a member of an object twice.")
				}
				members[at] = true
				key = false
				continue
			}
		}
		if len(open) == 0 {
			break
		}
		key = open[len(open)-1] != nil
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bailiwick.Malformed("The body holds more than one JSON document.")
	}
	return nil
}

// unreadable turns a decoder's error, which may quote the input, into one
// that does not.
func unreadable(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The body is larger than " + strconv.FormatInt(big.Limit, 10) + " bytes."}
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return bailiwick.Malformed("The body is not JSON: it breaks off or goes wrong at byte " + strconv.FormatInt(syntax.Offset, 10) + ".")
	}
	return bailiwick.Malformed("The body is not a JSON document of the expected form.")
}
