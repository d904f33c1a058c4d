package importrun_test

import (
	"context"
	"errors"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
	"bailiwick/internal/store/storetest"
)

// TestRejects holds that refused rows are kept in order, counted, and gone
// when their time is over.
func TestRejects(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, tenant := context.Background(), storetest.NewTenant(t, s)
		run := importrun.Run{ID: bailiwick.ImportID{ID: bailiwick.ID{1}}, TypeNo: 1, User: bailiwick.UserID{ID: bailiwick.ID{2}},
			Digest: []byte{1}, Source: bailiwick.SealedBytes([]byte("s")), State: "running"}
		sealed := func(s string) bailiwick.Sealed { return bailiwick.SealedBytes([]byte(s)) }
		err := s.Update(ctx, tenant, func(tx store.TenantTx) error {
			return errors.Join(importrun.Insert(ctx, tx, &run),
				importrun.AddReject(ctx, tx, run.ID, importrun.Reject{No: 201, Size: 20, Ends: 200, Sealed: sealed("b")}),
				importrun.AddReject(ctx, tx, run.ID, importrun.Reject{No: 1, Size: 10, Ends: 100, Sealed: sealed("a")}))
		})
		if err != nil {
			t.Fatal(err)
		}
		read := func(tx store.TenantTx, now int64) string {
			all, err := importrun.Rejects(ctx, tx, run.ID, now)
			if err != nil {
				t.Error(err)
			}
			out := ""
			for _, r := range all {
				out += string(r.Sealed.Ciphertext())
			}
			return out
		}
		err = s.Update(ctx, tenant, func(tx store.TenantTx) error {
			if n, err := importrun.RejectSize(ctx, tx, run.ID); err != nil || n != 30 {
				t.Errorf("%d bytes, %v", n, err)
			}
			if got := read(tx, 99); got != "ab" {
				t.Errorf("kept: %q", got)
			}
			if got := read(tx, 100); got != "b" {
				t.Errorf("one has ended: %q", got)
			}
			if err := importrun.ForgetRejects(ctx, tx, 100); err != nil {
				return err
			}
			if got := read(tx, 0); got != "b" {
				t.Errorf("after the sweep: %q", got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
