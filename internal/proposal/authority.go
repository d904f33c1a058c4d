package proposal

import (
	"errors"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/store/user"
)

// authority refuses a change by which a role could do more than it could, and
// more than anybody who made or approves the change may do: whoever configures
// roles must not make rights that nobody of them holds.
func (s *Service) authority(c *call) error {
	next, err := s.Tenants.Draft(c.ctx, c.tx, c.p.Document)
	if err != nil {
		return err
	}
	var more []access.RoleDef
	for _, r := range next.Matrix.Roles() {
		if d := added(c.cfg.Matrix.Preview(access.Viewer{Roles: []bailiwick.Role{r.Key}}), r); len(d.Admin)+len(d.Types) > 0 {
			more = append(more, d)
		}
	}
	if len(more) == 0 {
		return nil
	}
	people := []identity.Powers{c.view}
	for _, id := range c.p.Editors {
		row, err := user.Get(c.ctx, c.tx, id)
		if err != nil {
			return err
		}
		if row.Disabled != 0 {
			continue
		}
		var roles []bailiwick.Role
		for _, key := range strings.Fields(row.Roles) {
			roles = append(roles, bailiwick.Role(key))
		}
		people = append(people, c.cfg.Matrix.Preview(access.Viewer{Roles: roles}))
	}
	for _, d := range more {
		if !anyCovers(people, &d) {
			message := "The role " + string(d.Key) + " would be able to do more than anybody who made or approves this change. Somebody who holds those rights has to approve."
			return &bailiwick.Error{Code: bailiwick.CodeApproval, Message: message,
				Fields: []bailiwick.FieldError{{Field: "roles." + string(d.Key), Rule: "authority", Code: bailiwick.CodeApproval, Message: message}}}
		}
	}
	return nil
}

// lacking returns the role for which authority refused, if that is what err
// says.
func lacking(err error) (bailiwick.Role, bool) {
	var e *bailiwick.Error
	if !errors.As(err, &e) || e.Code != bailiwick.CodeApproval || len(e.Fields) == 0 {
		return "", false
	}
	return bailiwick.Role(strings.TrimPrefix(e.Fields[0].Field, "roles.")), true
}

func anyCovers(people []identity.Powers, d *access.RoleDef) bool {
	for _, p := range people {
		if identity.Covers(p, d) {
			return true
		}
	}
	return false
}

// added is what of a role's definition its holders cannot do yet.
func added(now *access.Preview, r access.RoleDef) access.RoleDef {
	d := access.RoleDef{Key: r.Key, Manages: r.Manages}
	for _, p := range r.Admin {
		if one := (access.RoleDef{Admin: []access.Permission{p}, Manages: r.Manages}); !identity.Covers(now, &one) {
			d.Admin = append(d.Admin, p)
		}
	}
	for _, g := range r.Types {
		for _, v := range g.Verbs {
			if !now.Scopes(g.Type, v).Covers(access.Scopes(g.Scope)) {
				d.Types = append(d.Types, access.TypeGrant{Type: g.Type, Verbs: []access.Verb{v}, Scope: g.Scope})
			}
		}
	}
	return d
}
