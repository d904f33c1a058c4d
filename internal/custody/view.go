package custody

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/view"
	"bailiwick/internal/vault"
)

// ViewTime is how long a sealed view lasts.
const ViewTime = 24 * time.Hour

// maxView bounds a sealed view in bytes.
const maxView = 64 << 10

// SealView keeps a query with a filter on a sealed field for ViewTime, so that
// its address need not hold the value. The view belongs to the actor. The
// query is judged first, as for List.
func (d *Door) SealView(ctx context.Context, a bailiwick.Actor, q Query) (string, error) {
	l := &listing{q: &q}
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if l.sight, err = d.sightOf(ctx, tx, a, q.Type, q.Lang, true); err != nil {
			return err
		}
		_, err = l.compile(ctx, &q, access.VerbList)
		return err
	})
	if err != nil {
		return "", l.refused(ctx, err)
	}
	q.Cursor = ""
	clear, err := json.Marshal(q)
	if err != nil {
		return "", unavailable(err)
	}
	if len(clear) > maxView {
		return "", &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The list has too many filters to be kept."}
	}
	now := d.clock.Now()
	id, err := bailiwick.NewID(now, d.rand)
	if err != nil {
		return "", unavailable(err)
	}
	sealed, err := d.vault.SealSecret(ctx, a.Tenant(), vault.SealedView, id, clear)
	if err != nil {
		return "", unavailable(err)
	}
	err = d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		if err := view.Forget(ctx, tx, now.UnixMicro()); err != nil {
			return err
		}
		return view.Insert(ctx, tx, id, a.User(), now.Add(ViewTime).UnixMicro(), sealed)
	})
	return id.String(), unavailable(err)
}

// OpenView returns the query kept by SealView; CodeNotFound for a view of
// somebody else, one that has ended, and what is no identifier.
func (d *Door) OpenView(ctx context.Context, a bailiwick.Actor, id string) (Query, error) {
	vid, err := bailiwick.ParseID(id)
	if err != nil || a.User().IsZero() {
		return Query{}, bailiwick.NotFound()
	}
	var sealed bailiwick.Sealed
	err = d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		sealed, err = view.Get(ctx, tx, vid, a.User(), d.clock.Now().UnixMicro())
		return err
	})
	if errors.Is(err, store.ErrNoRows) {
		return Query{}, bailiwick.NotFound()
	}
	if err != nil {
		return Query{}, unavailable(err)
	}
	var q Query
	err = d.openView(ctx, a, vid, sealed, &q)
	return q, err
}

// openView opens a sealed or named view into what was sealed.
func (d *Door) openView(ctx context.Context, a bailiwick.Actor, id bailiwick.ID, sealed bailiwick.Sealed, into any) error { // any: a query, or a named one
	clear, err := d.vault.OpenSecret(ctx, a.Tenant(), vault.SealedView, id, sealed)
	if err != nil {
		return unavailable(err)
	}
	if json.Unmarshal(clear, into) != nil { // its error could quote what was typed
		return unavailable(errPacked)
	}
	return nil
}
