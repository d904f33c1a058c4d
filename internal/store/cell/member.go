package cell

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"bailiwick"
	"bailiwick/internal/store"
)

const (
	openTime  = 5 * time.Second // longest opening of a cell
	openAgain = 5 * time.Second // after a failure all who ask are refused at once for so long
)

// member is a cell that is open, or will be when it is needed.
type member struct {
	Cell
	clock  bailiwick.Clock
	flight singleflight.Group

	mu     sync.Mutex
	driver store.Driver
	failed error
	until  time.Time // until then failed is the answer
	closed bool
}

// known returns what is known without trying: the engine, or why there is none
// now; neither if it should be tried.
func (m *member) known() (store.Driver, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return nil, store.ErrClosed
	case m.failed != nil && m.clock.Now().Before(m.until):
		return nil, m.failed
	case m.failed == nil:
		return m.driver, nil
	}
	return nil, nil
}

// check asks the cell, opening it if need be, and returns its engine. What it
// finds counts for who comes next: while a cell does not answer nobody waits
// for it, and its callers cannot take up the places of all others.
func (m *member) check(ctx context.Context) (store.Driver, error) {
	m.mu.Lock()
	d := m.driver
	m.mu.Unlock()
	if d == nil {
		return m.open(ctx)
	}
	err := d.Ping(ctx)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) {
		return d, err // whoever asked went away: that says nothing of the cell
	}
	return d, m.found(err)
}

// found notes how the cell answered.
func (m *member) found(err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failed = nil; err != nil {
		m.failed, m.until = unreachable(m.Name, err), m.clock.Now().Add(openAgain)
	}
	return m.failed
}

// open returns the engine of the cell, opened by one caller on behalf of all
// who ask at the same time.
func (m *member) open(ctx context.Context) (store.Driver, error) {
	if d, err := m.known(); d != nil || err != nil {
		return d, err
	}
	// The opening goes on for the others when the first caller gives up.
	done := m.flight.DoChan("", func() (any, error) { return nil, m.try(context.WithoutCancel(ctx)) })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		if r.Err != nil {
			return nil, r.Err
		}
	}
	return m.known()
}

func (m *member) try(ctx context.Context) error {
	if d, err := m.known(); d != nil || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	m.mu.Lock()
	known := m.driver
	m.until = m.clock.Now().Add(openTime) // who comes meanwhile need not wait
	m.mu.Unlock()
	if known != nil { // it did not answer a while ago
		return m.found(known.Ping(ctx))
	}
	d, err := m.Open(ctx)
	if err != nil {
		return m.found(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errors.Join(store.ErrClosed, d.Close())
	}
	m.driver, m.failed = d, nil
	return nil
}

func (m *member) close() error {
	m.mu.Lock()
	d := m.driver
	m.closed, m.driver = true, nil
	m.mu.Unlock()
	if d == nil {
		return nil
	}
	return d.Close()
}
