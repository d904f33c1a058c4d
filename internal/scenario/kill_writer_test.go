package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// note is what a writer knows of one record: what the server acknowledged.
type note struct {
	id       string
	revision int
	word     string // the unique word of its title
	deleted  bool
}

// open is a request that was sent and not answered when the server died: it
// may have happened or not, but not by half.
type open struct {
	kind string // create, patch, delete, restore
	at   *note  // nil for a create
	word string
	key  string // Idempotency-Key of a create
}

// writer writes records over the API, one request at a time, and notes what
// was acknowledged.
type writer struct {
	no    int
	by    *Person
	addr  string
	http  *http.Client
	r     *rand.Rand
	n     int
	notes []*note
	dirty map[*note]bool // written to since the last comparison
	open  *open
	acks  int
	err   error // an answer that should not have come
}

// work writes until the connection breaks or ctx ends.
func (k *writer) work(ctx context.Context) {
	for ctx.Err() == nil && k.err == nil {
		if !k.step(ctx) {
			return
		}
	}
}

// step is one write; false when the server is gone.
func (k *writer) step(ctx context.Context) bool {
	k.n++
	o := &open{kind: "create", word: fmt.Sprintf("wort%dx%d", k.no, k.n), key: fmt.Sprintf("key-%d-%d", k.no, k.n)}
	if len(k.notes) > 3 && k.r.IntN(3) > 0 {
		o.at = k.notes[k.r.IntN(len(k.notes))]
		switch {
		case o.at.deleted:
			o.kind = "restore"
		case k.r.IntN(6) == 0:
			o.kind = "delete"
		default:
			o.kind = "patch"
		}
	}
	k.open = o
	a, err := k.send(ctx, o)
	if err != nil {
		return false
	}
	k.err = k.noted(o, a)
	k.open = nil
	return true
}

// send makes the request of a write. Every title has a word of its own and
// every narrative repeats it, so that half a record would show.
func (k *writer) send(ctx context.Context, o *open) (Answer, error) {
	q := Request{By: k.by, Header: map[string]string{}}
	body := fmt.Sprintf(`{"fields":{"title":"Risk %s","description":"Because of %s","status":"open","inherent_likelihood":"likely","inherent_impact":"major"}}`, o.word, o.word)
	switch o.kind {
	case "create":
		q.Method, q.Path, q.Body, q.Header["Idempotency-Key"] = "POST", "/api/v1/records/risk", body, o.key
	case "patch":
		q.Method, q.Path, q.Body, q.Header["If-Match"] = "PATCH", "/api/v1/records/risk/"+o.at.id, body, quoted(o.at.revision)
	case "delete":
		q.Method, q.Path, q.Header["If-Match"] = "DELETE", "/api/v1/records/risk/"+o.at.id, quoted(o.at.revision)
	case "restore":
		q.Method, q.Path = "POST", "/api/v1/records/risk/"+o.at.id+"/restore"
	}
	return send(ctx, k.http, k.addr, q)
}

func quoted(n int) string { return strconv.Quote(strconv.Itoa(n)) }

// noted writes an acknowledgement down.
func (k *writer) noted(o *open, a Answer) error {
	want := map[string]int{"create": 201, "patch": 200, "delete": 204, "restore": 200}[o.kind]
	if a.Status != want {
		return fmt.Errorf("%s answered %d: %.300s", o.kind, a.Status, a.Body)
	}
	k.acks++
	if o.kind == "create" {
		var rec struct{ ID string }
		if err := json.Unmarshal(a.Body, &rec); err != nil {
			return err
		}
		n := &note{id: rec.ID, revision: 1, word: o.word}
		k.notes, k.dirty[n] = append(k.notes, n), true
		return nil
	}
	k.dirty[o.at] = true
	o.done()
	return nil
}

// done brings the note to the state after the write.
func (o *open) done() {
	o.at.revision++
	switch o.kind {
	case "patch":
		o.at.word = o.word
	case "delete":
		o.at.deleted = true
	case "restore":
		o.at.deleted = false
	}
}

// compare asks a server that has come back for every record written to since
// the last time, and holds it against the notes. A create that was not
// answered is sent again with its key: it must make one record, not two.
func (k *writer) compare(ctx context.Context) error {
	if o := k.open; o != nil && o.kind == "create" {
		a, err := k.send(ctx, o)
		if err != nil {
			return err
		}
		if err := k.noted(o, a); err != nil {
			return err
		}
		k.open = nil
	} else if o != nil {
		k.dirty[o.at] = true
	}
	for n := range k.dirty {
		if err := k.look(ctx, n); err != nil {
			return fmt.Errorf("writer %d, record %s: %w", k.no, n.id, err)
		}
	}
	clear(k.dirty)
	k.open = nil
	return nil
}

// stored is what the API tells of a risk.
type stored struct {
	Revision int
	Fields   struct {
		Title, Description, Status string
		Score                      int `json:"inherent_score"`
	}
	Deleted string `json:"deleted_at"`
}

func (k *writer) get(ctx context.Context, q Request, into any) error {
	q.By = k.by
	a, err := send(ctx, k.http, k.addr, q)
	if err != nil {
		return err
	}
	if a.Status != 200 {
		return fmt.Errorf("%s answered %d: %.300s", q.Path, a.Status, a.Body)
	}
	return json.Unmarshal(a.Body, into)
}

// look compares one record: the record itself, its history and the index by
// which it is found.
func (k *writer) look(ctx context.Context, n *note) error {
	var s stored
	if err := k.get(ctx, Request{Method: "GET", Path: "/api/v1/records/risk/" + n.id}, &s); err != nil {
		return err
	}
	before := n.word
	if o := k.open; o != nil && o.at == n && s.Revision == n.revision+1 {
		o.done() // it had happened
	}
	if s.Revision != n.revision || s.Fields.Title != "Risk "+n.word || s.Fields.Description != "Because of "+n.word ||
		s.Fields.Status != "open" || s.Fields.Score != 16 || (s.Deleted != "") != n.deleted {
		return fmt.Errorf("is revision %d %+v, should be revision %d %q, deleted %v", s.Revision, s, n.revision, n.word, n.deleted)
	}
	var history struct{ Items []struct{ Revision int } }
	if err := k.get(ctx, Request{Method: "GET", Path: "/api/v1/records/risk/" + n.id + "/history"}, &history); err != nil {
		return err
	}
	if len(history.Items) != min(n.revision, 200) {
		return fmt.Errorf("has %d revisions in its history, not %d", len(history.Items), n.revision)
	}
	want := 1
	if n.deleted {
		want = 0
	}
	if got, err := k.found(ctx, n.word, n.id); err != nil || got != want {
		return fmt.Errorf("is found %d times by its word, not %d (%v)", got, want, err)
	}
	if before != n.word {
		if got, err := k.found(ctx, before, n.id); err != nil || got != 0 {
			return fmt.Errorf("is found by the word it had before (%v)", err)
		}
	}
	return nil
}

// found counts how often a word leads to a record; any other is an error.
func (k *writer) found(ctx context.Context, word, id string) (int, error) {
	var page struct{ Items []struct{ ID string } }
	if err := k.get(ctx, Request{Method: "POST", Path: "/api/v1/records/risk/query", Body: fmt.Sprintf(`{"text":%q}`, word)}, &page); err != nil {
		return 0, err
	}
	for _, i := range page.Items {
		if i.ID != id {
			return 0, fmt.Errorf("the word leads to %s", i.ID)
		}
	}
	return len(page.Items), nil
}
