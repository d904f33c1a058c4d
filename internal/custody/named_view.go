package custody

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/view"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// Limits of named views.
const (
	MaxViewName  = 80 // characters
	MaxViewRoles = 20
	maxViews     = 200 // of a type, that a person may see
	maxOwnViews  = 50  // of a type, that a person has
)

// NamedView is a list that somebody has named: filters, words, order and
// columns. It holds no rows: whoever opens it sees what the matrix lets that
// person see.
type NamedView struct {
	ID      bailiwick.ID // zero for a new one
	Type    string
	Name    string
	Mine    bool             // whether the actor owns it, and may change it
	Roles   []bailiwick.Role // with whom it is shared; empty = with nobody
	Query   Query            // Filters, Text, Sort, Desc and Columns
	Version int64            // for a change: the one that was read
}

// namedContent is what is sealed of a view.
type namedContent struct {
	Name  string
	Query Query
}

// SaveView keeps a named view of the actor's own: a new one, or a change of
// one. The query is judged first, as for List: nobody keeps a filter that they
// may not use. CodeInvalid for name, roles or columns that do not fit;
// CodeDenied as for List; CodeNotFound for a view of somebody else;
// CodeConflict for another version; CodeLimited for too many.
func (d *Door) SaveView(ctx context.Context, a bailiwick.Actor, v NamedView) (NamedView, error) {
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	q := v.Query
	q.Type, q.Cursor, q.Limit, q.Deleted, q.SkipTotal, q.Lang = v.Type, "", 0, false, false, ""
	v.Query = q
	l := &listing{q: &q}
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if l.sight, err = d.sightOf(ctx, tx, a, v.Type, "", true); err != nil {
			return err
		}
		if a.User().IsZero() || !a.InScope(bailiwick.ScopeWrite) {
			return errRefused()
		}
		if err := l.checkView(&v); err != nil {
			return err
		}
		_, err = l.compile(ctx, &q, access.VerbList)
		return err
	})
	if err != nil {
		return NamedView{}, l.refused(ctx, err)
	}
	fresh := v.ID.IsZero()
	if fresh {
		if v.ID, err = bailiwick.NewID(d.clock.Now(), d.rand); err != nil {
			return NamedView{}, unavailable(err)
		}
		v.Version = 0
	}
	clear, err := json.Marshal(namedContent{v.Name, v.Query})
	if err != nil {
		return NamedView{}, unavailable(err)
	}
	if len(clear) > maxView {
		return NamedView{}, &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The list has too many filters to be kept."}
	}
	sealed, err := d.vault.SealSecret(ctx, a.Tenant(), vault.SealedView, v.ID, clear)
	if err != nil {
		return NamedView{}, unavailable(err)
	}
	v.Version, v.Mine = v.Version+1, true
	row := view.Named{ID: v.ID, TypeNo: l.lay.no, Owner: a.User(), Roles: joinRoles(v.Roles), Version: v.Version, Sealed: sealed}
	err = d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		if err := d.keepView(ctx, tx, a, &row, fresh); err != nil {
			return err
		}
		return l.viewEntry(ctx, tx, logformat.ViewSaved, v.ID)
	})
	return v, unavailable(err)
}

func (d *Door) keepView(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, row *view.Named, fresh bool) error {
	if fresh {
		all, err := view.NamedOfType(ctx, tx, row.TypeNo, a.User(), maxViews)
		if err != nil {
			return err
		}
		own := 0 // what others share takes no room away
		for i := range all {
			if all[i].Owner == a.User() {
				own++
			}
		}
		if own >= maxOwnViews {
			return &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "There are too many views of this list already."}
		}
		return view.InsertNamed(ctx, tx, row)
	}
	if _, err := d.ownView(ctx, tx, a, row.ID, row.TypeNo); err != nil {
		return err
	}
	ok, err := view.ReplaceNamed(ctx, tx, row)
	if err == nil && !ok {
		return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "The view was changed since you read it."}
	}
	return err
}

func (s *sight) viewEntry(ctx context.Context, tx store.TenantTx, kind logformat.Kind, id bailiwick.ID) error {
	e := s.entry(kind)
	e.Object.Record = logformat.ID(id)
	_, err := s.door.ledger.Append(ctx, tx, e)
	return err
}

// checkView holds the form of a view.
func (l *listing) checkView(v *NamedView) error {
	var wrong []bailiwick.FieldError
	bad := func(field, rule, message string) {
		wrong = append(wrong, bailiwick.FieldError{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message})
	}
	switch n := utf8.RuneCountInString(v.Name); {
	case n == 0:
		bad("name", "required", "A value is required.")
	case n > MaxViewName || !utf8.ValidString(v.Name) || strings.ContainsFunc(v.Name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		bad("name", "text", "A name has at most 80 characters.")
	}
	if len(v.Roles) > MaxViewRoles {
		bad("roles", "max-items", "A view is shared with at most 20 roles.")
	}
	for _, r := range v.Roles {
		if l.cfg.Role(r) == nil {
			bad("roles", "not-an-option", "There is no such role.")
			break
		}
	}
	for _, key := range v.Query.Columns {
		if fp := l.lay.byKey[key]; fp == nil || fp.group != nil {
			bad("columns", "unknown-field", "There is no such field.")
			break
		}
	}
	if wrong != nil {
		return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "The view does not fit.", Fields: wrong}
	}
	return nil
}

func joinRoles(roles []bailiwick.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ",")
}

// ownView returns a view that the actor owns.
func (d *Door) ownView(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, id bailiwick.ID, typeNo int64) (*view.Named, error) {
	n, err := view.GetNamed(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) || err == nil && (n.Owner != a.User() || typeNo != 0 && n.TypeNo != typeNo) {
		return nil, bailiwick.NotFound()
	}
	return n, err
}

// Views lists the named views of a type that are the actor's own or shared with
// a role of the actor's, by name: those by whose filters the actor may
// filter, for the values of the others are nobody's business who may not see
// the field. Errors as for List.
func (d *Door) Views(ctx context.Context, a bailiwick.Actor, typ string) ([]NamedView, error) {
	var rows []view.Named
	l := &listing{q: &Query{Type: typ}}
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if l.sight, err = d.sightOf(ctx, tx, a, typ, "", true); err != nil {
			return err
		}
		if _, ok := l.view.May(typ, access.VerbList); !ok || !a.InScope(bailiwick.ScopeRead) {
			return errRefused()
		}
		rows, err = view.NamedOfType(ctx, tx, l.lay.no, a.User(), maxViews)
		return err
	})
	if err != nil {
		return nil, l.refused(ctx, err)
	}
	out := []NamedView{}
	for i := range rows {
		v, err := l.openNamed(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		if _, err := l.compile(ctx, &v.Query, access.VerbList); err == nil {
			out = append(out, *v)
		}
	}
	slices.SortStableFunc(out, func(a, b NamedView) int { return strings.Compare(schema.Fold(a.Name), schema.Fold(b.Name)) })
	return out, nil
}

// openNamed opens a view; nil for one that is not shared with the viewer.
func (l *listing) openNamed(ctx context.Context, n *view.Named) (*NamedView, error) {
	v := NamedView{ID: n.ID, Type: l.lay.t.Key, Mine: n.Owner == l.a.User(), Version: n.Version}
	shared := v.Mine
	for _, r := range strings.FieldsFunc(n.Roles, func(r rune) bool { return r == ',' }) {
		v.Roles = append(v.Roles, bailiwick.Role(r))
		shared = shared || slices.Contains(l.a.Roles(), bailiwick.Role(r))
	}
	if !shared {
		return nil, nil
	}
	var c namedContent
	if err := l.door.openView(ctx, l.a, n.ID, n.Sealed, &c); err != nil {
		return nil, err
	}
	v.Name, v.Query = c.Name, c.Query
	v.Query.Columns = slices.DeleteFunc(v.Query.Columns, func(key string) bool { return l.lay.byKey[key] == nil })
	return &v, nil
}

// View returns one named view of a type. CodeNotFound for one that is neither
// the actor's own nor shared with a role of the actor's; CodeDenied, with the
// same bytes as for a list, where the actor may not filter as it does (R14.7).
func (d *Door) View(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.ID) (NamedView, error) {
	var n *view.Named
	l := &listing{q: &Query{Type: typ}}
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if l.sight, err = d.sightOf(ctx, tx, a, typ, "", true); err != nil {
			return err
		}
		if _, ok := l.view.May(typ, access.VerbList); !ok || !a.InScope(bailiwick.ScopeRead) {
			return errRefused()
		}
		n, err = view.GetNamed(ctx, tx, id)
		if errors.Is(err, store.ErrNoRows) || err == nil && n.TypeNo != l.lay.no {
			return bailiwick.NotFound()
		}
		return err
	})
	if err != nil {
		return NamedView{}, l.refused(ctx, err)
	}
	v, err := l.openNamed(ctx, n)
	if err != nil {
		return NamedView{}, err
	}
	if v == nil {
		return NamedView{}, bailiwick.NotFound()
	}
	if _, err := l.compile(ctx, &v.Query, access.VerbList); err != nil {
		return NamedView{}, l.refused(ctx, err)
	}
	return *v, nil
}

// DropView deletes a named view of the actor's own; CodeNotFound for another.
func (d *Door) DropView(ctx context.Context, a bailiwick.Actor, id bailiwick.ID) error {
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		if a.User().IsZero() || !a.InScope(bailiwick.ScopeWrite) {
			return bailiwick.NotFound()
		}
		n, err := d.ownView(ctx, tx, a, id, 0)
		if err != nil {
			return err
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		t := cfg.TypeByNo(n.TypeNo)
		if t == nil {
			return bailiwick.NotFound()
		}
		s, err := d.sightOf(ctx, tx, a, t.Key, "", false)
		if err != nil {
			return err
		}
		if err := view.DropNamed(ctx, tx, id); err != nil {
			return err
		}
		return s.viewEntry(ctx, tx, logformat.ViewDeleted, id)
	}))
}
