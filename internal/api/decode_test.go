package api

import (
	"encoding/json"
	"testing"

	"bailiwick"
)

// TestUnambiguous holds what counts as one document that everybody reads the
// same way.
func TestUnambiguous(t *testing.T) {
	for doc, ok := range map[string]bool{
		`{}`: true, `{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}`: true, `{"a":"a","b":"a"}`: true, `[]`: true, `"a"`: true, ` {"a":[]} `: true,
		`{"a":{"a":{"a":1}}}`: true, `{"a":["b","b"]}`: true,
		``: false, ` `: false, `{"a":1,"a":1}`: false, `{"a":{"b":1,"b":2}}`: false, `{"a":[{"b":1,"b":2}]}`: false, `{"a":1}{"a":1}`: false,
		`{"a":1,"\u0061":2}`: false, `{"a":{},"a":[]}`: false, `{"a":1`: false, `{"a"}`: false, `{} x`: false,
	} {
		if err := unambiguous([]byte(doc)); (err == nil) != ok || err != nil && bailiwick.ErrorCode(err) != bailiwick.CodeMalformed {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

func FuzzUnambiguous(f *testing.F) {
	for _, s := range []string{`{"a":1,"a":2}`, `[{"a":[]}]`, `{"a":{"b":"c"}}`, `1 2`, `{`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if err := unambiguous(doc); err == nil && !json.Valid(doc) {
			t.Errorf("%q is no JSON and passed", doc)
		}
	})
}
