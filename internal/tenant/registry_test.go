package tenant

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/store/directory"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

const base = "example.com"

func TestCreateAndFind(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		made := w.create(t, "acme")
		if made.State != Active || made.Name != "Example Works" || made.ID.IsZero() {
			t.Errorf("made %+v", made)
		}
		for _, host := range []string{"acme.example.com", "ACME.Example.com:8443", "acme.example.com."} {
			got, err := w.ByHost(ctx, host, base)
			if err != nil || got.ID != made.ID {
				t.Errorf("ByHost(%s) = %v, %v", host, got.ID, err)
			}
		}
		c := w.config(t, made.ID)
		if c.Version != 1 || c.Type("person") == nil || c.TypeNo("person") == 0 || c.Settings.TimeZone != "UTC" || c.Settings.ShowColleagueActivity {
			t.Errorf("configuration: version %d, person %d, settings %+v", c.Version, c.TypeNo("person"), c.Settings)
		}
		if e, ok := c.EntityByKey("de"); !ok || e.ID.IsZero() || e.Seat != "DE" {
			t.Errorf("entity %+v", e)
		}
		_, err := w.Create(ctx, spec("acme"))
		code(t, err, bailiwick.CodeInvalid)
	})
}

func TestUnknownHostsAreAlike(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		// A tenant that an interruption left half made.
		if _, err := w.reserve(ctx, spec("halfway")); err != nil {
			t.Fatal(err)
		}
		_, first := w.ByHost(ctx, "nobody.example.com", base)
		for _, host := range []string{
			"halfway.example.com", "www.example.com", "example.com", "a.b.example.com", "acme.example.org", "[::1]:80",
			"127.0.0.1", "", "-.example.com", "acme.example.com:x", strings.Repeat("a", 300), "acmé.example.com", "a\x00b.example.com",
		} {
			got, err := w.ByHost(ctx, host, base)
			code(t, err, bailiwick.CodeNotFound)
			if err == nil || err.Error() != first.Error() || got != (Tenant{}) {
				t.Errorf("ByHost(%q) = %v, %v; want the answer to any other host", host, got, err)
			}
		}
		if len(w.hosts) != 0 {
			t.Errorf("strangers fill the cache: %d", len(w.hosts))
		}
	})
}

func TestCreateResumes(t *testing.T) {
	// Each step of Create, after which the machine may stop.
	steps := []string{"directory", "keys", "store", "configuration"}
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		for n, step := range steps {
			t.Run(step, func(t *testing.T) {
				ctx, w, sp := context.Background(), newWorld(t, s), spec("cut-"+step)
				d, err := w.check(&sp)
				if err != nil {
					t.Fatal(err)
				}
				row, err := w.reserve(ctx, sp)
				if err != nil {
					t.Fatal(err)
				}
				if n >= 1 {
					err = w.vault.CreateTenant(ctx, row.ID)
				}
				if n >= 2 && err == nil {
					err = s.CreateTenant(ctx, row.ID)
				}
				if n >= 3 && err == nil {
					err = s.Update(ctx, row.ID, func(tx store.TenantTx) error {
						_, err := w.write(ctx, tx, bailiwick.Actor{}, bailiwick.UserID{}, 1, d)
						return err
					})
				}
				if err != nil {
					t.Fatal(err)
				}
				_, err = w.ByHost(ctx, sp.Slug+"."+base, base)
				code(t, err, bailiwick.CodeNotFound)
				half, err := w.BySlug(ctx, sp.Slug)
				if err != nil || half.State != Preparing {
					t.Fatalf("half made: %+v, %v", half, err)
				}
				made := w.create(t, sp.Slug)
				if made.ID != row.ID {
					t.Errorf("the second attempt made %v, the first %v", made.ID, row.ID)
				}
				if c := w.config(t, made.ID); c.Version != 1 {
					t.Errorf("version %d, want 1", c.Version)
				}
			})
		}
	})
}

func TestCreateAtTheSameTime(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := newWorld(t, s)
		var wg sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.Create(context.Background(), spec("race")) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				code(t, err, bailiwick.CodeInvalid)
			}
		}
		if won != 1 {
			t.Errorf("%d creators won, want 1: %v", won, errs)
		}
	})
}

func TestCreateRefusesAndWritesNothing(t *testing.T) {
	s := storetest.SQLite(t)
	ctx, w := context.Background(), newWorld(t, s)
	for name, change := range map[string]func(*Spec){
		"slug":  func(s *Spec) { s.Slug = "www" },
		"name":  func(s *Spec) { s.Name = "a\nb" },
		"pack":  func(s *Spec) { s.Packs = []string{"nothing"} },
		"rules": func(s *Spec) { s.Rules = []byte("rules: [{id: x}]") },
		"category": func(s *Spec) {
			s.Rules = []byte("rules:\n  - {id: x, operation: access, category: nope, effect: deny}\n")
		},
		"entity":   func(s *Spec) { s.Entities = nil },
		"seat":     func(s *Spec) { s.Entities[0].Seat = "XX" },
		"twice":    func(s *Spec) { s.Entities = append(s.Entities, s.Entities[0]) },
		"zone":     func(s *Spec) { s.Settings.TimeZone = "Local" },
		"language": func(s *Spec) { s.Settings.Language = "xx" },
		"mailbox":  func(s *Spec) { s.Entities[0].PrivacyContact = "nobody" },
		"region":   func(s *Spec) { s.Region = "EU west" },
	} {
		sp := spec("acme")
		change(&sp)
		if _, err := w.Create(ctx, sp); err == nil || bailiwick.ErrorCode(err) == bailiwick.CodeInternal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := w.List(ctx); err != nil || len(all) != 0 {
		t.Errorf("a refused spec left %v, %v", all, err)
	}
}

func TestActivate(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id := w.create(t, "acme").ID
		first := w.config(t, id)
		incident, name := first.TypeNo("incident"), first.FieldNo("incident", "affected.injury")
		if incident == 0 || name == 0 {
			t.Fatalf("numbers %d, %d", incident, name)
		}

		d := first.Document()
		d.Packs = slices.DeleteFunc(slices.Clone(d.Packs), func(f PackFile) bool { return f.Name == "incidents.yaml" })
		d.Settings.LogOrdinaryReads = true
		d.Entities = append(append([]Entity(nil), d.Entities...), Entity{Key: "fr", Name: "Exemple SA", Seat: "FR"})
		activate := func(a bailiwick.Actor, d Document) (c *Configuration, err error) {
			err = s.Update(ctx, id, func(tx store.TenantTx) error {
				c, err = w.Activate(ctx, tx, a, d)
				return err
			})
			return c, err
		}
		second, err := activate(owner(id), d)
		if err != nil {
			t.Fatal(err)
		}
		if second.Version != 2 || second.Type("incident") != nil || !second.Settings.LogOrdinaryReads || len(second.Entities) != 2 {
			t.Errorf("second: %d, %v, %+v", second.Version, second.Types, second.Settings)
		}
		if second.TypeNo("incident") != incident || second.TypeByNo(incident) != nil {
			t.Error("the number of a dropped type went away or leads to a type")
		}
		d.Packs = first.Document().Packs
		third, err := activate(owner(id), d)
		if err != nil {
			t.Fatal(err)
		}
		if third.TypeNo("incident") != incident || third.FieldNo("incident", "affected.injury") != name || third.FieldByNo("incident", name).Path() != "affected.injury" {
			t.Error("a type that came back has other numbers")
		}
		if w.config(t, id) != third {
			t.Error("the version in force is not the one activated")
		}

		member := bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: id, Roles: []bailiwick.Role{"member"}, Purpose: bailiwick.ProvideService})
		foreign := owner(bailiwick.TenantID{ID: bailiwick.ID{9}})
		_, err = activate(member, d)
		code(t, err, bailiwick.CodeDenied)
		_, err = activate(foreign, d)
		code(t, err, bailiwick.CodeNotFound)
		d.Entities = d.Entities[:1]
		_, err = activate(owner(id), d)
		code(t, err, bailiwick.CodeTransition)

		var kinds []string
		err = s.View(ctx, id, func(tx store.TenantTx) error {
			es, _, err := w.ledger.List(ctx, tx, ledger.Filter{}, "", 50)
			kinds = nil
			for _, e := range es {
				kinds = append(kinds, string(e.Kind)+" "+e.ActorKind)
			}
			return err
		})
		want := []string{"configuration.activated user", "configuration.activated user", "configuration.activated job", "tenant.created job"}
		if diff := cmp.Diff(want, kinds); err != nil || diff != "" {
			t.Errorf("entries (-want +got), %v:\n%s", err, diff)
		}
	})
}

// A version written in a transaction that is undone must not be found again
// under the number that another document then gets.
func TestUndoneVersionIsForgotten(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id := w.create(t, "acme").ID
		d := w.config(t, id).Document()
		undo := errors.New("undo")
		d.Settings.Language = "de"
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			if _, err := w.Activate(ctx, tx, owner(id), d); err != nil {
				return err
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
		if got := w.config(t, id); got.Version != 1 || got.Settings.Language != "en" {
			t.Errorf("after the undo: %d %s", got.Version, got.Settings.Language)
		}
		d.Settings.Language = "fr"
		err = s.Update(ctx, id, func(tx store.TenantTx) error {
			_, err := w.Activate(ctx, tx, owner(id), d)
			return err
		})
		if got := w.config(t, id); err != nil || got.Version != 2 || got.Settings.Language != "fr" {
			t.Errorf("version %d in %s, %v; want 2 in fr", got.Version, got.Settings.Language, err)
		}
	})
}

func TestRulesStartAndEnd(t *testing.T) {
	s := storetest.SQLite(t)
	w := newWorld(t, s)
	sp := spec("acme")
	sp.Rules = []byte(`rules:
  - {id: later, operation: access, category: contact, effect: deny, from: 2026-12-01}
`)
	made, err := w.Create(context.Background(), sp)
	if err != nil {
		t.Fatal(err)
	}
	before := w.config(t, made.ID)
	if w.config(t, made.ID) != before {
		t.Error("compiled twice")
	}
	w.clock.add(30 * 24 * time.Hour)
	after := w.config(t, made.ID)
	if after.Version != before.Version || after.Matrix == before.Matrix {
		t.Error("a rule that started did not compile the matrix again")
	}
}

func TestDamagedConfigurationIsNotServed(t *testing.T) {
	s := storetest.SQLite(t)
	ctx, w := context.Background(), newWorld(t, s)
	id := w.create(t, "acme").ID
	err := s.Update(ctx, id, func(tx store.TenantTx) error {
		row, err := configuration.Get(ctx, tx, 1)
		if err != nil {
			return err
		}
		row.Version, row.Document = 2, append(row.Document, ' ')
		return configuration.Insert(ctx, tx, row)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(ctx, id, func(tx store.TenantTx) error {
		_, err := w.Configuration(ctx, tx)
		return err
	})
	if !errors.Is(err, errStored) {
		t.Errorf("err = %v, want errStored", err)
	}
}

func TestKeptHostIsTaken(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		err := s.UpdateDirectory(ctx, func(tx store.DirectoryTx) error {
			row := directory.Row{ID: bailiwick.TenantID{ID: bailiwick.ID{7}}, Slug: "gone", Name: "Gone", Created: 1}
			if err := directory.Insert(ctx, tx, row); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE tenants SET slug = 'was-gone' WHERE slug = 'gone'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Create(ctx, spec("gone"))
		code(t, err, bailiwick.CodeInvalid)
	})
}

// Roles that people hold cannot be taken from the configuration so that nobody
// is left who could put it right (R14.10).
func TestLockOutGuard(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id := w.create(t, "acme").ID
		c := w.config(t, id)
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			return user.Insert(ctx, tx, user.Row{
				ID: owner(id).User(), Lookup: []byte{1}, Profile: bailiwick.SealedBytes([]byte{1}), Roles: "boss", Entity: c.Entities[0].ID,
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for rules, want := range map[string]bailiwick.Code{
			"": bailiwick.CodeTransition, // nobody holds the shipped roles
			"roles:\n  - {key: boss, title: {en: Boss}, admin: [configure]}\n":               bailiwick.CodeTransition,
			"roles:\n  - {key: boss, title: {en: Boss}, admin: [configure, manage-users]}\n": "",
		} {
			d := c.Document()
			d.Rules = rules
			err := s.Update(ctx, id, func(tx store.TenantTx) error {
				_, err := w.Activate(ctx, tx, owner(id), d)
				return err
			})
			code(t, err, want)
		}
	})
}

func BenchmarkConfiguration(b *testing.B) {
	s := storetest.SQLite(b)
	ctx, w := context.Background(), newWorld(b, s)
	made, err := w.Create(ctx, spec("acme"))
	if err != nil {
		b.Fatal(err)
	}
	for name, forget := range map[string]bool{"kept": false, "compiled": true} {
		b.Run(name, func(b *testing.B) {
			err := s.View(ctx, made.ID, func(tx store.TenantTx) error {
				for b.Loop() {
					if forget {
						w.compiled = newCompiled()
					}
					if _, err := w.Configuration(ctx, tx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
