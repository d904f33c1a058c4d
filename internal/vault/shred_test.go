package vault_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/vault"
	"bailiwick/internal/vault/keystore"
)

func TestShred(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		v, elsewhere := b.vault(t), b.vault(t)
		tenant, ids := people(t, v, 2)
		gone, stays := ids[0], ids[1]
		read := decision(t, access.Access, "health", access.Allow)
		record := bailiwick.RecordID{ID: newID(t)}
		sealed := map[bailiwick.SubjectID]bailiwick.Sealed{}
		for _, s := range ids {
			c, err := v.Seal(ctx, block(tenant, record, s), []byte("x"))
			if err != nil {
				t.Fatal(err)
			}
			sealed[s] = c
			if _, err := elsewhere.Open(ctx, block(tenant, record, s), c, read); err != nil {
				t.Fatal(err)
			}
		}
		if err := v.Journal(ctx, tenant, vault.ActErase, gone.ID); err != nil {
			t.Fatal(err)
		}
		b.clock.add(time.Second)
		if err := v.Shred(ctx, tenant, gone); err != nil {
			t.Fatal(err)
		}
		at := block(tenant, record, gone)
		for name, err := range map[string]error{
			"open":      second(v.Open(ctx, at, sealed[gone], read)),
			"seal":      second(v.Seal(ctx, at, nil)),
			"pseudonym": second(v.Pseudonym(ctx, tenant, gone)),
			"create":    v.CreateSubject(ctx, tenant, gone),
		} {
			if !errors.Is(err, vault.ErrShredded) || bailiwick.ErrorCode(err) != bailiwick.CodeErased {
				t.Errorf("%s after the shred: %v", name, err)
			}
		}
		if _, err := v.Open(ctx, block(tenant, record, stays), sealed[stays], read); err != nil {
			t.Errorf("another subject's block: %v", err)
		}
		// Another process may use what it has read for a minute, not longer.
		b.clock.add(vault.CacheTime)
		if _, err := elsewhere.Open(ctx, at, sealed[gone], read); !errors.Is(err, vault.ErrShredded) {
			t.Errorf("another process after a minute: %v", err)
		}
		if err := v.Shred(ctx, tenant, gone); err != nil {
			t.Errorf("shredding twice: %v", err)
		}
		checkJournal(t, v, tenant, gone)
	})
}

func checkJournal(t *testing.T, v *vault.Vault, tenant bailiwick.TenantID, subject bailiwick.SubjectID) {
	t.Helper()
	var acts []vault.Act
	var after bailiwick.ID
	for {
		page, err := v.Journaled(t.Context(), tenant, after, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		if page[0].Object != subject.ID || page[0].At.IsZero() {
			t.Errorf("journal: %+v", page[0])
		}
		acts, after = append(acts, page[0].Act), page[0].ID
	}
	want := []vault.Act{vault.ActErase, vault.ActShred, vault.ActShred}
	if len(acts) != len(want) || acts[0] != want[0] || acts[1] != want[1] || acts[2] != want[2] {
		t.Errorf("journal holds %v, want %v", acts, want)
	}
}

func TestJournalRefuses(t *testing.T) {
	v := sqliteBench(t).vault(t)
	tenant, ids := people(t, v, 1)
	for name, err := range map[string]error{
		"shred by hand": v.Journal(t.Context(), tenant, vault.ActShred, ids[0].ID),
		"unknown act":   v.Journal(t.Context(), tenant, "burn", ids[0].ID),
		"no object":     v.Journal(t.Context(), tenant, vault.ActDelete, bailiwick.ID{}),
		"no tenant":     v.Journal(t.Context(), bailiwick.TenantID{}, vault.ActDelete, ids[0].ID),
		"shred nobody":  v.Shred(t.Context(), tenant, bailiwick.SubjectID{}),
	} {
		if !errors.Is(err, vault.ErrBinding) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestShredLeavesNoBytes looks for the shredded key in every file of the
// keystore: free pages and the write-ahead log included.
func TestShredLeavesNoBytes(t *testing.T) {
	dir := t.TempDir()
	s, err := keystore.OpenSQLite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	b := &bench{s, filepath.Join(dir, "root.key"), newClock()}
	v := b.vault(t)
	tenant, ids := people(t, v, 50)
	k, err := s.Subject(t.Context(), tenant, ids[7])
	if err != nil {
		t.Fatal(err)
	}
	if !anywhere(t, dir, k.Wrapped) {
		t.Fatal("the wrapped key is not found before the shred: the test looks in the wrong place")
	}
	if err := v.Shred(t.Context(), tenant, ids[7]); err != nil {
		t.Fatal(err)
	}
	if anywhere(t, dir, k.Wrapped) {
		t.Error("the wrapped key still lies in the keystore's files")
	}
}

func anywhere(t *testing.T, dir string, b []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, b) {
			return true
		}
	}
	return false
}

// TestShredRace opens blocks from many goroutines while the key is shredded:
// once Shred has returned, no opening that begins may succeed.
func TestShredRace(t *testing.T) {
	b := sqliteBench(t)
	v := b.vault(t)
	read := decision(t, access.Access, "health", access.Allow)
	tenant, ids := people(t, v, 20)
	for _, s := range ids {
		at := block(tenant, bailiwick.RecordID{ID: newID(t)}, s)
		sealed, err := v.Seal(t.Context(), at, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		b.clock.add(vault.CacheTime) // so that the openings read the keystore
		var wg sync.WaitGroup
		shredded := make(chan struct{})
		for range 8 {
			wg.Go(func() {
				for {
					var after bool
					select {
					case <-shredded:
						after = true
					default:
					}
					_, err := v.Open(t.Context(), at, sealed, read)
					switch {
					case after && !errors.Is(err, vault.ErrShredded):
						t.Errorf("opened after the shred: %v", err)
					case err != nil && !errors.Is(err, vault.ErrShredded):
						t.Errorf("open: %v", err)
					}
					if after {
						return
					}
				}
			})
		}
		if err := v.Shred(t.Context(), tenant, s); err != nil {
			t.Error(err)
		}
		close(shredded)
		wg.Wait()
	}
}

func TestCacheTime(t *testing.T) {
	b := sqliteBench(t)
	v := b.vault(t)
	tenant, ids := people(t, v, 3)
	if err := v.Prefetch(t.Context(), tenant, append(ids, bailiwick.SubjectID{ID: newID(t)}, bailiwick.SubjectID{})); err != nil {
		t.Fatal(err)
	}
	at := block(tenant, bailiwick.RecordID{ID: newID(t)}, ids[0])
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Seal(t.Context(), at, nil); err != nil {
		t.Errorf("a prefetched key without the keystore: %v", err)
	}
	b.clock.add(vault.CacheTime)
	v.Sweep()
	if _, err := v.Seal(t.Context(), at, nil); err == nil {
		t.Error("a key was used after its time")
	}
}
