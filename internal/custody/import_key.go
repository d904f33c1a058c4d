package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// knownKey is a record that an import finds by its key.
type knownKey struct {
	id   bailiwick.RecordID
	many bool // two records share the value: neither is meant
}

// readKeys reads the key field of the records that the actor may see.
func (im *importing) readKeys(ctx context.Context) error {
	key := im.key
	if key == nil {
		if key = im.twin; key == nil || im.s.view.Scopes(im.spec.Type, access.VerbList) == 0 {
			im.twin = nil
			return nil
		}
	}
	im.known = map[string]knownKey{}
	q := Query{Type: im.spec.Type, Columns: []string{key.f.Key}, SkipTotal: true, Sort: sortRef}
	if err := im.usableKey(ctx, key); err != nil {
		return err
	}
	for {
		l, err := im.door.choose(ctx, im.a, &q, access.VerbList, MaxPageRows)
		if err != nil {
			return err
		}
		page, err := l.page(ctx, access.Access, logformat.ListRead)
		if err != nil {
			return err
		}
		for i := range page.Items {
			if c := page.Items[i].Cell(key.f.Key); c != nil && c.Withheld == nil && c.Mask == access.MaskNone && !c.Value.IsEmpty() {
				im.learn(c.Value, page.Items[i].ID)
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}

func (im *importing) learn(v schema.Value, id bailiwick.RecordID) {
	_, twice := im.known[string(v)]
	im.known[string(v)] = knownKey{id: id, many: twice}
}

// usableKey refuses a key by which the actor could probe for hidden values.
func (im *importing) usableKey(ctx context.Context, key *fieldPlan) error {
	_, err := im.s.usable(&compiled{leftOut: map[bailiwick.Country]bool{}}, key.f.Key)
	if err != nil && key == im.twin { // nobody asked to look for it
		im.twin = nil
		return nil
	}
	if err != nil {
		return im.s.refuse(ctx, bailiwick.RecordID{}, "import", []string{key.f.Key}, nil, errHidden())
	}
	return nil
}

// match finds the record that a row means by its key. It returns nil for a row
// that is left out, or refused.
func (im *importing) match(ctx context.Context, tx store.TenantTx, draft *Draft, v schema.Value, no int) (*Draft, error) {
	if v.IsEmpty() {
		im.reject(no, im.headerOf(im.key), bailiwick.FieldError{Field: im.key.f.Key, Rule: "required", Code: bailiwick.CodeInvalid, Message: "A value is required."})
		return nil, nil
	}
	k, there := im.known[string(v)]
	switch {
	case !there:
		return draft, nil
	case k.many:
		im.reject(no, im.headerOf(im.key), bailiwick.FieldError{Field: im.key.f.Key, Rule: "ambiguous", Code: bailiwick.CodeInvalid, Message: "Several records have this key."})
		return nil, nil
	case im.spec.Mode == ImportSkip:
		return nil, nil
	}
	row, err := record.ByID(ctx, tx, k.id)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return nil, err
	}
	if err != nil || row.State != record.Live {
		return draft, nil // deleted meanwhile: made anew
	}
	draft.ID, draft.Revision = k.id, row.Revision
	return draft, nil
}
