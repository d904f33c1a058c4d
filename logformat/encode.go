package logformat

import (
	"encoding/hex"
	"strconv"
	"time"
)

// Version is the version of the encoding; it is the first member.
const Version = 1

// timeLayout writes exactly six digits of the second, always in UTC.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Encode returns the encoding of an entry; an *ErrEntry if the entry cannot
// have one.
func (e *Entry) Encode() ([]byte, error) { return e.AppendEncode(make([]byte, 0, 512)) }

// AppendEncode is Encode that appends to dst. After an error dst holds nothing
// to be used.
func (e *Entry) AppendEncode(dst []byte) ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	start := len(dst)
	w := writer{append(dst, `{"v":1`...)}
	w.id("id", e.ID)
	w.text("time", e.Time.In(time.UTC).Format(timeLayout))
	w.id("tenant", e.Tenant)
	w.text("kind", string(e.Kind))
	w.text("actor_kind", e.ActorKind)
	w.text("actor", e.Actor)
	w.text("actor_country", e.ActorCountry)
	w.list("actor_roles", e.ActorRoles)
	w.text("purpose", e.Purpose)
	w.text("reference", e.Reference)
	w.id("session", e.Session)
	w.text("type", e.Object.Type)
	w.id("record", e.Object.Record)
	w.number("revision", e.Revision)
	w.pseudonyms("subjects", e.Subjects)
	w.list("fields", e.Fields)
	w.list("categories", e.Categories)
	w.number("count", e.Count)
	w.hash("root", e.Root)
	w.id("import", e.Import)
	w.number("config", e.ConfigVersion)
	w.number("policy", e.PolicyVersion)
	w.text("level", e.Level)
	w.text("outcome", string(e.Outcome))
	w.list("rules", e.Rules)
	w.text("reason", e.Reason)
	w.text("before", e.Before)
	w.text("after", e.After)
	w.text("detail", e.Detail)
	w.hash("commitment", e.Commitment)
	w.b = append(w.b, '}')
	if len(w.b)-start > MaxEncoded {
		return nil, &ErrEntry{"entry"}
	}
	return w.b, nil
}

// writer appends members. Check has seen to it that no text needs escaping.
type writer struct{ b []byte }

func (w *writer) name(n string) {
	w.b = append(w.b, ',', '"')
	w.b = append(w.b, n...)
	w.b = append(w.b, '"', ':')
}

func (w *writer) quoted(s string) {
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

func (w *writer) text(n, s string) {
	if s != "" {
		w.name(n)
		w.quoted(s)
	}
}

func (w *writer) number(n string, v int64) {
	if v != 0 {
		w.name(n)
		w.b = strconv.AppendInt(w.b, v, 10)
	}
}

func (w *writer) id(n string, id ID) {
	if !id.IsZero() {
		w.name(n)
		w.b = append(w.b, '"')
		w.b = appendID(w.b, id)
		w.b = append(w.b, '"')
	}
}

func (w *writer) hash(n string, h Hash) {
	if !h.IsZero() {
		w.name(n)
		w.b = append(w.b, '"')
		w.b = hex.AppendEncode(w.b, h[:])
		w.b = append(w.b, '"')
	}
}

func (w *writer) list(n string, list []string) {
	if len(list) == 0 {
		return
	}
	w.name(n)
	for i, s := range list {
		w.b = append(w.b, "[,"[min(i, 1)])
		w.quoted(s)
	}
	w.b = append(w.b, ']')
}

func (w *writer) pseudonyms(n string, list []Pseudonym) {
	if len(list) == 0 {
		return
	}
	w.name(n)
	for i, p := range list {
		w.b = append(w.b, "[,"[min(i, 1)], '"')
		w.b = hex.AppendEncode(w.b, p[:])
		w.b = append(w.b, '"')
	}
	w.b = append(w.b, ']')
}

// appendID appends the 36-character form.
func appendID(b []byte, id ID) []byte {
	for i, part := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, id[part[0]:part[1]])
	}
	return b
}
