package scenario

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// fixedClock gives the same time, for identifiers that are the same in every
// workspace.
type fixedClock struct{ at time.Time }

func (c fixedClock) Now() time.Time { return c.at }

// sequence is a stream of bytes that begins anew with each workspace.
type sequence struct{ r *rand.ChaCha8 }

func (s sequence) Read(p []byte) (int, error) { return s.r.Read(p) }

// openRules let every category be filled in and seen, so that no canary hides
// behind the matrix: what this test is about is the wall between workspaces.
func openRules() []byte {
	var b strings.Builder
	b.WriteString("rules:\n")
	for _, c := range bailiwick.ShippedCategories() {
		if !c.PopulateDefault {
			fmt.Fprintf(&b, "  - {id: fill-%s, operation: populate, category: %s, effect: allow}\n", c.Key, c.Key)
		}
		if !c.AccessDefault {
			fmt.Fprintf(&b, "  - {id: see-%s, operation: access, category: %s, effect: allow}\n", c.Key, c.Key)
		}
	}
	return []byte(b.String())
}

// cell is one workspace of the isolation test: everything in it that holds
// text holds its canary, and everything that has an identifier or a secret
// is known to the attackers of the others.
type cell struct {
	tenant.Tenant
	canary string // in every text, nowhere else
	bait   string // a word in every searchable text, for searches by strangers
	people []*Person
	ids    []string // identifiers that exist here only
	shared []string // identifiers of records that exist in every workspace
	links  []string // secrets of links
	views  []string
	cursor []string
	before map[string][]byte // records that only strangers ask for, as their owner saw them first
}

var cellSlugs = []string{"alpha", "bravo", "carol", "delta", "echo"}

// newCell makes a workspace and fills it.
func newCell(t testing.TB, w *World, data *store.Store, slug string) *cell {
	t.Helper()
	ctx := context.Background()
	c := &cell{canary: "canary" + slug, bait: "bait" + slug, before: map[string][]byte{}}
	made, err := w.Parts.Tenants.Create(ctx, tenant.Spec{
		Slug: slug, Name: c.canary, Rules: openRules(),
		Entities: []tenant.Entity{{Key: slug, Name: c.canary + " GmbH", Seat: "DE", PrivacyContact: c.canary + "@example.com"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Tenant = made
	w.Bases(t, made.ID)
	for _, role := range []bailiwick.Role{"owner", "hr", "auditor", "member"} {
		p := w.User(t, slug, c.canary+string(role), "DE", role)
		c.people = append(c.people, p)
		c.ids = append(c.ids, p.Actor.User().String(), p.Actor.Session().String())
	}
	conf, err := w.Parts.Tenants.Snapshot(ctx, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range conf.Entities {
		c.ids = append(c.ids, e.ID.String())
	}
	same := custody.New(custody.Deps{
		Store: data, Vault: w.Parts.Vault, Ledger: w.Parts.Ledger, Tenants: w.Parts.Tenants, Names: w.Parts.Identity.Names,
		Clock: fixedClock{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, Rand: sequence{rand.NewChaCha8([32]byte{7})},
	})
	c.shared = c.fill(t, same, conf)
	own := c.fill(t, w.Parts.Door, conf)
	c.ids = append(c.ids, own...)
	c.remember(t, w, own)
	c.secrets(t, w, conf)
	return c
}

// fill makes two records of each type with a canary in every field.
func (c *cell) fill(t testing.TB, door *custody.Door, conf *tenant.Configuration) []string {
	t.Helper()
	ctx, owner := context.Background(), c.people[0].Actor
	g := Filling{Text: c.canary + " " + c.bait, User: owner.User().String(), Country: "DE", Records: map[string][]string{}}
	var out []string
	for _, key := range []string{"person", "control", "vulnerability", "risk", "incident"} {
		typ := conf.Types[key]
		if typ == nil {
			continue
		}
		for range 2 {
			fields := g.Fields(typ)
			for k, v := range fields { // addresses hold no blanks
				if bytes.Contains(v, []byte("@")) || bytes.Contains(v, []byte("https://")) {
					fields[k] = bytes.ReplaceAll(v, []byte(c.canary+" "+c.bait), []byte(c.canary))
				}
			}
			rec, err := door.Save(ctx, owner, custody.Draft{Type: key, Fields: fields})
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			g.Records[key] = append(g.Records[key], rec.ID.String())
			out = append(out, rec.ID.String())
		}
	}
	return out
}

// remember keeps what the owner sees of records.
func (c *cell) remember(t testing.TB, w *World, ids []string) {
	t.Helper()
	for i, id := range ids {
		path := "/api/v1/records/" + []string{"person", "control", "vulnerability", "risk", "incident"}[i/2] + "/" + id
		a := w.Serve(Request{By: c.people[0], Method: "GET", Path: path})
		if a.Status != 200 || !bytes.Contains(a.Body, []byte(c.canary)) {
			t.Fatalf("%s: %d %s", path, a.Status, a.Body)
		}
		c.before[path] = a.Body
	}
}

// secrets makes one of everything else that has an identifier.
func (c *cell) secrets(t testing.TB, w *World, conf *tenant.Configuration) {
	t.Helper()
	ctx, owner := context.Background(), c.people[0].Actor
	user := c.people[3].Actor.User()
	for range 2 {
		link, err := w.Parts.Identity.SignInLink(ctx, c.ID, identity.Operator(c.ID), user, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		c.links = append(c.links, link)
	}
	tokens, err := w.Parts.Identity.Tokens(ctx, owner, owner.User())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range tokens {
		c.ids = append(c.ids, k.ID.String())
	}
	for key := range conf.Types {
		page, err := w.Parts.Door.List(ctx, owner, custody.Query{Type: key, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		c.cursor = append(c.cursor, page.Next)
		view, err := w.Parts.Door.SealView(ctx, owner, custody.Query{Type: key, Text: c.bait})
		if err != nil {
			t.Fatal(err)
		}
		c.views = append(c.views, view)
	}
	run, err := w.Parts.Door.Import(ctx, owner, custody.ImportSpec{
		Type: "risk", Source: c.canary + ".csv", Header: []string{"title", "status"}, Rows: [][]string{{c.canary, "open"}},
		Mapping: map[string]string{"title": "title", "status": "status"},
	})
	if err != nil || run.Created != 1 {
		t.Fatalf("import: %v, %+v", err, run)
	}
	c.ids = append(c.ids, run.ID.String())
	media, body := uploadForm("title,status\n" + c.canary + ",open\n")
	a := w.Serve(Request{By: c.people[0], Page: true, Method: "POST", Path: "/imports/upload", Body: body, Header: map[string]string{"Content-Type": media}})
	id, ok := strings.CutPrefix(a.Header.Get("Location"), "/imports/uploads/")
	if !ok {
		t.Fatalf("upload: %d %s", a.Status, a.Body)
	}
	c.ids = append(c.ids, id)
}

// uploadForm is the form by which a page sends a file of risks.
func uploadForm(csv string) (media, body string) {
	const border = "border4711"
	return "multipart/form-data; boundary=" + border, strings.ReplaceAll("--"+border+"\nContent-Disposition: form-data; name=\"type\"\n\nrisk\n--"+border+
		"\nContent-Disposition: form-data; name=\"file\"; filename=\"risks.csv\"\n\n"+csv+"\n--"+border+"--\n", "\n", "\r\n")
}
