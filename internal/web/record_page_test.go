package web

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/i18n"
)

// TestRailTellsOnce: one person who opens a record again and again is one line;
// another person, another act or a refusal is a line of its own.
func TestRailTellsOnce(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{p: cat.Printer("en"), lang: "en", zone: time.UTC}
	ana, ben := bailiwick.UserID{ID: bailiwick.ID{1}}, bailiwick.UserID{ID: bailiwick.ID{2}}
	read := func(u bailiwick.UserID, name, outcome string) custody.ActivityLine {
		return custody.ActivityLine{Kind: "record.read", User: u, Name: name, Outcome: outcome}
	}
	lines := []custody.ActivityLine{read(ben, "Ben", "done")}
	for range 12 {
		lines = append(lines, read(ana, "Ana", "done"))
	}
	lines = append(lines, read(ana, "Ana", "refused"), read(ben, "Ben", "done"), read(ben, "Ben", "done"))
	var got []string
	for _, l := range v.rail(lines) {
		got = append(got, l.Who+" "+l.Text)
	}
	want := []string{"Ben opened the record", "Ana opened the record, 12 times", "Ana opened the record", "Ben opened the record, 2 times"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestEntityOfANewRecord: a person's country proposes the legal entity with its
// seat there.
func TestEntityOfANewRecord(t *testing.T) {
	de, fr := bailiwick.EntityID{ID: bailiwick.ID{1}}, bailiwick.EntityID{ID: bailiwick.ID{2}}
	v := &visit{cfg: &tenant.Configuration{Entities: []tenant.Entity{{ID: de, Seat: "DE"}, {ID: fr, Seat: "FR"}}}}
	v.actor = bailiwick.NewActor(bailiwick.ActorSpec{
		Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: bailiwick.ID{3}}, User: bailiwick.UserID{ID: bailiwick.ID{4}}, Entity: de,
		Purpose: bailiwick.ProvideService,
	})
	for country, want := range map[string]bailiwick.EntityID{"": de, "DE": de, "FR": fr, "CH": de} {
		if got := v.entityFor(country); got != want {
			t.Errorf("%q: %v", country, got)
		}
	}
}
