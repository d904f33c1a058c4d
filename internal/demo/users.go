package demo

import (
	"context"
	"net/netip"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/tenant"
)

// users makes the colleagues and signs the first of each role in, so that the
// content is saved under their rights.
func (s *seeder) users(ctx context.Context) ([]Guest, error) {
	s.actors = map[bailiwick.Role]bailiwick.Actor{}
	operator := identity.Operator(s.tenant.ID)
	for _, u := range s.c.users {
		id, err := s.p.Identity.CreateUser(ctx, s.tenant.ID, operator, identity.UserSpec{
			Name: u.name, Email: u.mail + "@" + s.c.slug + ".example", Roles: u.roles, Country: u.country, Entity: s.entities[u.entity].ID,
		})
		if err != nil {
			return nil, err
		}
		s.ids = append(s.ids, id)
		if _, taken := s.actors[u.roles[0]]; taken {
			continue
		}
		link, err := s.p.Identity.SignInLink(ctx, s.tenant.ID, operator, id, linkLife)
		if err != nil {
			return nil, err
		}
		in, err := s.p.Identity.RedeemLink(ctx, s.tenant.ID, link, identity.Meta{Address: netip.IPv6Loopback()})
		if err != nil {
			return nil, err
		}
		s.actors[u.roles[0]] = in.Actor
	}
	return guests(ctx, s.p, s.tenant, s.c, s.ids)
}

// existing finds the colleagues of a workspace that was seeded before.
func existing(ctx context.Context, p Parts, t tenant.Tenant, c company) ([]Guest, error) {
	list, err := p.Identity.Users(ctx, identity.Operator(t.ID), identity.UserQuery{Limit: 200})
	if err != nil {
		return nil, err
	}
	byName := map[string]bailiwick.UserID{}
	for _, u := range list.Items {
		byName[u.Name.Reveal()] = u.ID
	}
	var ids []bailiwick.UserID
	var found company
	for _, u := range c.users {
		if id, ok := byName[u.name]; ok {
			ids = append(ids, id)
			found.users = append(found.users, u)
		}
	}
	return guests(ctx, p, t, found, ids)
}

// guests makes a link and a token for each colleague.
func guests(ctx context.Context, p Parts, t tenant.Tenant, c company, ids []bailiwick.UserID) ([]Guest, error) {
	operator := identity.Operator(t.ID)
	var out []Guest
	for i, u := range c.users {
		link, err := p.Identity.SignInLink(ctx, t.ID, operator, ids[i], linkLife)
		if err != nil {
			return nil, err
		}
		_, secret, err := p.Identity.CreateToken(ctx, operator, ids[i], identity.TokenSpec{Label: "Demo", Scopes: bailiwick.Scopes(), Life: tokenLife})
		if err != nil {
			return nil, err
		}
		out = append(out, Guest{Name: u.name, Role: u.title, Country: u.country, Link: link, Token: secret})
	}
	return out, nil
}
