package schema

import (
	"encoding/json"
	"strconv"
)

// schemaOf builds the keywords of a JSON schema from pairs of keyword and
// JSON text.
func schemaOf(pairs ...string) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = json.RawMessage(pairs[i+1])
	}
	return out
}

// quoted returns a text as JSON.
func quoted(s string) string { return string(appendQuoted(nil, s)) }

// number returns a number as JSON.
func number(n int) string { return strconv.Itoa(n) }

// optionKeys returns the keys of a list as a JSON array.
func optionKeys(l *OptionList) string {
	keys := make([]string, 0, len(l.Options))
	for _, o := range l.Options {
		keys = append(keys, o.Key)
	}
	if len(keys) == 0 {
		return "[]"
	}
	return string(listValue(keys))
}
