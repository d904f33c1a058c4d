package api

import (
	"context"
	"testing"

	"bailiwick"
)

// TestTurns: one workspace does not fill the memory with imports, nor keep
// another from its own.
func TestTurns(t *testing.T) {
	turns, acme, beta := newTurns(), bailiwick.TenantID{ID: bailiwick.ID{1}}, bailiwick.TenantID{ID: bailiwick.ID{2}}
	var ends []func()
	for range importsAtOnce {
		end, err := turns.begin(acme)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	if _, err := turns.begin(acme); bailiwick.ErrorCode(err) != bailiwick.CodeLimited {
		t.Errorf("one too many: %v", err)
	}
	if _, err := turns.begin(beta); err != nil {
		t.Errorf("another workspace: %v", err)
	}
	ends[0]()
	if _, err := turns.begin(acme); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	for range readsAtOnce {
		turns.reads <- struct{}{}
	}
	stop()
	if err := turns.read(ctx, func() error { return nil }); err == nil {
		t.Error("read out of turn")
	}
}
