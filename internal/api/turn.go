package api

import (
	"context"
	"sync"

	"bailiwick"
)

// How many imports are at work at a time: a small file can unpack into
// hundreds of megabytes, which stay until its import ends.
const (
	importsAtOnce = 3 // of one tenant; more are refused
	readsAtOnce   = 2 // files that are being unpacked, of all tenants; others wait
)

// turns lets imports in. It is safe for concurrent use.
type turns struct {
	mu    sync.Mutex
	of    map[bailiwick.TenantID]int
	reads chan struct{}
}

func newTurns() *turns {
	return &turns{of: make(map[bailiwick.TenantID]int), reads: make(chan struct{}, readsAtOnce)}
}

// begin takes a turn of a tenant, to be given back by end; CodeLimited if
// there is none.
func (t *turns) begin(id bailiwick.TenantID) (end func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of[id] >= importsAtOnce {
		return nil, &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "Too many imports of this workspace are at work: wait for one to end."}
	}
	t.of[id]++
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.of[id]--; t.of[id] == 0 {
			delete(t.of, id)
		}
	}, nil
}

// read runs f, which unpacks a file, when it is its turn.
func (t *turns) read(ctx context.Context, f func() error) error {
	select {
	case t.reads <- struct{}{}:
		defer func() { <-t.reads }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}
