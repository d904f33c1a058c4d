package api

import (
	"net/http"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
)

// roleDocument is a role as JSON.
type roleDocument struct {
	Key     bailiwick.Role      `json:"key"`
	Title   map[string]string   `json:"title"`
	Types   []grantDocument     `json:"types,omitempty"`
	Admin   []access.Permission `json:"admin,omitempty"`
	Manages string              `json:"manages,omitempty"`
}

type grantDocument struct {
	Type  string        `json:"type"`
	Verbs []access.Verb `json:"verbs"`
	Scope string        `json:"scope"`
}

// Overlay answers GET /api/v1/proposals/{id}/overlay: what the change makes of
// the applications, and the roles it has.
func (a *Changes) Overlay(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	p, err := a.service.Get(r.Context(), actor, id)
	if err != nil {
		return err
	}
	roles, err := proposal.Roles(p.Document)
	if err != nil {
		return err
	}
	out := struct {
		Overlay schema.Overlay `json:"overlay"`
		Roles   []roleDocument `json:"roles"`
	}{Overlay: p.Document.Overlay}
	for _, role := range roles {
		d := roleDocument{Key: role.Key, Title: role.Title, Admin: role.Admin}
		for _, g := range role.Types {
			d.Types = append(d.Types, grantDocument{g.Type, g.Verbs, g.Scope.String()})
		}
		if role.Manages != access.ScopeNone {
			d.Manages = role.Manages.String()
		}
		out.Roles = append(out.Roles, d)
	}
	w.Header().Set("ETag", tagOf(p.Revision))
	return write(w, http.StatusOK, out)
}

// put is how every edit of a part begins and ends: f gets what the body says
// and puts it into the document of the change.
func put[T any](a *Changes, w http.ResponseWriter, r *http.Request, c identity.Caller, f func(*tenant.Document, T) error) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	var doc T
	if err := decode(r, &doc); err != nil {
		return err
	}
	p, err := a.service.Edit(r.Context(), actor, id, revision, func(d *tenant.Document) error { return f(d, doc) })
	return sendProposal(w, http.StatusOK, p, err)
}

// PutType answers PUT /api/v1/proposals/{id}/types/{key} with an own record type.
func (a *Changes) PutType(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	key := r.PathValue("key")
	return put(a, w, r, c, func(d *tenant.Document, t schema.OwnType) error {
		t.Key = key
		d.Overlay.PutType(t)
		return nil
	})
}

// PutTypeChange answers PUT /api/v1/proposals/{id}/types/{key}/change: names,
// hidden and added fields, order and columns of a type, all of them: what is
// left out is as the application ships it.
func (a *Changes) PutTypeChange(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	key := r.PathValue("key")
	return put(a, w, r, c, func(d *tenant.Document, ch schema.TypeChange) error {
		ch.Type = key
		*d.Overlay.ChangeOf(key) = ch
		return nil
	})
}

// PutField answers PUT /api/v1/proposals/{id}/types/{key}/fields/{field}: adds
// a field to a type, or changes the own field of the key.
func (a *Changes) PutField(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	typ, key := r.PathValue("key"), r.PathValue("field")
	return put(a, w, r, c, func(d *tenant.Document, f schema.OwnField) error {
		f.Key = key
		d.Overlay.PutField(typ, f)
		return nil
	})
}

// HideField answers DELETE /api/v1/proposals/{id}/types/{key}/fields/{field}:
// hides a field; an own one that was never in force is taken out.
func (a *Changes) HideField(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, id, err := one(r, c)
	if err != nil {
		return err
	}
	revision, err := ifMatch(r)
	if err != nil {
		return err
	}
	base, err := a.service.Base(r.Context(), actor, id)
	if err != nil {
		return err
	}
	typ, key := r.PathValue("key"), r.PathValue("field")
	p, err := a.service.Edit(r.Context(), actor, id, revision, func(d *tenant.Document) error {
		if d.Overlay.OwnField(typ, key) != nil {
			d.Overlay.Drop(typ, key, base.Overlay)
		} else {
			d.Overlay.Hide(typ, key, true)
		}
		return nil
	})
	return sendProposal(w, http.StatusOK, p, err)
}

// PutList answers PUT /api/v1/proposals/{id}/lists/{list} with an own list.
func (a *Changes) PutList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	key := r.PathValue("list")
	return put(a, w, r, c, func(d *tenant.Document, l schema.OwnList) error {
		l.Key = key
		d.Overlay.PutList(l)
		return nil
	})
}

// PutListChange answers PUT /api/v1/proposals/{id}/lists/{pack}/{list} with
// what is changed of a shipped list.
func (a *Changes) PutListChange(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	pack, key := r.PathValue("pack"), r.PathValue("list")
	return put(a, w, r, c, func(d *tenant.Document, ch schema.ListChange) error {
		ch.Pack, ch.List = pack, key
		d.Overlay.PutListChange(ch)
		return nil
	})
}

// PutCategory answers PUT /api/v1/proposals/{id}/categories/{category}.
func (a *Changes) PutCategory(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	key := bailiwick.Category(r.PathValue("category"))
	return put(a, w, r, c, func(d *tenant.Document, cat schema.OwnCategory) error {
		cat.Key = key
		d.Overlay.PutCategory(cat)
		return nil
	})
}

// PutRole answers PUT /api/v1/proposals/{id}/roles/{role}: adds a role, or
// replaces the one of the key.
func (a *Changes) PutRole(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	key := bailiwick.Role(r.PathValue("role"))
	return put(a, w, r, c, func(d *tenant.Document, doc roleDocument) error {
		role := access.RoleDef{Key: key, Title: doc.Title, Admin: doc.Admin}
		role.Manages, _ = access.ParseTypeScope(doc.Manages)
		for _, g := range doc.Types {
			scope, ok := access.ParseTypeScope(g.Scope)
			if !ok {
				return bailiwick.Malformed("A scope is own, assigned, unit, entity or all.")
			}
			role.Types = append(role.Types, access.TypeGrant{Type: g.Type, Verbs: g.Verbs, Scope: scope})
		}
		return proposal.PutRole(d, role)
	})
}
