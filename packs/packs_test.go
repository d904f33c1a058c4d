package packs_test

import (
	"testing"

	"bailiwick/internal/schema"
	"bailiwick/packs"
)

func TestShippedPacksParse(t *testing.T) {
	var all []*schema.Pack
	for _, f := range packs.Shipped() {
		p, err := schema.Parse(f.Name, f.Data)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		all = append(all, p)
	}
	if err := schema.Check(all); err != nil {
		t.Error(err)
	}
	if len(all) != 5 {
		t.Errorf("%d packs, want 5", len(all))
	}
}
