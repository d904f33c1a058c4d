package sqlite

import (
	"container/list"
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/singleflight"

	"bailiwick"
	"bailiwick/internal/store"
)

// pool keeps the files of tenants open: those in use, and of the others the
// most recently used, up to a limit.
type pool struct {
	open   func(context.Context, bailiwick.TenantID) (*file, error)
	limit  int
	flight singleflight.Group

	mu     sync.Mutex
	idle   *sync.Cond // signalled when a file loses its last user, after close began
	files  map[bailiwick.TenantID]*file
	recent *list.List // of *file, most recently used first
	closed bool
}

func newPool(limit int, open func(context.Context, bailiwick.TenantID) (*file, error)) *pool {
	p := &pool{open: open, limit: limit, files: map[bailiwick.TenantID]*file{}, recent: list.New()}
	p.idle = sync.NewCond(&p.mu)
	return p
}

// acquire returns the tenant's file, opened by one caller on behalf of all who
// ask at the same time. Every acquired file must be released.
func (p *pool) acquire(ctx context.Context, id bailiwick.TenantID) (*file, error) {
	for {
		if f, err := p.lookup(id); f != nil || err != nil {
			return f, err
		}
		// The opening goes on for the others when the first caller gives up.
		done := p.flight.DoChan(id.String(), func() (any, error) {
			return nil, p.load(context.WithoutCancel(ctx), id)
		})
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case r := <-done:
			if r.Err != nil {
				return nil, r.Err
			}
		}
	}
}

func (p *pool) lookup(id bailiwick.TenantID) (*file, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, store.ErrClosed
	}
	f := p.files[id]
	if f != nil {
		f.users++
		p.recent.MoveToFront(f.place)
	}
	return f, nil
}

// load opens the file and makes room for it.
func (p *pool) load(ctx context.Context, id bailiwick.TenantID) error {
	p.mu.Lock()
	known := p.files[id] != nil
	p.mu.Unlock()
	if known {
		return nil
	}
	f, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return errors.Join(store.ErrClosed, f.close())
	}
	f.tenant = id
	f.place = p.recent.PushFront(f)
	p.files[id] = f
	victims := p.evict(f)
	p.mu.Unlock()
	for _, v := range victims {
		_ = v.close() // it has been idle: everything on it is committed
	}
	return nil
}

// evict takes the least recently used idle files out of the pool until it is
// within its limit, and returns them to be closed without the lock.
func (p *pool) evict(keep *file) []*file {
	var out []*file
	for e := p.recent.Back(); e != nil && p.recent.Len() > p.limit; {
		before := e.Prev()
		if f := e.Value.(*file); f.users == 0 && f != keep {
			p.recent.Remove(e)
			delete(p.files, f.tenant)
			out = append(out, f)
		}
		e = before
	}
	return out
}

func (p *pool) release(f *file) {
	p.mu.Lock()
	f.users--
	if f.users == 0 {
		p.idle.Broadcast()
	}
	var victims []*file
	if !p.closed && f.users == 0 && p.recent.Len() > p.limit {
		victims = p.evict(nil)
	}
	p.mu.Unlock()
	for _, v := range victims {
		_ = v.close()
	}
}

// size is the number of open files.
func (p *pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.files)
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	var errs []error
	for _, f := range p.files {
		for f.users > 0 {
			p.idle.Wait()
		}
		errs = append(errs, f.close())
	}
	p.files = nil
	return errors.Join(errs...)
}
