package schema

import (
	"bytes"
	"encoding/json"
	"errors"

	"bailiwick"
)

// Row is one row of a group.
type Row struct {
	Subject bailiwick.SubjectID
	// Values holds the members by key, the subject reference among them. In
	// the row of a write a missing key means keep and a nil Value means clear.
	Values map[string]Value
}

var errNoObject = errors.New("not a JSON object")

// readObject reads a JSON object and refuses a key that appears twice.
func readObject(raw json.RawMessage) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errNoObject
	}
	out := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return nil, errNoObject
		}
		var m json.RawMessage
		if dec.Decode(&m) != nil {
			return nil, errNoObject
		}
		if _, twice := out[key]; twice {
			return nil, errNoObject
		}
		out[key] = m
	}
	return out, nil
}

// Rows takes the value of a group apart. Rows that cannot be read, which
// FromJSON never makes, are left out.
func Rows(f *Field, v Value) []Row {
	if v.IsEmpty() {
		return nil
	}
	var objects []map[string]json.RawMessage
	if json.Unmarshal(v, &objects) != nil {
		return nil
	}
	rows := make([]Row, 0, len(objects))
	for _, o := range objects {
		row := Row{Values: make(map[string]Value, len(o))}
		for key, m := range o {
			if isNull(m) {
				row.Values[key] = nil
				continue
			}
			row.Values[key] = Value(m)
		}
		ids := References(row.Values[f.About])
		if len(ids) == 1 {
			row.Subject = bailiwick.SubjectID{ID: ids[0]}
			rows = append(rows, row)
		}
	}
	return rows
}

// JoinRows is the inverse of Rows: the canonical value of a group. Keys that
// are no members are left out; the reference of each row is its Subject.
func JoinRows(f *Field, rows []Row) Value {
	if len(rows) == 0 {
		return nil
	}
	b := Value{'['}
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		first := true
		for _, m := range f.Group {
			v, ok := row.Values[m.Key]
			if m.Key == f.About {
				v, ok = textValue(row.Subject.String()), true
			}
			if !ok {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(appendQuoted(b, m.Key), ':')
			if v.IsEmpty() {
				b = append(b, "null"...)
				continue
			}
			b = append(b, v...)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
