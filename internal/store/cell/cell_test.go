package cell_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/cell"
	"bailiwick/internal/store/directory"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/postgres"
	"bailiwick/internal/store/sqlite"
)

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// place is a cell of a test, which can be taken away before it is opened.
type place struct {
	dir    string // or a database
	url    string
	down   error
	opened int
}

func (p *place) open(ctx context.Context) (store.Driver, error) {
	p.opened++
	if p.down != nil {
		return nil, p.down
	}
	if p.url != "" {
		return postgres.Open(ctx, postgres.Options{AppURL: p.url})
	}
	return sqlite.Open(ctx, sqlite.Options{Dir: p.dir})
}

type world struct {
	*store.Store
	t        testing.TB
	clock    *clock
	home     string
	eu, us   *place
	tenants  map[string]bailiwick.TenantID
	reopened func(...cell.Cell) *store.Store
}

// newWorld has the cells eu1 and us1, and tenants in each and in none.
func newWorld(t testing.TB, us *place) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{t: time.Unix(1_800_000_000, 0)}, home: t.TempDir(), eu: &place{dir: t.TempDir()}, us: us, tenants: map[string]bailiwick.TenantID{}}
	w.reopened = func(cells ...cell.Cell) *store.Store {
		home, err := sqlite.Open(t.Context(), sqlite.Options{Dir: w.home})
		if err != nil {
			t.Fatal(err)
		}
		s := store.New(cell.Route(home, cells, w.clock))
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	w.Store = w.reopened(cell.Cell{Name: "eu1", Region: "eu", Open: w.eu.open}, cell.Cell{Name: "us1", Region: "us", Open: w.us.open})
	w.add("home", "", "")
	w.add("berlin", "eu1", "eu")
	w.add("boston", "us1", "us")
	return w
}

// add writes the row of the directory.
func (w *world) add(slug, in, region string) bailiwick.TenantID {
	w.t.Helper()
	id := bailiwick.TenantID{ID: bailiwick.ID{byte(len(w.tenants) + 1), 7}}
	w.tenants[slug] = id
	err := w.UpdateDirectory(w.t.Context(), func(tx store.DirectoryTx) error {
		return directory.Insert(w.t.Context(), tx, directory.Row{ID: id, Slug: slug, Name: slug, Cell: in, Region: region, Created: 1})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) create(slugs ...string) {
	w.t.Helper()
	for _, s := range slugs {
		if err := w.CreateTenant(w.t.Context(), w.tenants[s]); err != nil {
			w.t.Fatalf("%s: %v", s, err)
		}
	}
}

func (w *world) use(s *store.Store, slug string) error {
	id := w.tenants[slug]
	return errors.Join(s.View(w.t.Context(), id, func(tx store.TenantTx) error {
		if tx.Tenant() != id {
			w.t.Errorf("%s: another tenant", slug)
		}
		return nil
	}), s.Update(w.t.Context(), id, func(store.TenantTx) error { return nil }))
}

// files are the tenants whose files lie in a directory.
func files(t testing.TB, dir string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	found, err := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		out[filepath.Base(f)] = true
	}
	return out
}

// TestTenantsLieInTheirCells: each in the one that the directory names and
// nowhere else, on two cells of files and on files beside a database.
func TestTenantsLieInTheirCells(t *testing.T) {
	t.Run("two cells of files", func(t *testing.T) {
		w := newWorld(t, &place{dir: t.TempDir()})
		w.create("home", "berlin", "boston")
		for dir, slug := range map[string]string{w.home: "home", w.eu.dir: "berlin", w.us.dir: "boston"} {
			if got := files(t, dir); len(got) != 1 || !got[w.tenants[slug].String()+".db"] {
				t.Errorf("%s: %v", slug, got)
			}
			if err := w.use(w.Store, slug); err != nil {
				t.Errorf("%s: %v", slug, err)
			}
		}
	})
	t.Run("files and a database", func(t *testing.T) {
		db := pgtest.New(t)
		if err := postgres.Migrate(t.Context(), db.OwnerURL, pgtest.App); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, &place{url: db.AppURL})
		w.create("home", "berlin", "boston")
		for _, slug := range []string{"home", "berlin", "boston"} {
			if err := w.use(w.Store, slug); err != nil {
				t.Errorf("%s: %v", slug, err)
			}
		}
		if len(files(t, w.home)) != 1 || len(files(t, w.eu.dir)) != 1 {
			t.Error("boston lies in files")
		}
		alone, err := postgres.Open(t.Context(), postgres.Options{AppURL: db.AppURL})
		if err != nil {
			t.Fatal(err)
		}
		defer alone.Close()
		s := store.New(alone)
		if err := w.use(s, "boston"); err != nil {
			t.Error(err)
		}
		for _, slug := range []string{"home", "berlin"} {
			if err := w.use(s, slug); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
				t.Errorf("%s in the database: %v", slug, err)
			}
		}
		for _, c := range w.Cells(t.Context()) {
			if c.Err != nil || (c.Engine == "postgres") != (c.Name == "us1") {
				t.Errorf("%+v", c)
			}
		}
	})
}

// TestACellThatIsDown affects its tenants only, is not tried by everybody who
// asks, and is used again when it is back.
func TestACellThatIsDown(t *testing.T) {
	w := newWorld(t, &place{dir: t.TempDir()})
	w.create("home", "berlin")
	w.us.down = errors.New("no route")
	unavailable := func() {
		t.Helper()
		err := w.CreateTenant(t.Context(), w.tenants["boston"])
		if bailiwick.ErrorCode(err) != bailiwick.CodeUnavailable {
			t.Errorf("boston: %v", err)
		}
	}
	for range 3 {
		unavailable()
	}
	if w.us.opened != 1 {
		t.Errorf("tried %d times", w.us.opened)
	}
	for _, slug := range []string{"home", "berlin"} {
		if err := w.use(w.Store, slug); err != nil {
			t.Errorf("%s: %v", slug, err)
		}
	}
	if err := w.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for _, c := range w.Cells(t.Context()) {
		if (c.Err != nil) != (c.Name == "us1") {
			t.Errorf("%+v", c)
		}
	}
	w.us.down = nil
	unavailable() // a moment ago it failed
	w.clock.add(time.Minute)
	w.create("boston")
}

// moody is an engine that stops answering.
type moody struct {
	store.Driver
	down  bool
	calls int
}

func (m *moody) Ping(ctx context.Context) error {
	if m.down {
		return &store.Failure{Kind: store.Unreachable, Code: "test"}
	}
	return ctx.Err()
}

func (m *moody) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	m.calls++
	return m.Driver.View(ctx, id, f)
}

// TestACellThatStopsAnswering: once that is found nobody is sent there, so
// that nobody waits in it, until it answers again.
func TestACellThatStopsAnswering(t *testing.T) {
	w := newWorld(t, &place{dir: t.TempDir()})
	m := &moody{}
	s := w.reopened(cell.Cell{Name: "us1", Region: "us", Open: func(ctx context.Context) (_ store.Driver, err error) {
		m.Driver, err = w.us.open(ctx)
		return m, err
	}})
	look := func(want bailiwick.Code, calls int) {
		t.Helper()
		err := s.View(t.Context(), w.tenants["boston"], func(store.TenantTx) error { return nil })
		if err != nil != (want != "") || err != nil && bailiwick.ErrorCode(err) != want || m.calls != calls {
			t.Errorf("%v, %d calls; want %q, %d", err, m.calls, want, calls)
		}
	}
	if err := s.CreateTenant(t.Context(), w.tenants["boston"]); err != nil {
		t.Fatal(err)
	}
	look("", 1)
	m.down = true
	if c := s.Cells(t.Context()); len(c) != 1 || c[0].Err == nil {
		t.Fatalf("%+v", c)
	}
	look(bailiwick.CodeUnavailable, 1)
	w.clock.add(time.Minute)
	look(bailiwick.CodeUnavailable, 1) // it was asked again
	m.down = false
	look(bailiwick.CodeUnavailable, 1) // a moment ago it did not answer
	w.clock.add(time.Minute)
	look("", 2)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Cells(gone)
	look("", 3)
}

// TestWrongConfiguration: a tenant whose cell is not configured, or is for
// another region, is reached nowhere and made nowhere.
func TestWrongConfiguration(t *testing.T) {
	w := newWorld(t, &place{dir: t.TempDir()})
	w.create("home", "berlin", "boston")
	for name, s := range map[string]*store.Store{
		"no cells":      w.reopened(),
		"not this one":  w.reopened(cell.Cell{Name: "eu1", Region: "eu", Open: w.eu.open}),
		"another place": w.reopened(cell.Cell{Name: "us1", Region: "eu", Open: w.us.open}),
	} {
		err := errors.Join(s.CreateTenant(t.Context(), w.tenants["boston"]))
		if bailiwick.ErrorCode(err) != bailiwick.CodeUnavailable {
			t.Errorf("%s: made: %v", name, err)
		}
		if err := s.View(t.Context(), w.tenants["boston"], func(store.TenantTx) error { return nil }); bailiwick.ErrorCode(err) != bailiwick.CodeUnavailable {
			t.Errorf("%s: %v", name, err)
		}
		if err := w.use(s, "home"); err != nil {
			t.Errorf("%s: home: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(w.home, "tenants", w.tenants["boston"].String()+".db")); err == nil {
		t.Error("it was made at home")
	}
	swapped := w.reopened(cell.Cell{Name: "us1", Region: "us", Open: w.eu.open}) // the other's place: nothing of it is there
	if err := w.use(swapped, "boston"); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
		t.Errorf("swapped: %v", err)
	}
	stranger := bailiwick.TenantID{ID: bailiwick.ID{99}}
	if err := w.View(t.Context(), stranger, func(store.TenantTx) error { return nil }); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
		t.Errorf("a stranger: %v", err)
	}
}
