package keystore_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/vault/keystore"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// place is a database for a keystore, and a plain connection to it.
type place struct {
	open func() (*keystore.Store, error)
	raw  func() (*sql.DB, error)
}

func engines(t *testing.T, test func(*testing.T, place)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		test(t, place{
			func() (*keystore.Store, error) { return keystore.Open(t.Context(), "file:"+dir) },
			func() (*sql.DB, error) { return sql.Open("sqlite", filepath.Join(dir, keystore.FileName)) },
		})
	})
	t.Run("postgres", func(t *testing.T) {
		url := pgtest.New(t).OwnerURL
		test(t, place{
			func() (*keystore.Store, error) { return keystore.Open(t.Context(), url) },
			func() (*sql.DB, error) { return sql.Open("pgx", url) },
		})
	})
}

func open(t *testing.T, p place) *keystore.Store {
	t.Helper()
	s, err := p.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newID(t *testing.T) bailiwick.ID {
	t.Helper()
	id, err := bailiwick.NewID(now, nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestKeys(t *testing.T) {
	engines(t, func(t *testing.T, p place) {
		ctx := t.Context()
		s := open(t, p)
		if empty, err := s.Empty(ctx); err != nil || !empty {
			t.Fatalf("a new keystore is empty: %v, %v", empty, err)
		}
		if b, err := s.Fact(ctx, "f"); b != nil || err != nil {
			t.Errorf("no fact: %q, %v", b, err)
		}
		for _, v := range []string{"first", "second"} {
			if err := s.InsertFact(ctx, "f", []byte(v)); err != nil {
				t.Fatal(err)
			}
		}
		tenant, other := bailiwick.TenantID{ID: newID(t)}, bailiwick.TenantID{ID: newID(t)}
		for _, w := range []string{"first", "second"} {
			err := s.InsertTenant(ctx, tenant, keystore.KEK{Epoch: 1, Wrapped: []byte(w)},
				[]keystore.TenantKey{{Purpose: "content", Version: 1, Epoch: 1, Wrapped: []byte(w)}}, now)
			if err != nil {
				t.Fatal(err)
			}
		}
		subject := bailiwick.SubjectID{ID: newID(t)}
		row := keystore.SubjectKey{Subject: subject, Version: 1, Epoch: 1, Wrapped: []byte("wrapped")}
		if err := s.InsertSubjects(ctx, tenant, []keystore.SubjectKey{row}, now); err != nil {
			t.Fatal(err)
		}
		row.Epoch = 2
		row.Subject = bailiwick.SubjectID{ID: newID(t)}
		if err := s.InsertSubjects(ctx, tenant, []keystore.SubjectKey{row}, now); !errors.Is(err, keystore.ErrStale) {
			t.Errorf("key of an epoch that is not: %v", err)
		}
		_ = s.Close()
		s = open(t, p) // all of it is still there, and migrating again does nothing
		if empty, err := s.Empty(ctx); err != nil || empty {
			t.Errorf("empty: %v, %v", empty, err)
		}
		if b, err := s.Fact(ctx, "f"); string(b) != "first" || err != nil {
			t.Errorf("fact: %q, %v", b, err)
		}
		keks, keys, err := s.Tenant(ctx, tenant)
		if err != nil || len(keks) != 1 || len(keys) != 1 || string(keks[0].Wrapped) != "first" || string(keys[0].Wrapped) != "first" {
			t.Errorf("tenant: %v %v %v", keks, keys, err)
		}
		if got, err := s.Subject(ctx, tenant, subject); err != nil || string(got.Wrapped) != "wrapped" {
			t.Errorf("subject: %v, %v", got, err)
		}
		if got, err := s.Subjects(ctx, tenant, []bailiwick.SubjectID{row.Subject, subject}); err != nil || len(got) != 1 || got[0].Subject != subject {
			t.Errorf("subjects: %v, %v", got, err)
		}
		for name, err := range map[string]error{
			"unknown tenant":             second(s.Subject(ctx, other, subject)),
			"unknown subject":            second(s.Subject(ctx, tenant, row.Subject)),
			"keys of an unknown tenant ": third(s.Tenant(ctx, other)),
		} {
			if !errors.Is(err, keystore.ErrNoKey) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

func TestShredIsOneStep(t *testing.T) {
	engines(t, func(t *testing.T, p place) {
		ctx := t.Context()
		s := open(t, p)
		tenant, subject := bailiwick.TenantID{ID: newID(t)}, bailiwick.SubjectID{ID: newID(t)}
		if err := s.InsertTenant(ctx, tenant, keystore.KEK{Epoch: 1, Wrapped: []byte("k")}, nil, now); err != nil {
			t.Fatal(err)
		}
		row := keystore.SubjectKey{Subject: subject, Version: 1, Epoch: 1, Wrapped: []byte("wrapped")}
		if err := s.InsertSubjects(ctx, tenant, []keystore.SubjectKey{row}, now); err != nil {
			t.Fatal(err)
		}
		line := keystore.JournalRow{ID: newID(t), Act: "shred", Object: subject.ID, At: now}
		if err := s.InsertJournal(ctx, tenant, []keystore.JournalRow{{ID: line.ID, Act: "erase", Object: subject.ID, At: now}}); err != nil {
			t.Fatal(err)
		}
		// The journal refuses the row, so the key must stay.
		if err := s.Shred(ctx, tenant, []keystore.JournalRow{line}); err == nil {
			t.Error("a journal row of the same identifier was written twice")
		}
		if _, err := s.Subject(ctx, tenant, subject); err != nil {
			t.Errorf("a key was deleted without its journal row: %v", err)
		}
		line.ID = newID(t)
		if err := s.Shred(ctx, tenant, []keystore.JournalRow{line}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Subject(ctx, tenant, subject); !errors.Is(err, keystore.ErrShredded) {
			t.Errorf("a shredded key: %v", err)
		}
		if err := s.InsertSubjects(ctx, tenant, []keystore.SubjectKey{row}, now); !errors.Is(err, keystore.ErrShredded) {
			t.Errorf("a new key for a shredded subject: %v", err)
		}
	})
}

// TestInsertTogether makes many subjects from many goroutines, one of them
// shredded and one of an epoch that has ended: they fail, and fail alone.
func TestInsertTogether(t *testing.T) {
	engines(t, func(t *testing.T, p place) {
		ctx := t.Context()
		s := open(t, p)
		tenant := bailiwick.TenantID{ID: newID(t)}
		if err := s.InsertTenant(ctx, tenant, keystore.KEK{Epoch: 1, Wrapped: []byte("k")}, nil, now); err != nil {
			t.Fatal(err)
		}
		gone := bailiwick.SubjectID{ID: newID(t)}
		if err := s.Shred(ctx, tenant, []keystore.JournalRow{{ID: newID(t), Act: "shred", Object: gone.ID, At: now}}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 40 {
			id, epoch, want := bailiwick.SubjectID{ID: newID(t)}, int64(1), error(nil)
			with := bailiwick.SubjectID{ID: newID(t)}
			switch i % 10 {
			case 3:
				id, want = gone, keystore.ErrShredded
			case 7:
				epoch, want = 9, keystore.ErrStale
			}
			wg.Go(func() {
				err := s.InsertSubjects(ctx, tenant, []keystore.SubjectKey{
					{Subject: with, Version: 1, Epoch: epoch, Wrapped: []byte("w")},
					{Subject: id, Version: 1, Epoch: epoch, Wrapped: []byte("w")},
				}, now)
				if !errors.Is(err, want) {
					t.Errorf("insertion %d: %v, want %v", i, err, want)
				}
				if _, err := s.Subject(ctx, tenant, with); (err == nil) != (want == nil) {
					t.Errorf("insertion %d: the other of its subjects: %v", i, err)
				}
			})
		}
		wg.Wait()
	})
}

func TestNewerIsRefused(t *testing.T) {
	engines(t, func(t *testing.T, p place) {
		open(t, p)
		db, err := p.raw()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if _, err := db.ExecContext(t.Context(), `INSERT INTO keystore_version (version) VALUES (999)`); err != nil {
			t.Fatal(err)
		}
		if _, err := p.open(); !errors.Is(err, keystore.ErrNewer) {
			t.Errorf("a newer keystore: %v", err)
		}
	})
}

func TestFileModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	s, err := keystore.OpenSQLite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.InsertFact(t.Context(), "f", []byte("x")); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", filepath.Base(path), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestDataDatabaseIsRefused(t *testing.T) {
	url := pgtest.New(t).OwnerURL
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE ledger_entries (id bytea)`); err != nil {
		t.Fatal(err)
	}
	if _, err := keystore.OpenPostgres(t.Context(), url); !errors.Is(err, keystore.ErrNotApart) {
		t.Errorf("the database of the data: %v", err)
	}
}

func TestApart(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "tenants")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		keys, data string
		apart      bool
	}{
		{"file:" + dir + "/keys", "file:" + data, true},
		{"file:" + data, "file:" + data, false},
		{"file:" + data + "/keys", "file:" + data, false},
		{"file:" + data + "/../tenants/a/b", "file:" + data, false},
		{"file:" + link + "/keys", "file:" + data, false},
		{"file:" + dir, "file:" + data, false}, // a backup of the keystore would hold the data
		{"file:" + dir + "/tenants-keys", "file:" + data, true},
		{"file:" + dir + "/keys", "postgres://h/data", true},
		{"postgres://h/keys", "file:" + data, true},
		{"postgres://h/keys", "postgres://h/data", true},
		{"postgres://h/data", "postgres://h/data", false},
		{"postgres://keeper:x@H:5432/data?application_name=k", "postgres://app@h/data", false},
		{"postgres://h:5433/data", "postgres://h/data", true},
		{"postgres://localhost/data", "postgres://127.0.0.1/data", false},
		{"postgres://a,h/data", "postgres://h/data", false},
		{"postgresql://h/data", "postgres://h/data", false},
	} {
		err := keystore.Apart(c.keys, c.data)
		if c.apart != (err == nil) || (err != nil && !errors.Is(err, keystore.ErrNotApart)) {
			t.Errorf("Apart(%q, %q) = %v", c.keys, c.data, err)
		}
	}
	for _, bad := range []string{"", "file:", "/keys", "mysql://h/keys", "postgres://h:x/keys?sslmode=nonsense"} {
		err := keystore.Apart(bad, "postgres://h/data")
		if err == nil || errors.Is(err, keystore.ErrNotApart) {
			t.Errorf("Apart(%q) = %v", bad, err)
		}
	}
	if _, err := keystore.Open(t.Context(), "postgres://zoe:hunter2@h:x/keys"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a broken address: %v", err)
	}
}
