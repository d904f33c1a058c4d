package proposal

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	kept "bailiwick/internal/store/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// Deps is what the room stands on.
type Deps struct {
	Store   *store.Store
	Vault   *vault.Vault
	Ledger  *ledger.Ledger
	Tenants *tenant.Registry
	Door    *custody.Door // counts stored records for simulations
	Clock   bailiwick.Clock
}

// Service takes changes on their way. It is safe for concurrent use.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// call is one act on one proposal inside a transaction.
type call struct {
	ctx  context.Context
	tx   store.TenantTx
	a    bailiwick.Actor
	cfg  *tenant.Configuration // in force
	view *access.View
	p    Proposal
	row  *kept.Row
	was  State
	rev  int64
	kind logformat.Kind // of the entry that ends the act
}

// begin opens an act: who asks, and under which configuration.
func (s *Service) begin(ctx context.Context, tx store.TenantTx, a bailiwick.Actor) (*call, error) {
	if a.Tenant() != tx.Tenant() || a.Kind() == bailiwick.Nobody {
		return nil, bailiwick.NotFound()
	}
	cfg, err := s.Tenants.Configuration(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &call{ctx: ctx, tx: tx, a: a, cfg: cfg, view: cfg.Matrix.View(a)}, nil
}

// need refuses an actor who is no user, whose token does not cover the
// workspace, or who holds none of the permissions.
func (c *call) need(any ...access.Permission) error {
	if c.a.Kind() == bailiwick.User && c.a.InScope(bailiwick.ScopeAdmin) {
		for _, p := range any {
			if c.view.Has(p) {
				return nil
			}
		}
	}
	return bailiwick.Denied("Your roles do not include this.")
}

// readers are the permissions that let a person look at changes.
var readers = []access.Permission{access.PermConfigure, access.PermApprove, access.PermPrivacy, access.PermAudit}

// load reads the proposal of the act.
func (s *Service) load(c *call, id ProposalID) error {
	row, err := kept.Get(c.ctx, c.tx, id.ID)
	if errors.Is(err, store.ErrNoRows) {
		return bailiwick.NotFound()
	}
	if err != nil {
		return err
	}
	if c.p, err = s.fromRow(c.ctx, c.tx, row); err != nil {
		return err
	}
	if c.p.Document, err = tenant.DecodeDocument(row.Document, row.Digest); err != nil {
		return err
	}
	if c.p.Editors, err = kept.Editors(c.ctx, c.tx, id.ID); err != nil {
		return err
	}
	c.p.Stale = c.p.State.Open() && c.p.Base != c.cfg.Version
	sim, err := kept.GetSimulation(c.ctx, c.tx, id.ID)
	if err == nil {
		c.p.Simulation, err = decodeSimulation(sim)
	}
	if errors.Is(err, store.ErrNoRows) {
		err = nil
	}
	c.row, c.was, c.rev = row, c.p.State, c.p.Revision
	return err
}

// act runs one transition: permission, revision, what f does to c.p, the row
// and its entry, in one transaction. revision 0 takes what is there.
func (s *Service) act(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, perms []access.Permission,
	kind logformat.Kind, f func(c *call) (logformat.Entry, error)) (p Proposal, err error) {
	err = s.Store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(perms...); err != nil {
			return err
		}
		if err := s.load(c, id); err != nil {
			return err
		}
		if revision != 0 && revision != c.p.Revision {
			return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Somebody edited the change since you read it."}
		}
		c.kind = kind
		e, err := f(c)
		if err != nil {
			return err
		}
		if err := s.put(c, c.kind, e); err != nil {
			return err
		}
		p = c.p
		return nil
	})
	return p, err
}

// put writes the proposal and the entry of what happened to it.
func (s *Service) put(c *call, kind logformat.Kind, e logformat.Entry) error {
	c.p.Updated = s.Clock.Now()
	if err := s.toRow(c); err != nil {
		return err
	}
	ok, err := kept.Update(c.ctx, c.tx, c.row, c.rev, string(c.was))
	if err != nil {
		return err
	}
	if !ok {
		return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Somebody edited the change since you read it."}
	}
	return s.record(c, kind, e)
}

// record appends the entry of a transition.
func (s *Service) record(c *call, kind logformat.Kind, more logformat.Entry) error {
	e := ledger.By(c.a)
	e.Kind, e.Outcome, e.Object = kind, logformat.Done, logformat.Object{Type: "proposal", Record: logformat.ID(c.p.ID.ID)}
	e.Reference, e.Revision, e.Before, e.After = c.p.Ref(), c.p.Revision, string(c.was), string(c.p.State)
	e.ConfigVersion, e.Detail, e.Reason, e.Count = c.cfg.Version, more.Detail, more.Reason, more.Count
	copy(e.Root[:], c.row.Digest)
	_, err := s.Ledger.Append(c.ctx, c.tx, e)
	return err
}

// fromRow opens what is sealed.
func (s *Service) fromRow(ctx context.Context, tx store.TenantTx, r *kept.Row) (Proposal, error) {
	p := Proposal{
		ID: ProposalID{r.ID}, Number: r.Number, State: State(r.State), Base: r.Base, Revision: r.Revision,
		Author: r.Author, LastEditor: r.LastEditor, Reviewer: r.Reviewer, Created: instant(r.Created), Updated: instant(r.Updated),
		Decided: instant(r.Decided), ActiveAt: instant(r.ActiveAt), Version: r.Version, Solo: r.Solo, RollbackOf: r.RollbackOf,
	}
	title, err := s.Vault.OpenSecret(ctx, tx.Tenant(), vault.ProposalText, r.ID, r.Title)
	if err != nil {
		return Proposal{}, err
	}
	p.Title = string(title)
	if !r.Reason.IsZero() {
		reason, err := s.Vault.OpenSecret(ctx, tx.Tenant(), vault.ProposalText, r.ID, r.Reason)
		if err != nil {
			return Proposal{}, err
		}
		p.Reason = string(reason)
	}
	return p, nil
}

// toRow seals and encodes the proposal of the act into its row.
func (s *Service) toRow(c *call) (err error) {
	p, r := &c.p, c.row
	r.State, r.Base, r.Revision, r.LastEditor, r.Reviewer = string(p.State), p.Base, p.Revision, p.LastEditor, p.Reviewer
	r.Updated, r.Decided, r.ActiveAt, r.Version, r.Solo = micros(p.Updated), micros(p.Decided), micros(p.ActiveAt), p.Version, p.Solo
	if r.Document, r.Digest, err = p.Document.Encode(); err != nil {
		return err
	}
	if r.Title, err = s.Vault.SealSecret(c.ctx, c.tx.Tenant(), vault.ProposalText, r.ID, []byte(p.Title)); err != nil {
		return err
	}
	r.Reason = bailiwick.Sealed{}
	if p.Reason != "" {
		r.Reason, err = s.Vault.SealSecret(c.ctx, c.tx.Tenant(), vault.ProposalText, r.ID, []byte(p.Reason))
	}
	return err
}

// illegal names the present state and what is possible in it.
func illegal(now State, allowed string) *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The change is " + string(now) + ". " + allowed}
}

func invalid(field, rule, message string) *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Something is not right yet.",
		Fields: []bailiwick.FieldError{{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message}}}
}

// printable reports whether s has least to most characters that can be shown.
func printable(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= least && n <= most && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
