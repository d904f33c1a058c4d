package tenant

import (
	"fmt"
	"time"

	"bailiwick"
)

// Limits of agreements.
const (
	MaxAgreements = 200 // of one tenant
	maxNote       = 500 // runes of an agreement's note
)

// Agreement is a reference to what was agreed outside the product, such as a
// works agreement: rules can require it, and what can be used to watch
// people's conduct stays off without one (R14.12). It holds no text of the
// agreement and names no person.
type Agreement struct {
	Key   string `json:"key"`            // what rules name: lower-case letters, digits and hyphens
	Title string `json:"title"`          // as people call it: "Works agreement 2025-3"
	Date  string `json:"date"`           // day it was concluded, as 2026-01-31
	Note  string `json:"note,omitempty"` // where it is kept, what it covers
}

// Agreement returns the agreement of a key; false if none is recorded.
func (d Document) Agreement(key string) (Agreement, bool) {
	for _, a := range d.Agreements {
		if a.Key == key {
			return a, true
		}
	}
	return Agreement{}, false
}

func checkAgreements(list []Agreement) []bailiwick.FieldError {
	var out []bailiwick.FieldError
	if len(list) > MaxAgreements {
		out = append(out, fieldError("agreements", "count", "There are at most 200 agreements."))
	}
	keys := make(map[string]bool)
	for i, a := range list {
		path := fmt.Sprintf("agreements[%d]", i)
		if !isLabel(a.Key) {
			out = append(out, fieldError(path+".key", "label", "The key is 1 to 63 lower-case letters, digits and hyphens."))
		}
		if keys[a.Key] {
			out = append(out, fieldError(path+".key", "unique", "Two agreements have the same key."))
		}
		keys[a.Key] = true
		if !isName(a.Title) {
			out = append(out, fieldError(path+".title", "name", "The title is 1 to 200 printable characters."))
		}
		if _, err := time.Parse(time.DateOnly, a.Date); err != nil {
			out = append(out, fieldError(path+".date", "date", "The date is a day such as 2026-01-31."))
		}
		if a.Note != "" && (!isText(a.Note, maxNote)) {
			out = append(out, fieldError(path+".note", "text", "The note is at most 500 printable characters."))
		}
	}
	return out
}
