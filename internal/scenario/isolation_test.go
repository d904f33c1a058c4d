package scenario

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// attempts is how many attempts both engines make together, of which
// PostgreSQL makes one in five: BAILIWICK_ISOLATION, or 50,000.
func attempts(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("BAILIWICK_ISOLATION")); err == nil && n > 0 {
		return n
	}
	if testing.Short() {
		return 2_500
	}
	return 50_000
}

// TestIsolation tries to get from one workspace into another, over every row
// of the table of routes, with everything that a stranger could have got hold
// of: identifiers, sessions, tokens, links, cursors, sealed views. No answer
// may hold a canary of another workspace, and an answer about something of
// another workspace must be, byte for byte, the answer about nothing.
func TestIsolation(t *testing.T) {
	n := attempts(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		isolate(t, storetest.SQLite(t), n-n/5)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		isolate(t, storetest.Postgres(t), n/5)
	})
}

func isolate(t *testing.T, data *store.Store, n int) {
	w := Start(t, data, nil)
	a := &assault{t: t, w: w, r: rand.New(rand.NewPCG(1, uint64(n))), hits: map[string]int{}, told: map[string]int{}}
	for _, slug := range cellSlugs {
		a.cells = append(a.cells, newCell(t, w, data, slug))
	}
	for _, c := range a.cells[1:] {
		if !slices.Equal(c.shared, a.cells[0].shared) {
			t.Fatal("the workspaces do not share identifiers")
		}
	}
	for _, row := range w.Server.Routes() {
		if row.Host == server.TenantHost && row.Face != server.Asset {
			a.rows = append(a.rows, row)
		}
	}
	for i := 0; i < n && len(a.told) < 20; i++ {
		a.attempt(a.rows[i%len(a.rows)])
	}
	for i := range a.rows {
		if p := a.rows[i].Method + " " + a.rows[i].Pattern; a.hits[p] == 0 {
			t.Errorf("no attempt reached %s", p)
		}
	}
	for _, c := range a.cells {
		for path, want := range c.before {
			if got := w.Serve(Request{By: c.people[0], Method: "GET", Path: path}); !bytes.Equal(got.Body, want) {
				t.Errorf("a stranger changed %s of %s", path, c.Slug)
			}
		}
		for _, p := range c.people {
			if got := w.Serve(Request{By: p, Method: "GET", Path: "/api/v1/me"}); got.Status != 200 {
				t.Errorf("%s of %s lost their token: %d", p.Name, c.Slug, got.Status)
			}
			if got := w.Serve(Request{By: p, Page: true, Method: "GET", Path: "/"}); got.Status != 200 {
				t.Errorf("%s of %s lost their session: %d", p.Name, c.Slug, got.Status)
			}
		}
	}
	a.log()
	t.Logf("figure: %d attempts on %d routes with their twins; answers by status: %v", n, len(a.rows), a.statuses())
}

// assault is the run of the test on one engine.
type assault struct {
	t     *testing.T
	w     *World
	r     *rand.Rand
	cells []*cell
	rows  []server.Row
	hits  map[string]int // by method and pattern
	codes [600]int
	told  map[string]int // failures by route, each reported once
}

// pick returns one of s.
func pick[T any](r *rand.Rand, s []T) T { return s[r.IntN(len(s))] }

var placeholder = regexp.MustCompile(`\{(\w+)(\.\.\.)?\}|\{\$\}`)

// try is one attempt: a request with things of the victim's in it, and how to
// turn it into the same request about nothing.
type try struct {
	attacker, victim *cell
	swap             []string // old, new: things of the victim's, and what does not exist
	own              bool     // the request names a record of the attacker's too
	since            int64    // Unix milliseconds: identifiers of later are made by the request
}

// attempt sends one request that is no business of its sender, and its twin.
func (a *assault) attempt(row server.Row) {
	i, j := a.r.IntN(len(a.cells)), a.r.IntN(len(a.cells)-1)
	if j >= i {
		j++
	}
	k := &try{attacker: a.cells[i], victim: a.cells[j], since: time.Now().UnixMilli()}
	q := a.request(row, k)
	away := a.r.IntN(4) == 0 // the attacker's credentials at the victim's host
	if away {
		q.Host = k.victim.Slug + ".localhost"
	}
	name := row.Method + " " + row.Pattern
	if !away && harms(row) {
		q.By = nil // would end the attacker's own session
	}
	a.hits[name]++
	got := a.w.Serve(q)
	a.codes[min(got.Status, 599)]++
	k.judge(a, name, got, away)
	if away {
		if !row.Public() && got.Status != http.StatusUnauthorized && got.Status != http.StatusSeeOther && got.Status != http.StatusForbidden {
			a.tell(name, "credentials of %s are good for %d at %s", k.attacker.Slug, got.Status, k.victim.Slug)
		}
		return
	}
	twin := q
	twin.Path, twin.Body = k.absent(q.Path), k.absent(q.Body)
	if k.own || twin.Path == q.Path && twin.Body == q.Body || got.Status == http.StatusTooManyRequests {
		return
	}
	none := a.w.Serve(twin)
	if none.Status == http.StatusTooManyRequests {
		return
	}
	if none.Status != got.Status || !random(row) && !bytes.Equal(k.plain(got), k.plain(none)) {
		foreign, absent := apart(k.plain(got), k.plain(none))
		a.tell(name, "foreign and absent differ: %s %s\n%d %s\n%d %s", q.Path, q.Body, got.Status, foreign, none.Status, absent)
	}
}

// apart returns where two answers begin to differ.
func apart(a, b []byte) (x, y []byte) {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	i = max(0, i-80)
	return a[i:min(len(a), i+400)], b[i:min(len(b), i+400)]
}

// harms reports whether a route ends what its caller needs for the next
// attempt.
func harms(row server.Row) bool {
	return strings.Contains(row.Pattern, "sign-out") || strings.HasSuffix(row.Pattern, "/password")
}

// random reports whether every answer of a route holds a fresh secret for the
// caller alone: a challenge, or the key of one-time codes with its picture.
func random(row server.Row) bool {
	return strings.HasSuffix(row.Pattern, "/passkey/begin") || strings.HasSuffix(row.Pattern, "/security/totp")
}

// judge looks for canaries of others than the attacker in an answer. An answer
// at the victim's host may name the victim to whoever is not signed in, as a
// sign-in page does, and the tenant's name is such a canary: there the
// attacker's own must not appear.
func (k *try) judge(a *assault, name string, got Answer, away bool) {
	for _, c := range a.cells {
		if c == k.attacker && !away || c == k.victim && away && !signedIn(got) {
			continue
		}
		if bytes.Contains(k.plain(got), []byte(c.canary)) {
			a.tell(name, "an answer to %s holds the canary of %s (away: %v): %d %.400s", k.attacker.Slug, c.Slug, away, got.Status, got.Body)
		}
	}
}

// signedIn reports whether an answer is more than what strangers get.
func signedIn(a Answer) bool {
	return a.Status == http.StatusOK && bytes.Contains(a.Body, []byte("/sign-out"))
}

// absent replaces what is the victim's by what is nobody's.
func (k *try) absent(s string) string { return strings.NewReplacer(k.swap...).Replace(s) }

// plain is an answer without what differs between any two: the identifiers
// that it made, its own included, and those that were swapped.
func (k *try) plain(got Answer) []byte {
	h := got.Header.Clone()
	h.Del("Date")
	h.Del("Retry-After")
	var pairs []string
	for i := 0; i < len(k.swap); i += 2 {
		pairs = append(pairs, k.swap[i], "SWAPPED", k.swap[i+1], "SWAPPED", url.QueryEscape(k.swap[i]), "SWAPPED", url.QueryEscape(k.swap[i+1]), "SWAPPED")
	}
	text := strings.NewReplacer(pairs...).Replace(fmt.Sprint(h) + "\n" + string(got.Body))
	return identifier.ReplaceAllFunc([]byte(text), func(b []byte) []byte {
		id, err := bailiwick.ParseID(string(b))
		if ms := binary.BigEndian.Uint64(append([]byte{0, 0}, id[:6]...)); err == nil && int64(ms) >= k.since {
			return []byte("MADE")
		}
		return b
	})
}

var identifier = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// request fills a route with things of the victim's.
func (a *assault) request(row server.Row, k *try) Request {
	by := pick(a.r, k.attacker.people)
	if a.r.IntN(2) == 0 {
		by = k.attacker.people[0] // who may do most
	}
	q := Request{By: by, Page: row.Face == server.Page, Method: row.Method, Header: map[string]string{}}
	path := placeholder.ReplaceAllStringFunc(row.Pattern, func(p string) string { return a.fill(p, k) })
	q.Path = path + a.query(row, k)
	if row.Changes || row.Method == "PATCH" || row.Method == "DELETE" {
		q.Header["If-Match"] = `"1"`
	}
	if row.Accepts != nil {
		q.Body = a.body(row, k, &q)
	}
	if a.r.IntN(50) == 0 {
		q.Header["X-Forwarded-Host"] = k.victim.Slug + ".localhost"
		q.Header["Forwarded"] = "host=" + k.victim.Slug + ".localhost"
	}
	return q
}

var typeKeys = []string{"person", "control", "vulnerability", "risk", "incident"}

func (a *assault) fill(p string, k *try) string {
	switch strings.Trim(p, "{}.") {
	case "$":
		return ""
	case "type":
		return pick(a.r, typeKeys)
	case "secret":
		return a.victims(k, k.victim.links)
	case "view":
		return a.victims(k, k.victim.views)
	case "id":
		if a.r.IntN(10) == 0 { // the attacker's own record of that name
			k.own = true
			return pick(a.r, k.victim.shared)
		}
	}
	return a.victims(k, k.victim.ids)
}

// victims takes something of the victim's, and makes up what will stand in its
// place in the twin.
func (a *assault) victims(k *try, from []string) string {
	s := pick(a.r, from)
	if s == "" {
		return s
	}
	none := ""
	if id, err := bailiwick.ParseID(s); err == nil {
		for i := 6; i < 16; i++ {
			id[i] ^= byte(a.r.IntN(255) + 1)
		}
		id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
		none = id.String()
	} else if b, err := base64.RawURLEncoding.DecodeString(s); err == nil && len(b) > 16 {
		b[len(b)-3] ^= byte(a.r.IntN(255) + 1)
		none = base64.RawURLEncoding.EncodeToString(b)
	} else {
		last := byte('a')
		if s[len(s)-2] == last {
			last = 'b'
		}
		none = s[:len(s)-2] + string(last) + s[len(s)-1:]
	}
	k.swap = append(k.swap, s, none)
	return s
}

func (a *assault) query(row server.Row, k *try) string {
	v := url.Values{}
	api := row.Face == server.API
	if row.Method == "GET" && strings.Contains(row.Pattern, "{type}") {
		switch a.r.IntN(6) {
		case 0:
			v.Set("cursor", a.victims(k, k.victim.cursor))
		case 1:
			v.Set("filter", "owner:eq:"+a.victims(k, k.victim.ids))
		case 2:
			v.Set("f.owner", a.victims(k, k.victim.ids))
		case 3:
			v.Set("view", a.victims(k, k.victim.views))
		}
	}
	switch {
	case strings.HasSuffix(row.Pattern, "/groups"):
		v.Set("by", "status")
	case strings.HasSuffix(row.Pattern, "/export"):
		v.Set("format", pick(a.r, []string{"csv", "json"}))
	case strings.HasSuffix(row.Pattern, "/explain"):
		v.Set("field", pick(a.r, []string{"title", "full_name", "owner"}))
	case api && strings.HasSuffix(row.Pattern, "/imports") && row.Method == "POST":
		v.Set("type", "risk")
	case !api && a.r.IntN(3) == 0:
		v.Set(pick(a.r, []string{"id", "user", "import", "link", "session", "record", "revision", "next"}), a.victims(k, k.victim.ids))
	}
	if api {
		v.Del("view")
		v.Del("f.owner")
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

func (a *assault) body(row server.Row, k *try, q *Request) string {
	id := a.victims(k, k.victim.ids)
	if row.Face == server.Page && slices.Contains(row.Accepts, "multipart/form-data") {
		media, body := uploadForm("title,status,owner\nAn attempt,open," + id + "\n")
		q.Header["Content-Type"] = media
		return body
	}
	if row.Face == server.Page {
		v := url.Values{}
		for _, key := range []string{"id", "user", "session", "token", "import", "upload", "view", "entity"} {
			if a.r.IntN(3) == 0 {
				v.Set(key, id)
			}
		}
		v.Set("revision", "1")
		v.Set("f.title", "An attempt")
		v.Set("f.full_name", "An attempt")
		v.Set("f.status", "open")
		v.Set("f.country", "DE")
		v.Set(pick(a.r, []string{"f.owner", "f.controls", "f.manager", "f.reporter", "f.related_risk"}), id)
		v.Set("text", k.victim.bait)
		v.Set("q", k.victim.bait)
		if strings.HasSuffix(row.Pattern, "sign-in") && a.hits["POST /sign-in"] < 20 {
			v.Set("email", a.victims(k, []string{k.victim.people[0].Name + "@example.com"}))
			v.Set("password", "guess")
		}
		return v.Encode()
	}
	switch {
	case strings.HasSuffix(row.Pattern, "/users/query"):
		return fmt.Sprintf(`{"text":%q,"disabled":true}`, pick(a.r, []string{k.victim.bait, k.victim.canary, "canary"}))
	case strings.HasSuffix(row.Pattern, "/users"): // never a legal entity of the attacker's, so nobody is invited
		return fmt.Sprintf(`{"name":"An attempt","email":"attempt@example.com","roles":["member"],"entity":%q}`, id)
	case strings.HasSuffix(row.Pattern, "/users/{id}"):
		return pick(a.r, []string{`{"roles":["member"]}`, `{"name":"An attempt"}`, fmt.Sprintf(`{"entity":%q}`, id)})
	case strings.HasSuffix(row.Pattern, "/query"):
		return fmt.Sprintf(`{"filters":[{"field":"owner","op":"eq","values":[%q]}],"text":%q,"cursor":%q}`,
			id, pick(a.r, []string{"", k.victim.bait}), pick(a.r, []string{"", a.victims(k, k.victim.cursor)}))
	case strings.HasSuffix(row.Pattern, "/suggest"):
		return fmt.Sprintf(`{"field":%q,"text":%q}`, pick(a.r, []string{"owner", "manager", "controls", "reporter", "affected.person"}), k.victim.bait)
	case strings.HasSuffix(row.Pattern, "/search"):
		return fmt.Sprintf(`{"text":%q}`, pick(a.r, []string{k.victim.bait, k.victim.bait[:5]}))
	case strings.HasSuffix(row.Pattern, "/imports"):
		q.Header["Content-Type"] = "text/csv"
		return "title,status,owner,controls\nAn attempt,open," + id + "," + id + "\n"
	case strings.HasSuffix(row.Pattern, "/tokens"):
		return `{"name":"an attempt","scopes":["records:read"],"days":1}`
	}
	field := pick(a.r, []string{`"owner":%q`, `"controls":[%q]`, `"manager":%q`, `"reporter":%q`, `"affected":[{"person":%q}]`, `"related_risk":[%q]`})
	entity := ""
	if a.r.IntN(4) == 0 {
		entity = fmt.Sprintf(`,"entity":%q`, id)
	}
	return `{"fields":{"title":"An attempt","status":"open",` + fmt.Sprintf(field, id) + `}` + entity + `}`
}

// tell reports a failure once per route.
func (a *assault) tell(name, format string, args ...any) {
	if a.told[name]++; a.told[name] == 1 {
		a.t.Errorf(name+": "+format, args...)
	}
}

// log holds that the operators' log names nobody's content.
func (a *assault) log() {
	text := a.w.Log.String()
	for _, c := range a.cells {
		if strings.Contains(text, c.canary) || strings.Contains(text, c.bait) {
			a.t.Errorf("the log holds the canary of %s", c.Slug)
		}
	}
}

func (a *assault) statuses() map[int]int {
	out := map[int]int{}
	for code, n := range a.codes {
		if n > 0 {
			out[code] = n
		}
	}
	return out
}
