package proposal

import (
	"context"
	"reflect"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// Rewrite returns a rule text in which the rules next stand in the place of
// the rules old, which are those of the text. Rules that are in both keep
// their wording, their place and their comments.
func Rewrite(text string, old, next []access.Rule) (string, error) {
	var put []access.Rule
	for _, r := range next {
		same := func(o access.Rule) bool { return reflect.DeepEqual(o, r) }
		if !slices.ContainsFunc(old, same) {
			put = append(put, r)
		}
	}
	text, err := putRules(text, put)
	if err != nil {
		return "", err
	}
	for _, o := range old {
		if slices.ContainsFunc(next, func(r access.Rule) bool { return r.ID == o.ID }) {
			continue
		}
		if text, err = dropRule(text, o.ID); err != nil {
			return "", err
		}
	}
	return text, nil
}

// Configuration returns a change's document compiled as if it were in force
// now, for those who may read changes; nothing is written.
func (s *Service) Configuration(ctx context.Context, a bailiwick.Actor, id ProposalID) (out *tenant.Configuration, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		if err := s.load(c, id); err != nil {
			return err
		}
		out, err = s.Tenants.Draft(ctx, tx, c.p.Document)
		return err
	})
	return out, err
}
