package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"bailiwick"
)

// groupKind is a list of rows, each about exactly one person of the register:
// the people affected by an incident, with what happened to each. A person has
// at most one row, so that a row is known by its person.
//
// As canonical JSON it is an array of objects with the members in the order of
// the pack. In a write an absent member means keep and null means clear, so the
// Value of a write keeps its nulls; custody, which knows what the writer may
// see, merges it with the stored rows.
type groupKind struct {
	wordless
	unindexed
}

func (groupKind) Name() string    { return "group" }
func (groupKind) Control() string { return "group" }

func (groupKind) FromJSON(f *Field, raw json.RawMessage) (Value, *Violation) {
	if isNull(raw) {
		return nil, nil
	}
	raw = bytes.TrimSpace(raw)
	if raw[0] != '[' || len(raw) > MaxValueBytes {
		return nil, violates("type", "list of rows")
	}
	var objects []json.RawMessage
	if json.Unmarshal(raw, &objects) != nil {
		return nil, violates("type", "list of rows")
	}
	if len(objects) > MaxGroupRows {
		return nil, violates("max-items", strconv.Itoa(MaxGroupRows))
	}
	rows := make([]Row, 0, len(objects))
	seen := map[bailiwick.SubjectID]bool{}
	for i, o := range objects {
		row, bad := readRow(f, o)
		if bad == nil && seen[row.Subject] {
			bad = violates("duplicate")
			bad.At = "." + f.About
		}
		if bad != nil {
			bad.At = fmt.Sprintf("[%d]", i) + bad.At
			return nil, bad
		}
		seen[row.Subject] = true
		rows = append(rows, row)
	}
	return JoinRows(f, rows), nil
}

// readRow reads one row; a violation is placed by its member.
func readRow(f *Field, raw json.RawMessage) (Row, *Violation) {
	members, err := readObject(raw)
	if err != nil {
		return Row{}, violates("type", "row")
	}
	row := Row{Values: make(map[string]Value, len(members))}
	for key, m := range members {
		member := f.Member(key)
		if member == nil {
			return Row{}, violates("unknown-field")
		}
		v, bad := member.Kind.FromJSON(member, m)
		if bad != nil {
			bad.At = "." + key
			return Row{}, bad
		}
		row.Values[key] = v
	}
	ids := References(row.Values[f.About])
	if len(ids) != 1 {
		bad := violates("required")
		bad.At = "." + f.About
		return Row{}, bad
	}
	row.Subject = bailiwick.SubjectID{ID: ids[0]}
	return row, nil
}

// FromText reads the JSON that Edit returns: a group has no other plain form.
func (k groupKind) FromText(f *Field, text string) (Value, *Violation) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	return k.FromJSON(f, json.RawMessage(text))
}

// Text counts the rows; pages show them one by one.
func (groupKind) Text(f *Field, v Value, _ string) string {
	if n := len(Rows(f, v)); n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

func (groupKind) Edit(_ *Field, v Value) string { return string(v) }

func (groupKind) SortKey(f *Field, v Value, _ string) []byte { return intKey(int64(len(Rows(f, v)))) }

func (groupKind) JSONSchema(f *Field) map[string]json.RawMessage {
	properties := make(map[string]map[string]json.RawMessage, len(f.Group))
	for _, m := range f.Group {
		properties[m.Key] = m.Kind.JSONSchema(m)
		properties[m.Key]["x-data-category"] = json.RawMessage(quoted(string(m.Category)))
	}
	items, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{f.About}, "properties": properties,
	})
	if err != nil { // only static JSON texts go in
		items = []byte(`{"type":"object"}`)
	}
	return schemaOf("type", `["array","null"]`, "maxItems", number(MaxGroupRows), "items", string(items))
}

func (groupKind) traits() traits {
	return traits{keys: []string{"fields"}, needs: []string{"fields", "about"}}
}
