package custody

import (
	"encoding/json"
	"strconv"
	"time"

	"bailiwick/internal/schema"
)

// AppendJSON appends the record as the API sends it. Values are JSON already,
// so nothing is encoded twice. A withheld field, or member of a row, is left
// out of the fields and named under "withheld", whether it is filled or empty:
// so a client that sends back what it read does not clear what it cannot see.
func (r *Record) AppendJSON(dst []byte) []byte {
	dst = r.appendHead(dst)
	dst = appendCells(dst, r.Cells)
	dst = append(dst, `},"withheld":[`...)
	dst = appendWithheld(dst, r.Cells)
	return r.appendTail(dst)
}

// appendHead appends what comes before the fields.
func (r *Record) appendHead(dst []byte) []byte {
	dst = append(dst, `{"id":"`...)
	dst = r.ID.Append(dst)
	dst = append(dst, `","ref":`...)
	dst = appendString(dst, r.Ref)
	dst = append(dst, `,"type":`...)
	dst = appendString(dst, r.Type.Key)
	dst = append(dst, `,"revision":`...)
	dst = strconv.AppendInt(dst, r.Revision, 10)
	dst = append(dst, `,"subjects":[`...)
	for i, s := range r.Subjects {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"id":"`...)
		dst = s.ID.Append(dst)
		dst = append(dst, `","countries":[`...)
		for j, c := range s.Countries {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, string(c))
		}
		dst = append(dst, "]}"...)
	}
	return append(dst, `],"fields":{`...)
}

// appendTail appends what comes after the reasons.
func (r *Record) appendTail(dst []byte) []byte {
	dst = append(dst, `],"created_at":`...)
	dst = appendTime(dst, r.Created)
	dst = append(dst, `,"updated_at":`...)
	dst = appendTime(dst, r.Updated)
	if !r.Deleted.IsZero() {
		dst = append(dst, `,"deleted_at":`...)
		dst = appendTime(dst, r.Deleted)
	}
	if !r.Unit.IsZero() {
		dst = append(dst, `,"unit":"`...)
		dst = append(r.Unit.Append(dst), '"')
	}
	return append(dst, '}')
}

// MarshalJSON is AppendJSON.
func (r *Record) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// appendCells appends the members of an object: the cells that are not
// withheld.
func appendCells(dst []byte, cells []Cell) []byte {
	first := true
	for i := range cells {
		if cells[i].Withheld != nil {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = cells[i].appendJSON(dst)
	}
	return dst
}

// appendJSON appends "key":value.
func (c *Cell) appendJSON(dst []byte) []byte {
	dst = append(dst, '"')
	dst = append(dst, c.Field.Key...) // letters, digits, - and _
	dst = append(dst, '"', ':')
	if len(c.Rows) == 0 {
		return appendValue(dst, c.Value)
	}
	dst = append(dst, '[')
	for i, row := range c.Rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '{')
		dst = appendCells(dst, row.Cells)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendValue(dst []byte, v schema.Value) []byte {
	if v.IsEmpty() {
		return append(dst, "null"...)
	}
	return append(dst, v...)
}

func appendWithheld(dst []byte, cells []Cell) []byte {
	first := true
	next := func() {
		if !first {
			dst = append(dst, ',')
		}
		first = false
	}
	for i := range cells {
		c := &cells[i]
		if w := c.Withheld; w != nil {
			if next(); w.encoded != nil {
				dst = append(dst, w.encoded...)
			} else {
				dst = appendReason(dst, w, w.Field)
			}
		}
		for n, row := range c.Rows {
			for j := range row.Cells {
				if w := row.Cells[j].Withheld; w != nil {
					next()
					dst = appendReason(dst, w, c.Field.Key+"["+strconv.Itoa(n)+"]."+row.Cells[j].Field.Key)
				}
			}
		}
	}
	return dst
}

// appendReason appends one member of "withheld" under the name of a field.
func appendReason(dst []byte, w *Withheld, field string) []byte {
	dst = append(dst, `{"field":`...)
	dst = appendString(dst, field)
	dst = append(dst, `,"category":`...)
	dst = appendString(dst, string(w.Category))
	dst = append(dst, `,"rule":`...)
	dst = appendString(dst, w.Rule)
	dst = append(dst, `,"reason":`...)
	dst = appendString(dst, w.Reason)
	return append(dst, '}')
}

func appendTime(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, time.RFC3339Nano)
	return append(dst, '"')
}

// appendString appends a JSON string; keys and references need no escaping and
// take the short way.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f || c == '<' || c == '>' || c == '&' {
			b, err := json.Marshal(s)
			if err != nil {
				return append(dst, `""`...)
			}
			return append(dst, b...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
