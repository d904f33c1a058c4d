package vault_test

import (
	"errors"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/vault"
)

// TestReader: one reader opens the blocks of several subjects and of none, and
// nothing of a subject that was shredded after it opened their block.
func TestReader(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		ctx, v := t.Context(), b.vault(t)
		tenant, ids := people(t, v, 2)
		read := decision(t, access.Access, "health", access.Allow)
		record := bailiwick.RecordID{ID: newID(t)}
		r := v.Reader()
		open := func(s bailiwick.SubjectID, sealed bailiwick.Sealed) error {
			got, err := r.OpenTo(ctx, []byte("> "), block(tenant, record, s), sealed, read)
			if err == nil && string(got) != "> x" {
				t.Errorf("opened %q", got)
			}
			return err
		}
		sealed := map[bailiwick.SubjectID]bailiwick.Sealed{}
		for _, s := range []bailiwick.SubjectID{ids[0], ids[1], {}} {
			var err error
			if sealed[s], err = v.Seal(ctx, block(tenant, record, s), []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			for _, s := range []bailiwick.SubjectID{ids[0], {}, ids[1], ids[0], ids[0]} {
				if err := open(s, sealed[s]); err != nil {
					t.Fatal(err)
				}
			}
			b.clock.add(time.Minute)
		}
		if err := v.Shred(ctx, tenant, ids[0]); err != nil {
			t.Fatal(err)
		}
		if err := open(ids[0], sealed[ids[0]]); !errors.Is(err, vault.ErrShredded) {
			t.Errorf("a shredded subject's block: %v", err)
		}
		if err := open(ids[1], sealed[ids[1]]); err != nil {
			t.Error(err)
		}
	})
}
