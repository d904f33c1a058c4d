package proposal

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
)

// person saves a person of a country.
func (h *house) person(name string, country bailiwick.Country) {
	h.t.Helper()
	_, err := h.door.Save(context.Background(), h.hr, custody.Draft{Type: "person", Entity: h.config().Entities[0].ID, Fields: map[string]json.RawMessage{
		"full_name": json.RawMessage(strconv.Quote(name)), "country": json.RawMessage(strconv.Quote(string(country))),
		"job_title": json.RawMessage(`"Engineer"`),
	}})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestSimulationCounts(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		for i := range 3 {
			h.person("Person "+strconv.Itoa(i), "DE")
		}
		h.person("Person 3", "FR")
		p := h.started("What would it do")
		p, err := h.Edit(ctx, h.privacy, p.ID, 0, func(d *tenant.Document) (err error) {
			if err := denyUS(d); err != nil {
				return err
			}
			d.Rules, err = putRules(d.Rules, []access.Rule{{ID: "job-fr", Op: access.Populate, Category: "employment", Subject: access.CountrySet{In: []string{"FR"}}, Effect: access.Deny}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if p, err = h.Simulate(ctx, h.privacy, p.ID, 0); err != nil {
			t.Fatal(err)
		}
		s := p.Simulation
		i := slices.IndexFunc(s.Users, func(u UserEffect) bool { return u.User == h.reader.User() })
		if i < 0 {
			t.Fatalf("the viewer in the US is not among %+v", s.Users)
		}
		want := Change{Op: "access", Category: "contact", Every: true, Unknown: true, Effect: Loses}
		if !slices.ContainsFunc(s.Users[i].Changes, func(c Change) bool {
			return c.Op == want.Op && c.Category == want.Category && c.Every && c.Unknown && c.Effect == Loses && c.Countries == nil
		}) {
			t.Errorf("changes: %+v", s.Users[i].Changes)
		}
		if !slices.Contains(s.Fields, FieldEffect{Type: "person", Field: "full_name", Category: "contact", Op: "access", Effect: Loses, Users: 1}) {
			t.Errorf("fields: %+v", s.Fields)
		}
		lost, illegal := int64(0), int64(0)
		for _, r := range s.Stored {
			if r.Type == "person" && r.Category == "contact" && r.Loses == 1 {
				lost += r.Records
			}
			if r.Illegal && r.Category == "employment" {
				illegal += r.Records
			}
		}
		if lost != 4 || illegal != 1 || s.Illegal != 1 || s.Records != 4 {
			t.Errorf("lost %d, illegal %d of %d: %+v", lost, illegal, s.Records, s)
		}
	})
}

// TestSimulationIsQuick judges 200 users of 200 different countries and roles.
func TestSimulationIsQuick(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	p := h.started("Quick")
	if _, err := h.Edit(context.Background(), h.privacy, p.ID, 0, denyUS); err != nil {
		t.Fatal(err)
	}
	d := h.config().Document()
	if err := denyUS(&d); err != nil {
		t.Fatal(err)
	}
	next := h.draft(d)
	roles := []string{"hr", "manager", "member", "owner", "payroll", "privacy", "hr manager"}
	var people []user.Row
	for i := range 200 {
		people = append(people, user.Row{ID: bailiwick.UserID{ID: bailiwick.ID{1, byte(i)}}, Roles: roles[i%len(roles)], Country: bailiwick.Countries()[i+40].Code})
	}
	// As 10,000 records of people of 200 countries would be counted.
	tally := custody.Tally{Records: 10_000}
	for _, c := range bailiwick.Countries()[:200] {
		for _, category := range []bailiwick.Category{"contact", "employment", "business", "health", "family", "birth", "compensation", "national-id", "performance", "bank"} {
			tally.Rows = append(tally.Rows, custody.TallyRow{Type: "person", Category: category, Countries: []bailiwick.Country{c.Code}, Subject: access.Of(c.Code), Records: 50})
		}
	}
	began := time.Now()
	sim := effects(h.config(), next, people, tally)
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	} else {
		t.Logf("200 users in %v, %d of them touched", took, len(sim.Users))
	}
}

func TestConductNeedsAnAgreement(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		p := h.started("Who did what")
		on := func(d *tenant.Document) error { d.Settings.ShowColleagueActivity = true; return nil }
		p, err := h.Edit(ctx, h.privacy, p.ID, 0, on)
		if err != nil {
			t.Fatal(err)
		}
		if p, err = h.Simulate(ctx, h.privacy, p.ID, 0); err != nil {
			t.Fatal(err)
		}
		_, err = h.Submit(ctx, h.privacy, p.ID, 0)
		is(t, err, bailiwick.CodeTransition)
		p, err = h.Edit(ctx, h.privacy, p.ID, 0, func(d *tenant.Document) error {
			d.Agreements = []tenant.Agreement{{Key: "wa", Title: "Works agreement", Date: "2026-01-31"}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if p = h.handIn(p); p.State != Submitted {
			t.Error(p.State)
		}
		// A rule that opens performance for people in Germany is the same.
		q := h.started("Marks")
		q, err = h.Edit(ctx, h.privacy, q.ID, 0, rule(access.Rule{ID: "marks", Op: access.Access, Category: "performance", Subject: access.CountrySet{In: []string{"EU"}}, Effect: access.Allow}))
		if err != nil {
			t.Fatal(err)
		}
		if q, err = h.Simulate(ctx, h.privacy, q.ID, 0); err != nil {
			t.Fatal(err)
		}
		_, err = h.Submit(ctx, h.privacy, q.ID, 0)
		is(t, err, bailiwick.CodeTransition)
	})
}
