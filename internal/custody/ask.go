package custody

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/ask"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// AccessRequest is somebody's request to see a category of people of some
// countries in the records of a type, until a date.
type AccessRequest struct {
	ID        bailiwick.ID
	Ref       string // "ASK-12"
	User      bailiwick.UserID
	Type      string
	Field     string
	Category  bailiwick.Category
	Countries []bailiwick.Country // empty = about no one
	Roles     []string            // held when it was asked
	Rule      string              // that withheld it
	State     string
	Created   time.Time
	Ends      time.Time
	Decided   time.Time
	DecidedBy bailiwick.UserID
	Reason    string
	// Direct says that the rule asks for an approval: granting the request
	// meets it, for its asker and for nobody else. Any other rule has to be
	// changed for that.
	Direct   bool
	Proposal string // reference of the change that makes an exception of it; empty = none
	Own      bool   // asked by who looks
}

const maxAskDays = 366

// Ask records a request to see a field of a record: the type, category and
// countries are taken from it, no value is looked at. The reason is sealed. The
// privacy people are told. CodeInvalid with Fields; CodeTransition if the actor
// may see it already; CodeNotFound; CodeEvidence.
func (d *Door) Ask(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, field, text string, ends time.Time) (string, error) {
	if a.Kind() != bailiwick.User || a.User().IsZero() {
		return "", bailiwick.NotFound()
	}
	field, _ = cutRow(field)
	now := d.clock.Now()
	wrong := append(checkText("reason", text, true, maxNoteText), checkEnd("until", now, ends, maxAskDays)...)
	note, sealed, err := d.sealNote(ctx, a.Tenant(), justification{Reason: text})
	if err != nil {
		return "", err
	}
	r := ask.Request{ID: note, User: a.User(), Op: access.Access.String(), Field: field, Created: now.UnixMicro(), Ends: ends.UnixMicro(), Sealed: sealed}
	err = d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		s, err := d.sightOf(ctx, tx, a, typ, "", false)
		if err != nil {
			return err
		}
		row, err := s.find(ctx, tx, id)
		if err != nil {
			return err
		}
		fp := s.lay.byKey[field]
		if fp == nil {
			return bailiwick.NotFound()
		}
		if wrong != nil {
			return invalidNote(wrong)
		}
		var p packed
		if err := p.decode(row.Packed); err != nil {
			return unavailable(err)
		}
		cset := s.csetOf(&p, fp)
		if fp.whose == referents && !s.seesWhom(fp, cset) {
			cset = setUnknown
		}
		if s.sees(fp, cset) {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "You may see this already."}
		}
		why := s.deciding(access.Access, fp, cset)
		r.TypeNo, r.Category, r.Countries, r.Rule = s.lay.no, string(why.Category()), codesOf(s.subject(cset)), why.Rule()
		r.Roles = ""
		for _, role := range a.Roles() {
			r.Roles = strings.TrimSpace(r.Roles + " " + string(role))
		}
		if err := mayAskMore(ctx, tx, r); err != nil {
			return err
		}
		if err := ask.Insert(ctx, tx, &r); err != nil {
			return err
		}
		if err := d.tell(ctx, tx, s.cfg, outbox.AccessAsked, r, nil); err != nil {
			return err
		}
		e := noteEntry(a, s.cfg, logformat.AccessAsked, typ, note, bailiwick.Category(r.Category))
		e.Reference, e.Fields, e.Rules = askRef(r.Number), []string{field}, []string{r.Rule}
		_, err = d.ledger.Append(ctx, tx, e)
		return err
	})
	return askRef(r.Number), unavailable(err)
}

// maxOpenAsks is how many requests of one user wait at a time: each is told to
// all privacy people, and they see the newest 200.
const maxOpenAsks = 20

// mayAskMore refuses a request that waits already, or one too many.
func mayAskMore(ctx context.Context, tx store.TenantTx, r ask.Request) error {
	had, err := ask.OfUser(ctx, tx, r.User, 200)
	if err != nil {
		return err
	}
	open := 0
	for _, h := range had {
		if h.State != ask.Asked || h.Ends <= r.Created {
			continue
		}
		if h.TypeNo == r.TypeNo && h.Op == r.Op && h.Category == r.Category && h.Countries == r.Countries && h.Rule == r.Rule {
			return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "You have asked for this already."}
		}
		open++
	}
	if open >= maxOpenAsks {
		return &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "Too many of your requests wait for a decision."}
	}
	return nil
}

func askRef(n int64) string { return fmt.Sprintf("ASK-%d", n) }

// tell tells the privacy people, or those named, of a request.
func (d *Door) tell(ctx context.Context, tx store.TenantTx, cfg *tenant.Configuration, kind outbox.Kind, r ask.Request, to []bailiwick.UserID) error {
	if to == nil {
		holders, err := identity.Holders(ctx, tx, cfg, access.PermPrivacy)
		if err != nil {
			return err
		}
		to = holders
	}
	n := outbox.Notice{Kind: kind, To: to, Ref: askRef(r.Number), Path: "/access-requests", At: d.clock.Now()}
	if kind == outbox.AccessDecided && slices.Contains(kind.Outcomes(), outbox.Outcome(r.State)) {
		n.Outcome = outbox.Outcome(r.State)
	}
	return outbox.Post(ctx, tx, n)
}

// AccessRequests lists requests, newest first, at most 200: every one for the
// privacy people, with reasons; one's own for anybody else.
func (d *Door) AccessRequests(ctx context.Context, a bailiwick.Actor) ([]AccessRequest, error) {
	var out []AccessRequest
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = nil
		if a.Kind() != bailiwick.User || a.User().IsZero() {
			return bailiwick.NotFound()
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		if !a.InScope(bailiwick.ScopeRead) {
			return errRefused()
		}
		var rows []ask.Request
		if cfg.Matrix.View(a).Has(access.PermPrivacy) {
			rows, err = ask.All(ctx, tx, 200)
		} else {
			rows, err = ask.OfUser(ctx, tx, a.User(), 200)
		}
		if err != nil {
			return err
		}
		for _, r := range rows {
			one := d.requestOf(cfg, a, r)
			var note justification
			if err := d.openNote(ctx, tx.Tenant(), r.ID, r.Sealed, &note); err != nil {
				return err
			}
			one.Reason = note.Reason
			out = append(out, one)
		}
		return nil
	})
	return out, unavailable(err)
}

// requestOf is a row as it is shown; a grant that has passed its end has ended
// by itself.
func (d *Door) requestOf(cfg *tenant.Configuration, a bailiwick.Actor, r ask.Request) AccessRequest {
	out := AccessRequest{
		ID: r.ID, Ref: askRef(r.Number), User: r.User, Field: r.Field, Category: bailiwick.Category(r.Category), Rule: r.Rule,
		Roles: strings.Fields(r.Roles), State: r.State, Created: time.UnixMicro(r.Created).UTC(), Ends: time.UnixMicro(r.Ends).UTC(),
		DecidedBy: r.DecidedBy, Direct: asksFor(cfg, r.Rule, access.Approved), Own: r.User == a.User(),
		Proposal: r.Proposal,
	}
	if t := cfg.TypeByNo(r.TypeNo); t != nil {
		out.Type = t.Key
	}
	if r.Countries != "none" {
		out.Countries = []bailiwick.Country{}
		for _, c := range strings.Split(r.Countries, ",") {
			out.Countries = append(out.Countries, bailiwick.Country(c))
		}
	}
	if r.Decided != 0 {
		out.Decided = time.UnixMicro(r.Decided).UTC()
	}
	if r.State == ask.Granted && !out.Ends.After(d.clock.Now()) {
		out.State = ask.Ended
	}
	return out
}

// AnswerRequest moves a request: "granted" and "refused" by the privacy people,
// never by the asker; "withdrawn" by the asker; "ended" by either, of a granted
// one. Only a request whose rule asks for an approval can be granted here: that
// meets the rule for the asker, for exactly the type, category and countries
// that were asked for, until the end. CodeApproval if the asker decides;
// CodeTransition; CodeDenied; CodeNotFound; CodeEvidence.
func (d *Door) AnswerRequest(ctx context.Context, a bailiwick.Actor, id bailiwick.ID, to string) error {
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		r, err := ask.Get(ctx, tx, id)
		privacy := cfg.Matrix.View(a).Has(access.PermPrivacy)
		if errors.Is(err, store.ErrNoRows) || (err == nil && r.User != a.User() && !privacy) {
			return bailiwick.NotFound()
		}
		if err != nil {
			return err
		}
		if !a.InScope(bailiwick.ScopeAdmin) {
			return errRefused()
		}
		from, err := d.mayAnswer(cfg, a, r, to, privacy)
		if err != nil {
			return err
		}
		if to == ask.Granted {
			second, err := identity.SecondPerson(ctx, tx, d.clock.Now(), a, r.User)
			if err != nil {
				return err
			}
			if !second {
				return &bailiwick.Error{Code: bailiwick.CodeApproval, Message: "Somebody else has to decide: who asks had a hand in how you sign in."}
			}
		}
		now := d.clock.Now().UnixMicro()
		r.State, r.Decided, r.DecidedBy = to, now, a.User()
		if to == ask.Ended {
			r.Ends = now
		}
		ok, err := ask.Decide(ctx, tx, r, from)
		if err == nil && !ok {
			err = errAnswered
		}
		if err != nil {
			return err
		}
		if r.User != a.User() {
			if err := d.tell(ctx, tx, cfg, outbox.AccessDecided, r, []bailiwick.UserID{r.User}); err != nil {
				return err
			}
		}
		e := noteEntry(a, cfg, logformat.AccessAnswered, "access-request", id, bailiwick.Category(r.Category))
		e.Reference, e.Rules, e.Before, e.After = askRef(r.Number), []string{r.Rule}, from, to
		_, err = d.ledger.Append(ctx, tx, e)
		return err
	}))
}

var errAnswered = &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The request is in a state that does not allow this."}

// mayAnswer judges a step and returns the state from which it goes.
func (d *Door) mayAnswer(cfg *tenant.Configuration, a bailiwick.Actor, r ask.Request, to string, privacy bool) (string, error) {
	own := r.User == a.User()
	switch to {
	case ask.Granted, ask.Refused:
		if own {
			return "", &bailiwick.Error{Code: bailiwick.CodeApproval, Message: "Somebody else has to decide your request."}
		}
		if to == ask.Granted && !asksFor(cfg, r.Rule, access.Approved) {
			return "", &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The rule asks for no approval: it has to be changed for that."}
		}
		if to == ask.Granted && r.Ends <= d.clock.Now().UnixMicro() {
			return "", errAnswered
		}
		return ask.Asked, nil
	case ask.Withdrawn:
		if !own {
			return "", errRefused()
		}
		return ask.Asked, nil
	case ask.Ended:
		if r.Proposal != "" {
			return "", &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The exception is part of the rules: change them to end it before its date."}
		}
		return ask.Granted, nil
	}
	return "", bailiwick.Malformed("The state is granted, refused, withdrawn or ended.")
}
