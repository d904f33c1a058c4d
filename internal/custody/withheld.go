package custody

import (
	"sync"

	"bailiwick"
	"bailiwick/internal/access"
)

// withheldCache keeps the explanations of withheld cells: wording one costs as
// much as opening ten blocks, and a list needs the same few again and again.
// It lives and dies with the layout of one configuration and holds nothing of
// any record.
type withheldCache struct {
	mu sync.RWMutex
	m  map[withheldKey]*Withheld
}

// withheldKey is all that an explanation depends on.
type withheldKey struct {
	field    *fieldPlan
	op       access.Op
	viewer   string // roles and purpose
	subject  access.Subject
	country  bailiwick.Country
	location bailiwick.Country
	lang     string
}

const maxWithheld = 10_000

func (c *withheldCache) get(k withheldKey) (*Withheld, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	w, ok := c.m[k]
	return w, ok
}

func (c *withheldCache) put(k withheldKey, w *Withheld) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxWithheld {
		c.m = make(map[withheldKey]*Withheld)
	}
	c.m[k] = w
}
