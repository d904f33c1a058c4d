package proposal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/ledger"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/ask"
	kept "bailiwick/internal/store/proposal"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// Exception is the dated exception that would be made of an access request:
// the rules, and whom and what they open besides what was asked for. Rules are
// for roles, so an exception for one person may be one for others.
type Exception struct {
	Ref       string // of the request
	User      bailiwick.UserID
	Category  bailiwick.Category
	Countries []bailiwick.Country
	Viewer    bailiwick.Country
	Until     time.Time
	Rules     []access.Rule        // new or changed ones
	Others    []bailiwick.UserID   // users who would see it too
	Also      []bailiwick.Category // what else the asker would see

	document tenant.Document
	request  ask.Request
}

// Why an exception cannot be made (rule of the field "exception").
const (
	NoViewerCountry  = "viewer-country"  // the asker's country is not known
	NoSubjectCountry = "subject-country" // whom it is about has no known country
	OtherCondition   = "condition"       // a condition stands in the way, not a deny or a default
	OtherRecord      = "of-no-one"       // data about a person where there is none
)

// PlanException tells what exception would be made of an access request;
// nothing is written. The actor needs PermPrivacy and PermConfigure.
// CodeApproval for one's own request; CodeTransition if it is decided, has
// ended or has an open change; CodeInvalid with a Field "exception" if no rule
// can make it.
func (s *Service) PlanException(ctx context.Context, a bailiwick.Actor, id bailiwick.ID) (x Exception, err error) {
	err = s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err == nil {
			x, err = s.planned(c, id)
		}
		return err
	})
	return x, err
}

// MakeException makes a change of an access request and simulates it. Once the
// change is in force the request is granted, and its asker told. Errors as for
// PlanException.
func (s *Service) MakeException(ctx context.Context, a bailiwick.Actor, id bailiwick.ID) (Proposal, error) {
	x, err := s.PlanException(ctx, a, id)
	if err != nil {
		return Proposal{}, err
	}
	p, err := s.start(ctx, a, "Exception for "+x.Ref, func(c *call) (tenant.Document, int64, error) {
		x, err := s.planned(c, id)
		if err != nil {
			return tenant.Document{}, 0, err
		}
		r := x.request
		r.Proposal = Ref(c.p.Number)
		ok, err := ask.Decide(c.ctx, c.tx, r, ask.Asked)
		if err == nil && !ok {
			err = errDecided
		}
		return x.document, 0, err
	})
	if err != nil {
		return p, err
	}
	return s.Simulate(ctx, a, p.ID, p.Revision)
}

var errDecided = &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The request is decided, has ended, or has a change that is open."}

// planned judges who asks and makes the rules.
func (s *Service) planned(c *call, id bailiwick.ID) (Exception, error) {
	for _, p := range []access.Permission{access.PermPrivacy, access.PermConfigure} {
		if err := c.need(p); err != nil {
			return Exception{}, err
		}
	}
	r, err := ask.Get(c.ctx, c.tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return Exception{}, bailiwick.NotFound()
	}
	if err != nil {
		return Exception{}, err
	}
	if r.User == c.a.User() {
		return Exception{}, &bailiwick.Error{Code: bailiwick.CodeApproval, Message: "Somebody else has to decide your request."}
	}
	if open, err := s.openChange(c, r.Proposal); err != nil {
		return Exception{}, err
	} else if open || r.State != ask.Asked || r.Ends <= micros(s.Clock.Now()) || r.Op != access.Access.String() {
		return Exception{}, errDecided
	}
	people, err := user.List(c.ctx, c.tx, bailiwick.UserID{}, MaxUsers)
	if err != nil {
		return Exception{}, err
	}
	i := slices.IndexFunc(people, func(u user.Row) bool { return u.ID == r.User })
	if i < 0 {
		return Exception{}, bailiwick.NotFound()
	}
	x := Exception{Ref: fmt.Sprintf("ASK-%d", r.Number), User: r.User, Category: bailiwick.Category(r.Category), Viewer: people[i].Country,
		Until: instant(r.Ends), request: r}
	if x.Countries, err = countriesOf(r.Countries); err != nil {
		return Exception{}, err
	}
	if x.Viewer == bailiwick.UnknownCountry {
		return Exception{}, cannot(NoViewerCountry, "The country of who asks is not known, so that no rule can be as narrow as that.")
	}
	return x, s.except(c, &x, people, &people[i])
}

func cannot(rule, message string) error { return invalid("exception", rule, message) }

// countriesOf reads the countries of a request: known ones.
func countriesOf(codes string) (out []bailiwick.Country, err error) {
	if codes == "none" {
		return nil, cannot(OtherRecord, "It is about no one, so that no rule can be as narrow as that.")
	}
	for _, code := range strings.Split(codes, ",") {
		if code == "" {
			return nil, cannot(NoSubjectCountry, "The country of whom it is about is not known, so that no rule can be as narrow as that.")
		}
		out = append(out, bailiwick.Country(code))
	}
	return out, nil
}

// openChange reports whether the change of a reference can still take effect.
func (s *Service) openChange(c *call, ref string) (bool, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(ref, "CHG-"), 10, 64)
	if ref == "" || err != nil {
		return false, nil
	}
	rows, err := kept.List(c.ctx, c.tx, n+1, 1)
	return err == nil && len(rows) == 1 && rows[0].Number == n && State(rows[0].State).Open(), err
}

// except makes the rules of an exception: denies are put off, then, if that is
// not enough, an allow is added for the asker's role that fewest others hold.
func (s *Service) except(c *call, x *Exception, people []user.Row, asker *user.Row) error {
	d, err := c.cfg.Document().Clone()
	if err != nil {
		return err
	}
	rules, err := Rules(d)
	if err != nil {
		return err
	}
	var all, held []bailiwick.Role
	for _, r := range c.cfg.Matrix.Roles() {
		all = append(all, r.Key)
	}
	for _, key := range strings.Fields(asker.Roles) {
		held = append(held, bailiwick.Role(key))
	}
	place := access.Exception{Key: strings.ToLower(x.Ref), Op: access.Access, Category: x.Category, Countries: x.Countries, Viewer: x.Viewer, Roles: held, Until: x.Until}
	x.Rules = c.cfg.Matrix.Except(rules, all, s.Clock.Now(), place)
	next, err := s.with(c, &d, x.Rules)
	if err != nil {
		return err
	}
	who := access.Of(x.Countries...)
	if now := sightOf(next, asker); now.right(access.Access, x.Category, who) == nothing {
		allow := access.Rule{ID: place.Key + "-allow", Op: access.Access, Category: x.Category, Roles: rarest(held, people, x.Viewer),
			Viewer: access.CountrySet{In: []string{string(x.Viewer)}}, Effect: access.Allow, Until: x.Until, Cite: x.Ref}
		for _, k := range x.Countries {
			allow.Subject.In = append(allow.Subject.In, string(k))
		}
		x.Rules = append(x.Rules, allow)
		if next, err = s.with(c, &d, []access.Rule{allow}); err != nil {
			return err
		}
		if sightOf(next, asker).right(access.Access, x.Category, who) == nothing {
			return cannot(OtherCondition, "A rule asks for something else: an exception would not open it.")
		}
	}
	x.document = d
	x.besides(c.cfg, next, people, who)
	return nil
}

// with puts rules into a document and compiles it.
func (s *Service) with(c *call, d *tenant.Document, rules []access.Rule) (_ *tenant.Configuration, err error) {
	if len(rules) > 0 {
		if d.Rules, err = putRules(d.Rules, rules); err != nil {
			return nil, err
		}
	}
	return s.Tenants.Draft(c.ctx, c.tx, *d)
}

// rarest returns the one of some roles that fewest users of a country hold.
func rarest(roles []bailiwick.Role, people []user.Row, country bailiwick.Country) []bailiwick.Role {
	best, least := -1, 0
	for i, r := range roles {
		n := 0
		for _, u := range people {
			if u.Disabled == 0 && u.Country == country && slices.Contains(strings.Fields(u.Roles), string(r)) {
				n++
			}
		}
		if best < 0 || n < least {
			best, least = i, n
		}
	}
	if best < 0 {
		return nil
	}
	return roles[best : best+1]
}

// besides finds what the exception opens beyond what was asked for.
func (x *Exception) besides(now, next *tenant.Configuration, people []user.Row, who access.Subject) {
	for i := range people {
		u := &people[i]
		if u.Disabled != 0 {
			continue
		}
		was, is := sightOf(now, u), sightOf(next, u)
		wider := false
		for _, c := range next.Matrix.Categories() {
			if is.right(access.Access, c.Key, who) <= was.right(access.Access, c.Key, who) {
				continue
			}
			wider = true
			if u.ID == x.User && c.Key != x.Category {
				x.Also = append(x.Also, c.Key)
			}
		}
		if wider && u.ID != x.User {
			x.Others = append(x.Others, u.ID)
		}
	}
}

// grantAsked grants the requests of which the change that came into force made
// exceptions, as far as their askers see what they asked for, and tells them.
func (s *Service) grantAsked(c *call, next *tenant.Configuration) error {
	open, err := ask.OfProposal(c.ctx, c.tx, c.p.Ref())
	if err != nil {
		return err
	}
	for _, r := range open {
		u, err := user.Get(c.ctx, c.tx, r.User)
		if errors.Is(err, store.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		countries, err := countriesOf(r.Countries)
		if err != nil || r.Ends <= micros(s.Clock.Now()) || sightOf(next, &u).right(access.Access, bailiwick.Category(r.Category), access.Of(countries...)) == nothing {
			continue // the change was edited since: the request stays open
		}
		r.State, r.Decided, r.DecidedBy = ask.Granted, micros(s.Clock.Now()), c.p.Reviewer
		if r.DecidedBy.IsZero() {
			r.DecidedBy = c.p.Author
		}
		if ok, err := ask.Decide(c.ctx, c.tx, r, ask.Asked); err != nil || !ok {
			return err
		}
		ref := fmt.Sprintf("ASK-%d", r.Number)
		n := outbox.Notice{Kind: outbox.AccessDecided, Outcome: outbox.Granted, To: []bailiwick.UserID{r.User}, Ref: ref, Path: "/access-requests", At: s.Clock.Now()}
		if err := outbox.Post(c.ctx, c.tx, n); err != nil {
			return err
		}
		e := ledger.By(c.a)
		e.Kind, e.Outcome, e.ConfigVersion, e.Level = logformat.AccessAnswered, logformat.Done, next.Version, access.LevelTenant
		e.Object = logformat.Object{Type: "access-request", Record: logformat.ID(r.ID)}
		e.Categories, e.Rules, e.Reference, e.Before, e.After, e.Detail = []string{r.Category}, []string{r.Rule}, ref, ask.Asked, ask.Granted, c.p.Ref()
		if _, err := s.Ledger.Append(c.ctx, c.tx, e); err != nil {
			return err
		}
	}
	return nil
}
