package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/migrations"
)

func tenantNo(n int) bailiwick.TenantID {
	id := bailiwick.TenantID{ID: bailiwick.ID{6: 0x70, 8: 0x80}}
	binary.BigEndian.PutUint32(id.ID[12:], uint32(n))
	return id
}

func open(t testing.TB, o Options) (*engine, error) {
	t.Helper()
	d, err := Open(context.Background(), o)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { d.Close() })
	return d.(*engine), nil
}

func mustOpen(t testing.TB, o Options) *engine {
	t.Helper()
	e, err := open(t, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func exec(t testing.TB, e *engine, id bailiwick.TenantID, q string, args ...any) {
	t.Helper()
	ctx := context.Background()
	if err := e.Update(ctx, id, func(c store.Conn) error { _, err := c.ExecContext(ctx, q, args...); return err }); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

func count(t testing.TB, e *engine, id bailiwick.TenantID, q string) (n int64) {
	t.Helper()
	ctx := context.Background()
	if err := e.View(ctx, id, func(c store.Conn) error { return c.QueryRowContext(ctx, q).Scan(&n) }); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return n
}

func TestNumbered(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"SELECT $2, $1":                  "SELECT ?2, ?1",
		"SELECT '$1', \"$2\", $12 -- $3": "SELECT '$1', \"$2\", ?12 -- $3",
		"SELECT 'it''s $1' || $1":        "SELECT 'it''s $1' || ?1",
		"/* $1 ' */ $1 -- '\n$2":         "/* $1 ' */ ?1 -- '\n?2",
		"$x $ $":                         "$x $ $",
		"'open $1":                       "'open $1",
	} {
		if got := Numbered(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzNumbered(f *testing.F) {
	f.Add("SELECT $1, '$2' -- $3\n/* $4 */ $5")
	f.Fuzz(func(t *testing.T, q string) {
		got := Numbered(q)
		if len(got) != len(q) || Numbered(got) != got {
			t.Errorf("%q became %q", q, got)
		}
		for i := range got {
			if got[i] != q[i] && (q[i] != '$' || got[i] != '?') {
				t.Errorf("%q became %q", q, got)
			}
		}
	})
}

func TestSettings(t *testing.T) {
	e := mustOpen(t, Options{Dir: t.TempDir()})
	ctx, id := context.Background(), tenantNo(1)
	if err := e.CreateTenant(ctx, id); err != nil {
		t.Fatal(err)
	}
	for pragma, want := range map[string]string{
		"page_size": "16384", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1",
		"temp_store": "2", "trusted_schema": "0", "query_only": "0 1",
	} {
		writer, reader, _ := strings.Cut(want+" "+want, " ")
		if pragma == "query_only" {
			reader = "1"
		}
		var got string
		if err := e.Update(ctx, id, func(c store.Conn) error { return c.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got) }); err != nil || got != writer {
			t.Errorf("writer's %s is %s, %v", pragma, got, err)
		}
		if err := e.View(ctx, id, func(c store.Conn) error { return c.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got) }); err != nil || got != reader {
			t.Errorf("reader's %s is %s, %v", pragma, got, err)
		}
	}
	info, err := os.Stat(e.path(id))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file mode %v, %v", info.Mode(), err)
	}
	left, _ := filepath.Glob(filepath.Join(e.dir, "tenants", "new-*"))
	if len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestPoolStaysWithinItsLimit(t *testing.T) {
	const limit, tenants, times = 3, 12, 15
	e := mustOpen(t, Options{Dir: t.TempDir(), MaxOpen: limit})
	ctx := context.Background()
	for i := range tenants {
		if err := e.CreateTenant(ctx, tenantNo(i)); err != nil {
			t.Fatal(err)
		}
		exec(t, e, tenantNo(i), "CREATE TABLE n (v INTEGER) STRICT")
	}
	var wg sync.WaitGroup
	for i := range tenants * 2 {
		wg.Go(func() {
			for j := range times {
				id := tenantNo((i + j*5) % tenants)
				exec(t, e, id, "INSERT INTO n VALUES (1)")
				count(t, e, id, "SELECT count(*) FROM n")
			}
		})
	}
	wg.Wait()
	if n := e.tenants.size(); n > limit {
		t.Errorf("%d files are open", n)
	}
	var total int64
	for i := range tenants {
		total += count(t, e, tenantNo(i), "SELECT count(*) FROM n")
	}
	if total != tenants*2*times {
		t.Errorf("%d rows", total)
	}
}

func TestReopen(t *testing.T) {
	dir, id, ctx := t.TempDir(), tenantNo(1), context.Background()
	e := mustOpen(t, Options{Dir: dir})
	if err := e.CreateTenant(ctx, id); err != nil {
		t.Fatal(err)
	}
	exec(t, e, id, "CREATE TABLE n (v INTEGER) STRICT")
	exec(t, e, id, "INSERT INTO n VALUES ($1)", 7)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	// As a file left behind by an older program is: the migrations run again
	// and find nothing to do.
	setVersion(t, filepath.Join(dir, "tenants", id.String()+".db"), 0)
	again := mustOpen(t, Options{Dir: dir})
	if n := count(t, again, id, "SELECT v FROM n"); n != 7 {
		t.Errorf("got %d", n)
	}
	want, err := migrations.Tenant.Latest()
	if n := count(t, again, id, "PRAGMA user_version"); err != nil || n != want {
		t.Errorf("version %d, want %d, %v", n, want, err)
	}
}

func setVersion(t *testing.T, path string, v int) {
	t.Helper()
	db := sql.OpenDB(&connector{path: path, mode: writing})
	defer db.Close()
	if _, err := db.Exec(fmt.Sprintf("PRAGMA user_version = %d", v)); err != nil {
		t.Fatal(err)
	}
}

func TestNewerIsRefused(t *testing.T) {
	dir, id, ctx := t.TempDir(), tenantNo(1), context.Background()
	e := mustOpen(t, Options{Dir: dir})
	if err := e.CreateTenant(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	refused := func(what string, err error) {
		t.Helper()
		if bailiwick.ErrorCode(err) != bailiwick.CodeUnavailable || !strings.Contains(err.Error(), "newer version") {
			t.Errorf("%s: %v", what, err)
		}
	}
	setVersion(t, filepath.Join(dir, "tenants", id.String()+".db"), 9000)
	e = mustOpen(t, Options{Dir: dir})
	refused("tenant", e.View(ctx, id, func(store.Conn) error { t.Error("it ran"); return nil }))
	refused("tenant", e.CreateTenant(ctx, id))
	if err := e.CreateTenant(ctx, tenantNo(2)); err != nil {
		t.Errorf("another tenant suffers: %v", err)
	}
	e.Close()
	setVersion(t, filepath.Join(dir, "directory.db"), 9000)
	_, err := open(t, Options{Dir: dir})
	refused("directory", err)
	if err := os.WriteFile(filepath.Join(dir, "format"), []byte("2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = open(t, Options{Dir: dir})
	refused("layout", err)
}

// TestGroup holds the writer while callers gather: their commit is one.
func TestGroup(t *testing.T) {
	e := mustOpen(t, Options{Dir: t.TempDir()})
	ctx, id := context.Background(), tenantNo(1)
	if err := e.CreateTenant(ctx, id); err != nil {
		t.Fatal(err)
	}
	exec(t, e, id, "CREATE TABLE n (v INTEGER) STRICT")
	started, release := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	insert := func(f func()) {
		wg.Go(func() {
			if err := e.Update(ctx, id, func(c store.Conn) error {
				f()
				_, err := c.ExecContext(ctx, "INSERT INTO n VALUES (1)")
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	insert(func() { close(started); <-release })
	<-started
	f, err := e.tenants.acquire(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	defer e.tenants.release(f)
	for range 20 {
		insert(func() {})
	}
	for len(f.write.queue) < 20 {
		if t.Context().Err() != nil {
			t.Fatal("the callers did not gather")
		}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := e.Update(gone, id, func(store.Conn) error { t.Error("it ran"); return nil }); err != context.Canceled {
		t.Errorf("canceled while waiting: %v", err)
	}
	before := f.write.groups.Load()
	close(release)
	wg.Wait()
	if n := f.write.groups.Load() - before; n != 1 {
		t.Errorf("%d commits", n)
	}
	if n := count(t, e, id, "SELECT count(*) FROM n"); n != 21 {
		t.Errorf("%d rows", n)
	}
}

func BenchmarkUpdate(b *testing.B) {
	for _, callers := range []int{1, 16} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			e := mustOpen(b, Options{Dir: b.TempDir()})
			ctx, id := context.Background(), tenantNo(1)
			if err := e.CreateTenant(ctx, id); err != nil {
				b.Fatal(err)
			}
			exec(b, e, id, "CREATE TABLE n (v INTEGER) STRICT")
			b.SetParallelism(callers / 2)
			if callers == 1 {
				for b.Loop() {
					exec(b, e, id, "INSERT INTO n VALUES ($1)", 1)
				}
				return
			}
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					exec(b, e, id, "INSERT INTO n VALUES ($1)", 1)
				}
			})
		})
	}
}

func BenchmarkView(b *testing.B) {
	e := mustOpen(b, Options{Dir: b.TempDir()})
	id := tenantNo(1)
	if err := e.CreateTenant(context.Background(), id); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		count(b, e, id, "SELECT created_at FROM tenant_stores WHERE slot = 1")
	}
}
