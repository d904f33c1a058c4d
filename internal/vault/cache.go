package vault

import (
	"sync"
	"sync/atomic"
	"time"
)

// cache keeps values for a limited time and in limited number.
type cache[K comparable, V any] struct {
	mu    sync.RWMutex
	items map[K]cached[V]
	gen   atomic.Uint64 // counts evictions: a value read before one may be stale after it
	max   int
	ttl   time.Duration
}

type cached[V any] struct {
	value V
	since time.Time
}

func newCache[K comparable, V any](limit int, ttl time.Duration) *cache[K, V] {
	return &cache[K, V]{items: map[K]cached[V]{}, max: limit, ttl: ttl}
}

// fresh reports whether a value of the instant since may be used now. A clock
// that was set back makes everything old rather than eternally young.
func (c *cache[K, V]) fresh(since, now time.Time) bool {
	age := now.Sub(since)
	return age >= 0 && age < c.ttl
}

func (c *cache[K, V]) get(k K, now time.Time) (V, bool) {
	c.mu.RLock()
	e, ok := c.items[k]
	c.mu.RUnlock()
	if !ok || !c.fresh(e.since, now) {
		var zero V
		return zero, false
	}
	return e.value, true
}

// generation is taken before a value is read from the keystore and handed to
// put, which drops the value if anything was evicted in between.
func (c *cache[K, V]) generation() uint64 { return c.gen.Load() }

// put keeps a value that was read at the instant since.
func (c *cache[K, V]) put(k K, v V, since time.Time, gen uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen.Load() {
		return
	}
	if _, ok := c.items[k]; !ok && len(c.items) >= c.max {
		c.makeRoom(since)
	}
	c.items[k] = cached[V]{v, since}
}

// makeRoom drops what is old and then, if that was not enough, an eighth of
// the rest, whichever the map names first.
func (c *cache[K, V]) makeRoom(now time.Time) {
	c.dropOld(now)
	for k := range c.items {
		if len(c.items) <= c.max-max(1, c.max/8) {
			return
		}
		delete(c.items, k)
	}
}

func (c *cache[K, V]) dropOld(now time.Time) {
	for k, e := range c.items {
		if !c.fresh(e.since, now) {
			delete(c.items, k)
		}
	}
}

func (c *cache[K, V]) evict(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen.Add(1)
	delete(c.items, k)
}

func (c *cache[K, V]) sweep(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropOld(now)
}

func (c *cache[K, V]) len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.items)
}
