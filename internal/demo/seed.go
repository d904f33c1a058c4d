package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/tenant"
)

// Parts is what the demo is seeded through.
type Parts struct {
	Tenants  *tenant.Registry
	Identity *identity.Service
	Door     *custody.Door
	Clock    bailiwick.Clock
}

// Seeded says what was made.
type Seeded struct{ Tenants []Workspace }

// Workspace is one customer's workspace with the people who can try it.
type Workspace struct {
	ID    bailiwick.TenantID
	Slug  string
	Name  string
	Users []Guest
}

// Guest is a user of a workspace together with the secrets by which a visitor
// takes the place: a one-time sign-in link and an API token.
type Guest struct {
	Name, Role string
	Country    bailiwick.Country
	Link       string // secret of a sign-in link, good once, for a week
	Token      string // API token, for a month
}

const (
	linkLife  = 7 * 24 * time.Hour
	tokenLife = 30 * 24 * time.Hour
)

// Seed fills an installation that has none of the demo's customers yet, and
// otherwise only makes new links and tokens. It may be repeated after an
// interruption: a customer whose content is not complete is an error that says
// to start with a fresh directory.
func Seed(ctx context.Context, p Parts) (Seeded, error) {
	var out Seeded
	for i, c := range companies() {
		w, err := seedCompany(ctx, p, c, uint64(i)+1)
		if err != nil {
			return Seeded{}, fmt.Errorf("demo %s: %w", c.slug, err)
		}
		out.Tenants = append(out.Tenants, w)
	}
	return out, nil
}

func seedCompany(ctx context.Context, p Parts, c company, seed uint64) (Workspace, error) {
	t, err := p.Tenants.BySlug(ctx, c.slug)
	switch bailiwick.ErrorCode(err) {
	case "":
		users, err := existing(ctx, p, t, c)
		return Workspace{ID: t.ID, Slug: t.Slug, Name: t.Name, Users: users}, err
	case bailiwick.CodeNotFound:
	default:
		return Workspace{}, err
	}
	rules, err := content.ReadFile("content/" + c.slug + ".rules.yaml")
	if err != nil {
		return Workspace{}, err
	}
	spec := tenant.Spec{Slug: c.slug, Name: c.name, Rules: rules, Region: c.region, Settings: tenant.DefaultSettings()}
	spec.Settings.Language, spec.Settings.TimeZone = c.language, c.zone
	spec.Settings.ShowColleagueActivity = true
	spec.Agreements = []tenant.Agreement{{Key: "activity-names", Title: "Agreement on names in the activity rail", Date: "2025-03-01"}}
	for i, o := range c.entities {
		spec.Entities = append(spec.Entities, tenant.Entity{
			Key: fmt.Sprintf("%s-%d", c.slug, i+1), Name: o.name, Seat: o.country, PrivacyContact: "privacy@" + c.slug + ".example",
		})
	}
	if t, err = p.Tenants.Create(ctx, spec); err != nil {
		return Workspace{}, err
	}
	conf, err := p.Tenants.Snapshot(ctx, t.ID)
	if err != nil {
		return Workspace{}, err
	}
	s := seeder{p: p, c: c, tenant: t, entities: conf.Entities, rand: rand.New(rand.NewPCG(seed, 20261124))}
	users, err := s.users(ctx)
	if err != nil {
		return Workspace{}, err
	}
	note := custody.BasisNote{Responsible: "Data protection", Basis: "Employment and its law", Notice: "Notice to employees, 2026"}
	if _, err := p.Door.RecordBases(ctx, s.actors["privacy"], note); err != nil {
		return Workspace{}, err
	}
	if err := s.fill(ctx); err != nil {
		return Workspace{}, err
	}
	return Workspace{ID: t.ID, Slug: t.Slug, Name: t.Name, Users: users}, nil
}

// seeder fills one workspace.
type seeder struct {
	p        Parts
	c        company
	tenant   tenant.Tenant
	entities []tenant.Entity
	rand     *rand.Rand
	ids      []bailiwick.UserID                 // of the colleagues, in order
	actors   map[bailiwick.Role]bailiwick.Actor // the first colleague with a role
	subjects map[bailiwick.Country][]string     // identifiers of people, by country
	unpaid   []paid                             // people whose payroll fields are still to be filled in
	everyone []string                           // identifiers of people, in order
}

// fields turns texts into the members of a draft; empty texts are left out.
func fields(texts map[string]string) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(texts))
	for k, v := range texts {
		if v == "" {
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			continue // a Go string always encodes
		}
		out[k] = b
	}
	return out
}

// save writes one record as the first colleague with a role.
func (s *seeder) save(ctx context.Context, role bailiwick.Role, typ string, entity int, f map[string]json.RawMessage) (custody.Record, error) {
	rec, err := s.p.Door.Save(ctx, s.actors[role], custody.Draft{Type: typ, Entity: s.entities[entity].ID, Fields: f})
	if err != nil {
		return custody.Record{}, fmt.Errorf("%s: %w", typ, err)
	}
	return rec, nil
}
