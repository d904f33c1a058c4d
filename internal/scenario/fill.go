package scenario

import (
	"encoding/json"
	"fmt"

	"bailiwick/internal/schema"
)

// Filling makes a value for every field of a record type, for tests that want
// a canary wherever one can be.
type Filling struct {
	Text    string              // goes into every field that holds free text
	User    string              // identifier that user fields refer to
	Records map[string][]string // identifiers that reference fields refer to, by type
	Country string              // of country fields
	// Leave tells fields to leave out, by key; nil = none.
	Leave func(f *schema.Field) bool
}

// Fields returns the members of a draft of the type.
func (g *Filling) Fields(t *schema.Type) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for _, f := range t.Fields {
		if g.Leave != nil && g.Leave(f) {
			continue
		}
		if v := g.value(f); v != nil {
			b, err := json.Marshal(v)
			if err != nil {
				panic(err) // strings, numbers and maps of them
			}
			out[f.Key] = b
		}
	}
	return out
}

// value is the value of one field, nil for one that is computed or has nothing
// to refer to.
func (g *Filling) value(f *schema.Field) any {
	var one any
	switch f.Kind.Name() {
	case "text", "longtext":
		one = fmt.Sprintf("%s %s", g.Text, f.Key)
		if f.MaxLength > 0 && len(g.Text)+1+len(f.Key) > f.MaxLength {
			one = g.Text
		}
	case "email":
		one = g.Text + "@example.com"
	case "url":
		one = "https://example.com/" + g.Text
	case "phone":
		one = "+49 731 5550100"
	case "choice", "multichoice":
		one = f.List.Options[len(f.List.Options)-1].Key
		if f.Kind.Name() == "multichoice" {
			return []any{one}
		}
		return one
	case "integer":
		one = 3
	case "decimal":
		one = "4200.00"
	case "boolean":
		one = true
	case "date":
		one = "2026-03-04"
	case "datetime":
		one = "2026-03-04T05:06:07Z"
	case "country":
		one = g.Country
	case "user":
		one = g.User
	case "subject", "record":
		ids := g.Records[f.RefType]
		if len(ids) == 0 {
			return nil
		}
		one = ids[0]
	case "group":
		row := map[string]any{}
		for _, m := range f.Group {
			if v := g.value(m); v != nil {
				row[m.Key] = v
			}
		}
		return []any{row}
	default:
		return nil
	}
	if one == "" {
		return nil
	}
	if f.Many {
		return []any{one}
	}
	return one
}
