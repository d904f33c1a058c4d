package identity

import (
	"context"
	"sync"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
)

// Names returns the names of users of the actor's tenant, for owner fields and
// activity; identifiers of nobody are left out. Every user may know the names
// of colleagues who own records. A name that cannot be opened now is left out
// too: a page without a name is better than no page.
func (s *Service) Names(ctx context.Context, a bailiwick.Actor, ids []bailiwick.UserID) map[bailiwick.UserID]string {
	out := make(map[bailiwick.UserID]string, len(ids))
	if a.Kind() == bailiwick.Nobody || a.Kind() == bailiwick.Respondent {
		return out
	}
	seen, now := s.changes.Load(), s.clock.Now()
	var ask []bailiwick.UserID
	for _, id := range ids {
		if name, ok := s.names.get(nameKey{a.Tenant(), id}, seen, now); ok {
			out[id] = name
		} else if !id.IsZero() {
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return out
	}
	var rows []user.Row
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		rows = rows[:0]
		for _, id := range ask {
			r, err := user.Get(ctx, tx, id)
			if missing(err) {
				continue
			}
			if err != nil {
				return err
			}
			rows = append(rows, r)
		}
		return nil
	})
	if err != nil {
		return out
	}
	for _, r := range rows {
		p, err := s.openProfile(ctx, a.Tenant(), r)
		if err != nil {
			continue
		}
		out[r.ID] = p.Name
		s.names.put(nameKey{a.Tenant(), r.ID}, knownName{p.Name, seen, now.Add(nameFor)})
	}
	return out
}

const (
	nameFor  = 30 * time.Second // half of what a key may be kept (vault.CacheTime)
	maxNames = 20_000
)

// nameCache remembers opened names for a moment: a list shows the same few
// owners on every row.
type nameCache struct {
	mu sync.RWMutex
	m  map[nameKey]knownName
}

type nameKey struct {
	tenant bailiwick.TenantID
	user   bailiwick.UserID
}

type knownName struct {
	name    string
	changes uint64
	until   time.Time
}

func (c *nameCache) get(k nameKey, changes uint64, now time.Time) (string, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.m[k]
	if !ok || e.changes != changes || !now.Before(e.until) {
		return "", false
	}
	return e.name, true
}

func (c *nameCache) put(k nameKey, e knownName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxNames {
		c.m = make(map[nameKey]knownName)
	}
	c.m[k] = e
}
