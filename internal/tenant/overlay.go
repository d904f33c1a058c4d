package tenant

import (
	"context"
	"errors"
	"strings"

	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// overlayError makes the answer to an overlay that cannot be applied: one
// error per problem, by the path of what it is about below "overlay.", such as
// "overlay.types.risk.fields.x_cost.category".
func overlayError(err error) error {
	var ps schema.Problems
	if !errors.As(err, &ps) {
		return err
	}
	out := invalid()
	for i, p := range ps {
		if i == schema.MaxProblems {
			break
		}
		rule := "grammar"
		if strings.HasSuffix(p.Key, ".category") {
			rule = "R14.1"
		}
		out.Fields = append(out.Fields, fieldError("overlay."+p.Key, rule, p.Message))
	}
	return out
}

// keepStored refuses a document under which fields would be looked for
// elsewhere than where their values lie. Whether there are values is known by
// whether the type has records, deleted ones included: to look into each would
// mean to open it.
func (c *Configuration) keepStored(ctx context.Context, tx store.TenantTx, next map[string]*schema.Type) error {
	out := invalid()
	for key, t := range next {
		was := c.Types[key]
		if was == nil {
			continue
		}
		moved := schema.Moved(was, t)
		if len(moved) == 0 {
			continue
		}
		used, err := hasRecords(ctx, tx, c.TypeNo(key))
		if err != nil {
			return err
		}
		for _, field := range moved {
			if used {
				out.Fields = append(out.Fields, fieldError("overlay.types."+key+".fields."+field, "in-use",
					"The record type has records: category, kind and storage of this field cannot be changed. Hide it and add another."))
			}
		}
	}
	if len(out.Fields) > 0 {
		return out
	}
	return nil
}

var errFound = errors.New("found")

// hasRecords reports whether a type has any record, live or deleted.
func hasRecords(ctx context.Context, tx store.TenantTx, no int64) (bool, error) {
	if no == 0 {
		return false, nil
	}
	for _, state := range []int64{record.Live, record.Deleted} {
		err := record.Stored(ctx, tx, no, state, func(int64, []byte) error { return errFound })
		if errors.Is(err, errFound) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// Applications returns the packs of a document as the tenant uses them, for
// pages and answers that show a change before it takes effect. Errors are
// those of a document that is wrong.
func (d Document) Applications() ([]*schema.Pack, error) {
	p, err := d.parse()
	if err != nil {
		return nil, err
	}
	return p.packs, nil
}
