package bench

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/ledger"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
	"bailiwick/internal/store/sqlite"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
	"bailiwick/packs"
)

// world is one workspace full of records on one engine, the same records once
// more as a hand-written program would keep them, and who looks at both.
type world struct {
	parts   server.Parts
	dir     string // of SQLite's files
	tenant  tenant.Tenant
	viewer  bailiwick.Actor // a German manager: sees three sealed categories of people, birth dates masked
	hr      bailiwick.Actor
	token   string // of the viewer
	cookie  string
	clock   *clock
	people  []custody.Record
	records int
	raw     func(ctx context.Context, f func(queryer) error) error
	fill    func(ctx context.Context, rows []plain) error
}

// queryer is what reads the floor.
type queryer interface {
	Query(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// clock is the machine's, set forward to make cached keys old.
type clock struct{ ahead atomic.Int64 }

// Now is part of bailiwick.Clock.
func (c *clock) Now() time.Time {
	return bailiwick.SystemClock{}.Now().Add(time.Duration(c.ahead.Load()))
}

// size is how many records of a type there are.
func size() int {
	if measuring() {
		return 5000
	}
	return 120
}

// onSQLite and onPostgres make the world.
func onSQLite(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), clock: &clock{}}
	d, err := sqlite.Open(t.Context(), sqlite.Options{Dir: w.dir})
	must(t, err)
	w.furnish(t, store.New(d))
	must(t, w.parts.Store.Update(t.Context(), w.tenant.ID, func(tx store.TenantTx) error {
		ddl, err := migrations.Render(plainTable, migrations.SQLite, "")
		if err != nil {
			return err
		}
		_, err = tx.Exec(t.Context(), ddl)
		return err
	}))
	w.raw = func(ctx context.Context, f func(queryer) error) error {
		return w.parts.Store.View(ctx, w.tenant.ID, func(tx store.TenantTx) error { return f(tx) })
	}
	w.fill = func(ctx context.Context, rows []plain) error {
		return w.parts.Store.Update(ctx, w.tenant.ID, func(tx store.TenantTx) error {
			for _, r := range rows {
				if _, err := tx.Exec(ctx, qInsertPlain, r.args()...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	w.settle(t)
	return w
}

func onPostgres(t *testing.T) *world {
	t.Helper()
	db := storetest.Database(t)
	d, err := postgres.Open(t.Context(), postgres.Options{AppURL: db.AppURL})
	must(t, err)
	w := &world{clock: &clock{}}
	w.furnish(t, store.New(d))
	ddl, err := migrations.Render(plainTable+";\n{{grant bench_plain}}", migrations.PostgreSQL, pgtest.App)
	must(t, err)
	must(t, db.Exec(db.OwnerURL, ddl))
	// The directory's transactions are the driver's without row-level security.
	w.raw = func(ctx context.Context, f func(queryer) error) error {
		return w.parts.Store.ViewDirectory(ctx, func(tx store.DirectoryTx) error { return f(tx) })
	}
	w.fill = func(ctx context.Context, rows []plain) error {
		return w.parts.Store.UpdateDirectory(ctx, func(tx store.DirectoryTx) error {
			for _, r := range rows {
				if _, err := tx.Exec(ctx, qInsertPlain, r.args()...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	w.settle(t)
	must(t, db.Exec(db.AdminURL, "VACUUM ANALYZE"))
	return w
}

// furnish puts the house together over an open store.
func (w *world) furnish(t *testing.T, s *store.Store) {
	t.Helper()
	t.Cleanup(func() { must(t, s.Close()) })
	dir := t.TempDir()
	keys, err := keystore.OpenSQLite(t.Context(), filepath.Join(dir, "keys"))
	must(t, err)
	t.Cleanup(func() { must(t, keys.Close()) })
	v, err := vault.Open(t.Context(), vault.Options{Keystore: keys, Keeper: vault.NewFileKeeper(filepath.Join(dir, "root.key")), Clock: w.clock})
	must(t, err)
	extra, err := os.ReadFile("testdata/measurements.yaml")
	must(t, err)
	l := ledger.New(w.clock, nil)
	tenants := tenant.New(s, v, l, w.clock, append(packs.Shipped(), packs.File{Name: "measurements.yaml", Data: extra}))
	users := identity.New(s, v, l, tenants, w.clock)
	door := custody.New(custody.Deps{Store: s, Vault: v, Ledger: l, Tenants: tenants, Names: users.Names, Clock: w.clock})
	w.parts = server.Parts{
		Store: s, Vault: v, Ledger: l, Tenants: tenants, Identity: users, Door: door, Clock: w.clock,
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}
	rules, err := os.ReadFile("../demo/content/acme.rules.yaml")
	must(t, err)
	w.tenant, err = tenants.Create(t.Context(), tenant.Spec{Slug: "bench", Name: "Bench", Rules: rules,
		Entities: []tenant.Entity{{Key: "bench-de", Name: "Bench GmbH", Seat: "DE", PrivacyContact: "privacy@example.com"}}})
	must(t, err)
	w.viewer = w.user(t, "manager")
	w.hr = w.user(t, "hr")
	_, err = door.RecordBases(t.Context(), w.user(t, "privacy"), custody.BasisNote{Responsible: "Privacy", Basis: "test", Notice: "test"})
	must(t, err)
}

// user makes a user and, for the viewer, signs them in.
func (w *world) user(t *testing.T, role bailiwick.Role) bailiwick.Actor {
	t.Helper()
	ctx, op := t.Context(), identity.Operator(w.tenant.ID)
	id, err := w.parts.Identity.CreateUser(ctx, w.tenant.ID, op, identity.UserSpec{
		Name: "The " + string(role), Email: string(role) + "@example.com", Roles: []bailiwick.Role{role, "risk-manager", "auditor"}, Country: "DE"})
	must(t, err)
	link, err := w.parts.Identity.SignInLink(ctx, w.tenant.ID, op, id, time.Hour)
	must(t, err)
	in, err := w.parts.Identity.RedeemLink(ctx, w.tenant.ID, link, identity.Meta{Address: netip.IPv6Loopback()})
	must(t, err)
	if w.token == "" {
		_, w.token, err = w.parts.Identity.CreateToken(ctx, in.Actor, id, identity.TokenSpec{
			Label: "bench", Scopes: []bailiwick.Scope{bailiwick.ScopeRead}, Life: 24 * time.Hour})
		must(t, err)
		w.cookie = in.Cookie
	}
	return in.Actor
}

// settle fills in the records and their plain twins.
func (w *world) settle(t *testing.T) {
	t.Helper()
	w.people = w.save(t, w.hr, "person", person)
	w.keep(t, "person", w.people)
	w.keep(t, "risk", w.save(t, w.viewer, "risk", w.risk))
	w.keep(t, "measurement", w.save(t, w.user(t, "owner"), "measurement", measurement))
}

// save makes records of a type through the door, by many callers at once.
func (w *world) save(t *testing.T, a bailiwick.Actor, typ string, content func(i int) map[string]any) []custody.Record {
	t.Helper()
	out := make([]custody.Record, size())
	var next atomic.Int64
	var wait sync.WaitGroup
	for range 32 {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(out); i = int(next.Add(1)) - 1 {
				rec, err := w.parts.Door.Save(t.Context(), a, custody.Draft{Type: typ, Fields: draft(content(i))})
				if err != nil {
					t.Error(err)
					return
				}
				out[i] = rec
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	w.records += len(out)
	return out
}

func draft(content map[string]any) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for k, v := range content {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		out[k] = b
	}
	return out
}

// plain is a record as the natural raw query reads it: seven columns, one of
// them the document.
type plain struct {
	place            int64
	id               []byte
	kind             string
	subject          []byte
	country          string
	doc              []byte
	created, updated int64
}

func (p plain) args() []any {
	return []any{p.place, p.id, p.kind, p.subject, p.country, p.doc, p.created, p.updated}
}

const (
	plainTable = `CREATE TABLE bench_plain (place {{int}} NOT NULL PRIMARY KEY, id {{bytes}} NOT NULL, kind {{text}} NOT NULL, subject {{bytes}},
		country {{text}} NOT NULL, doc {{bytes}} NOT NULL, created {{int}} NOT NULL, updated {{int}} NOT NULL){{rowid}}`
	qInsertPlain = `INSERT INTO bench_plain (place, id, kind, subject, country, doc, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	qListPlain   = `SELECT id, kind, subject, country, doc, created, updated FROM bench_plain WHERE place > $1 AND place < $2 ORDER BY place DESC LIMIT 100`
	qGetPlain    = `SELECT id, kind, subject, country, doc, created, updated FROM bench_plain WHERE place = $1`
)

// places gives each type its range of the clustered table.
var places = map[string]int64{"person": 1 << 40, "risk": 2 << 40, "measurement": 3 << 40}

// keep writes the plain twins of records.
func (w *world) keep(t *testing.T, typ string, records []custody.Record) {
	t.Helper()
	var rows []plain
	for i := range records {
		r := &records[i]
		p := plain{place: places[typ] + int64(i) + 1, id: r.ID.Bytes(), kind: typ, country: "DE", doc: document(r),
			created: r.Created.UnixMicro(), updated: r.Updated.UnixMicro()}
		if len(r.Subjects) > 0 {
			p.subject, p.country = r.Subjects[0].ID.Bytes(), string(r.Subjects[0].Countries[0])
		}
		rows = append(rows, p)
	}
	must(t, w.fill(t.Context(), rows))
}

// document is the record's own content as plain JSON.
func document(r *custody.Record) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Value.IsEmpty() {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + c.Field.Key + `":`)
		b.Write(c.Value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// read scans what a query of the floor answers.
func (w *world) read(ctx context.Context, q string, args ...any) (out []plain, err error) {
	err = w.raw(ctx, func(tx queryer) error {
		rows, err := tx.Query(ctx, q, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		out = make([]plain, 0, 100)
		for rows.Next() {
			var p plain
			if err := rows.Scan(&p.id, &p.kind, &p.subject, &p.country, &p.doc, &p.created, &p.updated); err != nil {
				return err
			}
			out = append(out, p)
		}
		return rows.Err()
	})
	return out, err
}

// listPlain is the natural raw query of the newest 100 of a type.
func (w *world) listPlain(ctx context.Context, typ string) ([]plain, error) {
	return w.read(ctx, qListPlain, places[typ], places[typ]+1<<40)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
