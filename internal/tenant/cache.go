package tenant

import (
	"container/list"
	"sync"

	"bailiwick"
)

// maxCompiled bounds the compiled configurations that are kept. One of the
// shipped packs takes about half a megabyte with its views.
const maxCompiled = 256

// compiledKey names a document exactly. The digest is part of it because a
// version number seen inside a transaction that is then undone will be given
// to another document.
type compiledKey struct {
	tenant  bailiwick.TenantID
	version int64
	digest  [32]byte
}

// compiled keeps the most recently used configurations.
type compiled struct {
	mu    sync.Mutex
	order *list.List // of *compiledEntry, most recent first
	byKey map[compiledKey]*list.Element
}

type compiledEntry struct {
	key compiledKey
	c   *Configuration
}

func newCompiled() *compiled {
	return &compiled{order: list.New(), byKey: make(map[compiledKey]*list.Element)}
}

// get returns a configuration, or nil.
func (k *compiled) get(key compiledKey) *Configuration {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.byKey[key]
	if e == nil {
		return nil
	}
	k.order.MoveToFront(e)
	return e.Value.(*compiledEntry).c
}

// put keeps a configuration in the place of an earlier one of the key.
func (k *compiled) put(key compiledKey, c *Configuration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.byKey[key]; e != nil {
		e.Value.(*compiledEntry).c = c
		k.order.MoveToFront(e)
		return
	}
	k.byKey[key] = k.order.PushFront(&compiledEntry{key, c})
	if k.order.Len() > maxCompiled {
		last := k.order.Back()
		k.order.Remove(last)
		delete(k.byKey, last.Value.(*compiledEntry).key)
	}
}
