package scenario

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bailiwick/internal/ledger"
	"bailiwick/internal/schema"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/sqlite"
	"bailiwick/internal/store/storetest"
)

// TestExits asks everything that the table of routes offers, as somebody who
// may do everything and from whom values are hidden in every way there is, in
// two workspaces that differ in hidden values alone. The fields come from the
// table of kinds, the requests from the table of routes; a route that is not
// reached fails the test.
//
// No hidden value may be in a byte that leaves: header, body, an unpacked
// workbook, log, activity record, mail, file of the database. And every answer
// must be the same bytes in both workspaces, also to who asks for the very
// value that one of them holds: counts, order, cursors, groups, previews and
// errors tell nothing.
func TestExits(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		d, err := sqlite.Open(context.Background(), sqlite.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		data := store.New(d)
		t.Cleanup(func() { _ = data.Close() })
		step := 7
		if testing.Short() {
			step = 41
		}
		s := newExitStage(t, data, step)
		s.run()
		scanFiles(t, dir, []mark{newMark(zebra), newMark(giraff), newMark("qvexportzebra")})
	})
	t.Run("postgres", func(t *testing.T) { newExitStage(t, storetest.Postgres(t), 17).run() })
}

// exitStage is the test on one engine.
type exitStage struct {
	t       *testing.T
	w       *World
	houses  [2]*exitHouse
	step    int // one field in so many is asked for alone; without a factor in common with the number of kinds
	forms   []mark
	plain   []string       // hidden values without a word of their own
	reached map[string]int // by route: the best status
	asked   int
	bytes   int
	told    map[string]int
}

func newExitStage(t *testing.T, data *store.Store, step int) *exitStage {
	s := &exitStage{t: t, w: Start(t, data, nil), step: step, reached: map[string]int{}, told: map[string]int{}}
	for n := range s.houses {
		s.houses[n] = newExitHouse(t, s.w, data, n)
	}
	if fmt.Sprint(s.houses[0].records) != fmt.Sprint(s.houses[1].records) {
		t.Fatal("the houses do not share identifiers")
	}
	kinds := map[string]bool{}
	for _, typ := range exitTypes {
		for _, f := range s.houses[0].conf.Types[typ].Fields {
			kinds[f.Kind.Name()] = true
		}
	}
	for _, k := range schema.Kinds() {
		if !kinds[k.Name()] {
			t.Errorf("no field of kind %s is hidden", k.Name())
		}
	}
	s.forms = []mark{newMark(zebra), newMark(giraff)}
	for _, h := range s.houses {
		for _, v := range h.values {
			if !strings.Contains(v, zebra) && !strings.Contains(v, giraff) {
				s.plain = append(s.plain, shapes(v)...)
			}
		}
	}
	slices.Sort(s.plain)
	s.plain = slices.Compact(s.plain)
	return s
}

// shapes is how a number or a date is written on pages and in files.
func shapes(v string) []string {
	if len(v) >= 10 && v[4] == '-' {
		return []string{v[:10], v[8:10] + "." + v[5:7] + "." + v[:4], v[8:10] + "/" + v[5:7] + "/" + v[:4], "Mar " + v[:4], "March " + v[:4], "Apr " + v[:4], "April " + v[:4]}
	}
	whole, rest, _ := strings.Cut(v, ".")
	out := []string{v}
	if strings.HasPrefix(v, "+") {
		return append(out, strings.NewReplacer("+", "", " ", "").Replace(v))
	}
	for _, sep := range []string{",", ".", "\u202f", "\u00a0", "'", " "} {
		g := whole
		for i := len(whole) - 3; i > 0; i -= 3 {
			g = g[:i] + sep + g[i:]
		}
		out = append(out, g+strings.Repeat(".", min(1, len(rest)))+rest)
	}
	return out
}

func (s *exitStage) run() {
	rows := slices.DeleteFunc(s.w.Server.Routes(), func(r server.Row) bool { return r.Host != server.TenantHost || r.Face == server.Asset })
	slices.SortStableFunc(rows, func(a, b server.Row) int { return exitOrder(a) - exitOrder(b) })
	s.canSee()
	s.prepare()
	for _, row := range rows {
		s.row(row)
	}
	for _, row := range rows { // once more, after everything that can be done was done
		if row.Method == "GET" {
			s.row(row)
		}
	}
	for _, row := range rows {
		name := row.Method + " " + row.Pattern
		switch got := s.reached[name]; {
		case got == 0:
			s.t.Errorf("nothing was asked of %s", name)
		case got >= 400 && exitRefused[name] != got:
			s.t.Errorf("%s never answered: %d", name, got)
		}
	}
	s.aside()
	s.t.Logf("figure: %d requests to %d routes in two workspaces that differ in %d hidden values of %d kinds: %d bytes left, none told them apart",
		s.asked, len(rows), len(s.houses[0].values), len(schema.Kinds()), s.bytes)
}

// exitOrder puts what reads first and what ends the session last.
func exitOrder(r server.Row) int {
	switch {
	case harms(r) || strings.Contains(r.Pattern, "/link/") || strings.Contains(r.Pattern, "/sign-") || strings.Contains(r.Pattern, "/security"):
		return 9
	case r.Method == "DELETE" || strings.Contains(r.Pattern, "/delete") || strings.Contains(r.Pattern, "/erase"):
		return 4
	case strings.Contains(r.Pattern, "/act/") || strings.HasSuffix(r.Pattern, "/withdraw") || strings.HasSuffix(r.Pattern, "/revoke"):
		return 5
	case r.Changes:
		return 3
	case r.Method != "GET":
		return 2
	}
	return 1
}

// canSee holds that the values are there for who may see them, so that the
// test can fail.
func (s *exitStage) canSee() {
	for _, h := range s.houses {
		a := s.w.Serve(Request{By: h.writer, Method: "GET", Path: "/api/v1/records/" + exitTypes[1] + "/" + h.records[exitTypes[1]][0]})
		if a.Status != 200 || !bytes.Contains(a.Body, []byte([]string{zebra, giraff}[h.n])) {
			s.t.Fatalf("who may see does not: %d %.300s", a.Status, a.Body)
		}
	}
}

// row asks one route everything, of both houses in step.
func (s *exitStage) row(row server.Row) {
	name := row.Method + " " + row.Pattern
	one, two := s.requests(row, s.houses[0]), s.requests(row, s.houses[1])
	if len(one) != len(two) {
		s.t.Fatalf("%s: %d and %d requests", name, len(one), len(two))
	}
	for i := range one {
		a, b := s.w.Serve(one[i].Request), s.w.Serve(two[i].Request)
		s.asked++
		if row.Method == "POST" && strings.HasPrefix(row.Pattern, "/imports/uploads/") {
			s.settle()
		}
		if s.reached[name] == 0 || a.Status < s.reached[name] {
			s.reached[name] = a.Status
		}
		x, y := s.normal(s.houses[0], a), s.normal(s.houses[1], b)
		if !random(row) && (a.Status != b.Status || !bytes.Equal(x, y)) {
			x, y := apart(x, y)
			s.tell(name+" twins", "%s %s %.300s: the houses are told apart: %d %d\n%s\n%s", row.Method, one[i].Path, one[i].Body, a.Status, b.Status, x, y)
		}
		if !one[i].guess {
			s.clean(name, one[i].Path, x)
			s.clean(name, two[i].Path, y)
		}
	}
}

// settle waits until uploads that are tried or imported in the background are
// through: until then their page refreshes itself.
func (s *exitStage) settle() {
	for _, h := range s.houses {
		for _, path := range []string{"/imports/uploads/" + h.made["upload"] + "/run", "/imports"} {
			deadline := time.Now().Add(time.Minute)
			for {
				a := s.w.Serve(Request{By: h.viewer, Page: true, Method: "GET", Path: path})
				if a.Header.Get("Refresh") == "" && !bytes.Contains(a.Body, []byte(`warn">running`)) {
					break
				}
				if time.Now().After(deadline) {
					s.t.Fatal("an import does not end")
				}
			}
		}
	}
}

func (s *exitStage) tell(key, format string, args ...any) {
	if s.told[key]++; s.told[key] <= 2 {
		s.t.Errorf(format, args...)
	}
}

// clean holds that nothing hidden is in what left.
func (s *exitStage) clean(name, path string, b []byte) {
	s.bytes += len(b)
	for _, m := range s.forms {
		for _, f := range m.forms {
			if i := bytes.Index(b, f); i >= 0 {
				s.tell(name+" canary", "%s %s holds a hidden value: %q", name, path, b[max(0, i-120):min(len(b), i+80)])
				return
			}
		}
	}
	for _, v := range s.plain {
		if i := bytes.Index(b, []byte(v)); i >= 0 {
			s.tell(name+" canary", "%s %s holds a hidden value: %q", name, path, b[max(0, i-120):min(len(b), i+80)])
			return
		}
	}
	if strings.Contains(path, "/export") && bytes.Contains(b, []byte("qvexportzebra")) {
		s.tell(name+" export", "%s %s exports what may not leave in files", name, path)
	}
}

var (
	sealedPart = regexp.MustCompile(`((?:cursor|view|state)=|"next":"|name="(?:state|view|cursor)" value=")[A-Za-z0-9_%-]{20,}`)
	decision   = regexp.MustCompile(`("decision":"|data-decision="|<code>)[0-9a-f]{8,64}`)
	moment     = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?|\b\d{1,2}:\d\d(:\d\d)?\b`)
	secretText = regexp.MustCompile(`(__Host-bw=|bw_|/link/|bailiwick_[a-z_]+=|otpauth:|secret)[A-Za-z0-9_./+=%?&:-]{20,}|[A-Z2-7]{32}|\b[0-9a-f]{32,64}\b|(value|data-secret)="[A-Za-z0-9_-]{40,}"|"(token|url|challenge)":"[^"]*"`)
	svgPicture = regexp.MustCompile(`data:image/png;base64,[A-Za-z0-9+/=]+`)
)

// normal is an answer without what differs between any two workspaces: names
// of hosts, identifiers, seals, times of now.
func (s *exitStage) normal(h *exitHouse, a Answer) []byte {
	body := a.Body
	if bytes.HasPrefix(body, []byte("PK")) {
		body = unzip(body)
	}
	header := a.Header.Clone()
	for _, k := range []string{"Date", "Content-Length", "Retry-After"} {
		header.Del(k)
	}
	text := []byte(fmt.Sprint(header) + "\n" + string(body))
	text = bytes.ReplaceAll(text, []byte(h.Slug), []byte("SLUG"))
	text = identifier.ReplaceAll(text, []byte("ID"))
	text = sealedPart.ReplaceAll(text, []byte("${1}SEAL"))
	text = decision.ReplaceAll(text, []byte("${1}DECISION"))
	text = svgPicture.ReplaceAll(text, []byte("PICTURE"))
	text = moment.ReplaceAllFunc(text, func(b []byte) []byte {
		if bytes.HasPrefix(b, []byte("191")) {
			return b // a hidden one
		}
		return []byte("TIME")
	})
	return secretText.ReplaceAll(text, []byte("SECRET"))
}

// unzip is every part of a workbook, one after the other.
func unzip(b []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return b
	}
	var out []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return b
		}
		part, err := io.ReadAll(r)
		if err != nil {
			return b
		}
		out = append(append(out, f.Name...), part...)
	}
	return out
}

// aside looks where values could go beside answers: the log, the activity
// record and the mail.
func (s *exitStage) aside() {
	for _, h := range s.houses {
		s.w.Deliver(s.t, h.Slug)
		entries := 0
		err := s.w.Parts.Store.View(context.Background(), h.ID, func(tx store.TenantTx) error {
			for cursor := ""; ; {
				list, next, err := s.w.Parts.Ledger.List(context.Background(), tx, ledger.Filter{}, cursor, 100)
				if err != nil {
					return err
				}
				for i := range list {
					b, err := list[i].Encode()
					if err != nil {
						return err
					}
					entries++
					s.clean("an entry of the activity record", string(list[i].Kind), b)
				}
				if cursor = next; cursor == "" {
					return nil
				}
			}
		})
		if err != nil || entries < 100 {
			s.t.Errorf("%d entries: %v", entries, err)
		}
	}
	mails := s.w.Mail.Mails()
	for _, m := range mails {
		s.clean("a mail", "", []byte(m.Decoded()))
	}
	s.clean("the log", "", []byte(s.w.Log.String()))
	if len(mails) == 0 {
		s.t.Error("no mail was sent")
	}
}
