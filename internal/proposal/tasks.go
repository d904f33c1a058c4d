package proposal

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	kept "bailiwick/internal/store/proposal"
)

// Tasks returns what waits for the actor: submitted changes that the actor may
// approve, and changes of the actor's own that have to be worked on again.
func (s *Service) Tasks(ctx context.Context, a bailiwick.Actor) (out []outbox.Task, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = nil
		c, err := s.begin(ctx, tx, a)
		if err != nil || c.need(access.PermApprove, access.PermConfigure) != nil {
			return err
		}
		for _, state := range []State{Submitted, Superseded, Rejected, Approved} {
			rows, err := kept.InState(ctx, tx, string(state))
			if err != nil {
				return err
			}
			for _, r := range rows {
				p := Proposal{ID: ProposalID{r.ID}, Number: r.Number, Author: r.Author, LastEditor: r.LastEditor}
				if p.Editors, err = kept.Editors(ctx, tx, r.ID); err != nil {
					return err
				}
				t := outbox.Task{Kind: outbox.ReviewAsked, Ref: p.Ref(), Path: p.Path()}
				switch {
				case state == Submitted && (!c.view.Has(access.PermApprove) || p.EditedBy(a.User())):
					continue
				case state == Approved:
					if !r.Solo || !c.view.Has(access.PermApprove) {
						continue
					}
					t.Kind, t.Due = outbox.SoloChangeWaits, instant(r.ActiveAt)
				case state != Submitted && r.Author != a.User():
					continue
				case state != Submitted:
					t.Kind, t.Outcome = outbox.ChangeDecided, decided(outbox.ChangeDecided, state)
				}
				out = append(out, t)
			}
		}
		return nil
	})
	return out, err
}
