package vault

import (
	"testing"
	"time"
)

func TestCache(t *testing.T) {
	start := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	c := newCache[int, string](16, time.Minute)
	for i := range 1000 {
		c.put(i, "v", start, c.generation())
		if c.len() > 16 {
			t.Fatalf("%d values in a cache of 16", c.len())
		}
		if _, ok := c.get(i, start); !ok {
			t.Fatalf("value %d is not there right after it was put", i)
		}
	}
	for name, at := range map[string]time.Time{"a minute later": start.Add(time.Minute), "clock set back": start.Add(-time.Second)} {
		if _, ok := c.get(999, at); ok {
			t.Errorf("a value is used %s", name)
		}
	}
	gen := c.generation()
	c.evict(5)
	c.put(5, "stale", start, gen)
	if _, ok := c.get(5, start); ok {
		t.Error("a value read before an eviction was kept after it")
	}
	c.sweep(start.Add(time.Hour))
	if c.len() != 0 {
		t.Errorf("%d values after a sweep", c.len())
	}
}
