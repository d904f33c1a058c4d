package proposal

import (
	"bytes"
	"context"

	"bailiwick"
	"bailiwick/internal/access"
	kept "bailiwick/internal/store/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

var configurers = []access.Permission{access.PermConfigure}

// Edit changes the document of a change. f gets a copy and may alter it; what
// comes out is checked whole, and nothing is kept if it is wrong. A change
// that was submitted, approved or rejected is a draft again afterwards.
// Whoever edits cannot be the one who approves.
//
// revision is the one that was read, 0 = whatever it is. Errors: CodeDenied
// without PermConfigure, NotFound, CodeConflict for another revision,
// CodeTransition for a change that has ended or has to be rebased, CodeInvalid
// with what is wrong with the document, and what f returns.
func (s *Service) Edit(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, f func(*tenant.Document) error) (Proposal, error) {
	return s.Revise(ctx, a, id, revision, "", f)
}

// Revise is Edit that also gives the change another title, unless that is
// empty: both or neither.
func (s *Service) Revise(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, title string, f func(*tenant.Document) error) (Proposal, error) {
	if title != "" {
		var err error
		if title, err = checkTitle(title); err != nil {
			return Proposal{}, err
		}
	}
	return s.act(ctx, a, id, revision, configurers, logformat.ChangeEdited, func(c *call) (logformat.Entry, error) {
		if !c.p.State.Open() {
			return logformat.Entry{}, illegal(c.p.State, "Start a new one.")
		}
		if c.p.State == Superseded {
			return logformat.Entry{}, tenant.BaseMoved()
		}
		d, err := c.p.Document.Clone()
		if err != nil {
			return logformat.Entry{}, err
		}
		if err := f(&d); err != nil {
			return logformat.Entry{}, err
		}
		if title != "" {
			c.p.Title = title
		}
		return logformat.Entry{}, s.revise(c, d)
	})
}

// revise puts a document into the proposal: a new revision by the actor, in
// state draft.
func (s *Service) revise(c *call, d tenant.Document) error {
	if _, err := s.Tenants.Draft(c.ctx, c.tx, d); err != nil {
		return err
	}
	if _, digest, err := d.Encode(); err != nil {
		return err
	} else if bytes.Equal(digest, c.row.Digest) && c.p.State == Draft {
		return nil // nothing changed: what was simulated stays good
	}
	c.p.Document, c.p.State = d, Draft
	c.p.Revision++
	c.p.LastEditor, c.p.Reviewer, c.p.Reason, c.p.Solo = c.a.User(), bailiwick.UserID{}, "", false
	c.p.Decided, c.p.ActiveAt = instant(0), instant(0)
	if !c.p.EditedBy(c.a.User()) || len(c.p.Editors) == 0 {
		c.p.Editors = append(c.p.Editors, c.a.User())
	}
	return kept.AddEditor(c.ctx, c.tx, c.p.ID.ID, c.a.User(), micros(s.Clock.Now()))
}

// Rename gives the change another title.
func (s *Service) Rename(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, title string) (Proposal, error) {
	title, err := checkTitle(title)
	if err != nil {
		return Proposal{}, err
	}
	return s.act(ctx, a, id, revision, configurers, logformat.ChangeEdited, func(c *call) (logformat.Entry, error) {
		if c.p.State != Draft {
			return logformat.Entry{}, illegal(c.p.State, "Only a draft is renamed.")
		}
		c.p.Title = title
		return logformat.Entry{Detail: "title"}, nil
	})
}

// PutRule adds a rule, or replaces the one of its id. Errors as for Edit.
func (s *Service) PutRule(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, r access.Rule) (Proposal, error) {
	return s.AddRules(ctx, a, id, revision, []access.Rule{r})
}

// AddRules adds rules, or replaces those of their ids, all or none.
func (s *Service) AddRules(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, rules []access.Rule) (Proposal, error) {
	return s.Edit(ctx, a, id, revision, func(d *tenant.Document) (err error) {
		d.Rules, err = putRules(d.Rules, rules)
		return err
	})
}

// DropRule takes a rule out; NotFound if there is none of the id.
func (s *Service) DropRule(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, rule string) (Proposal, error) {
	return s.Edit(ctx, a, id, revision, func(d *tenant.Document) (err error) {
		d.Rules, err = dropRule(d.Rules, rule)
		return err
	})
}

// Rules returns the rules of a document, in the order in which they stand.
func Rules(d tenant.Document) ([]access.Rule, error) {
	rules, _, err := access.ParseRules("rules.yaml", []byte(d.Rules))
	return rules, err
}
