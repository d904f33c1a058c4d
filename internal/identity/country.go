package identity

import (
	"context"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// maxDeclarations is how many waiting declarations are listed.
const maxDeclarations = 200

// Declaration is a country that somebody said a user looks from, and that a
// second person has not confirmed yet (R8.6). Until then the user is judged by
// the country they had.
type Declaration struct {
	User     bailiwick.UserID
	Name     bailiwick.Personal
	Present  bailiwick.Country // the one in force; empty = not known
	Country  bailiwick.Country // the declared one; empty = not known
	By       bailiwick.UserID
	ByName   bailiwick.Personal
	Declared time.Time
	Mine     bool // whether the actor declared it, or is whom it is about, and so may not confirm it
	Others   int  // users who could confirm it: they manage that user and are a second person (SecondPerson)
	Alone    bool // the workspace is in solo mode: without others it takes effect by itself after a day
}

// declare keeps a country that a user was declared for a second person, tells
// those who may decide, and writes the entry.
func (s *Service) declare(ctx context.Context, tx store.TenantTx, c *tenant.Configuration, by bailiwick.Actor, id bailiwick.UserID, country bailiwick.Country) error {
	now := s.clock.Now()
	err := user.Declare(ctx, tx, user.Declaration{User: id, Country: country, By: by.User(), Declared: micros(now)})
	if err != nil {
		return err
	}
	err = s.record(ctx, tx, by, logformat.Entry{Kind: logformat.CountryDeclared, Object: userObject(id), After: countryCode(country)})
	if err != nil {
		return err
	}
	holders, err := Holders(ctx, tx, c, access.PermManageUsers)
	if err != nil {
		return err
	}
	var to []bailiwick.UserID
	for _, h := range holders {
		if h != by.User() && h != id {
			to = append(to, h)
		}
	}
	return outbox.Post(ctx, tx, outbox.Notice{Kind: outbox.CountryDeclared, To: to, Path: "/users/" + id.String(), At: now})
}

// countryCode is a country as the activity record writes it.
func countryCode(c bailiwick.Country) string {
	if c == bailiwick.UnknownCountry {
		return "unknown"
	}
	return string(c)
}

// ConfirmCountry puts a declared country in force. The actor must manage the
// user and be neither who declared it nor whom it is about. country is what the
// actor saw: a declaration that was replaced meanwhile is CodeConflict. It
// returns CodeDenied, CodeApproval for the first person, and NotFound where
// nothing waits.
func (s *Service) ConfirmCountry(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID, country bailiwick.Country) error {
	return s.decideCountry(ctx, by, id, country, true)
}

// RefuseCountry drops a declared country; who declared it may do so too.
// Errors are those of ConfirmCountry.
func (s *Service) RefuseCountry(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID, country bailiwick.Country) error {
	return s.decideCountry(ctx, by, id, country, false)
}

func (s *Service) decideCountry(ctx context.Context, by bailiwick.Actor, id bailiwick.UserID, country bailiwick.Country, yes bool) error {
	return s.update(ctx, by.Tenant(), func(tx store.TenantTx) error {
		m, err := s.managedBy(ctx, tx, by)
		if err != nil {
			return err
		}
		d, err := user.Declared(ctx, tx, id)
		if missing(err) {
			return bailiwick.NotFound()
		}
		if err != nil {
			return err
		}
		r, err := getUser(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := m.mayTake(r); err != nil {
			return err
		}
		if d.Country != country {
			return &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "Another country has been declared meanwhile."}
		}
		second, err := SecondPerson(ctx, tx, s.clock.Now(), by, d.By, id)
		if err != nil {
			return err
		}
		if yes && !second {
			return &bailiwick.Error{Code: bailiwick.CodeApproval, Message: "A second person who manages users confirms the country."}
		}
		return s.settle(ctx, tx, by, r, d, yes, CountryConfirmed)
	})
}

// settle ends a declaration, with its entry and the notices to who declared it
// and to whom it is about.
func (s *Service) settle(ctx context.Context, tx store.TenantTx, by bailiwick.Actor, r user.Row, d user.Declaration, yes bool, source string) error {
	if _, err := user.Undeclare(ctx, tx, r.ID); err != nil {
		return err
	}
	e := logformat.Entry{Kind: logformat.CountryDecided, Object: userObject(r.ID), Before: countryCode(r.Country), After: countryCode(d.Country), Detail: source}
	if !yes {
		e.After, e.Detail = e.Before, "refused"
	} else {
		r.Country, r.CountrySource = d.Country, source
		if d.Country == bailiwick.UnknownCountry {
			r.CountrySource = CountryUnknown
		}
		if _, err := user.Update(ctx, tx, r); err != nil {
			return err
		}
		// What the sessions were opened under no longer holds.
		if _, err := session.DeleteOfUser(ctx, tx, r.ID); err != nil {
			return err
		}
	}
	if err := s.record(ctx, tx, by, e); err != nil {
		return err
	}
	n := outbox.Notice{Kind: outbox.CountryDecided, Outcome: outbox.Confirmed, Path: "/users/" + r.ID.String(), At: s.clock.Now()}
	if !yes {
		n.Outcome = outbox.Refused
	}
	if d.By != r.ID {
		n.To = []bailiwick.UserID{d.By}
		if err := outbox.Post(ctx, tx, n); err != nil {
			return err
		}
	}
	n.To, n.Path = []bailiwick.UserID{r.ID}, "/account" // whom it is about need not manage users
	return outbox.Post(ctx, tx, n)
}

// Declarations returns what waits for a second person, oldest first, for
// whoever manages users; at most 200.
func (s *Service) Declarations(ctx context.Context, a bailiwick.Actor) ([]Declaration, error) {
	var rows []user.Declaration
	users := map[bailiwick.UserID]user.Row{}
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		m, err := s.managedBy(ctx, tx, a)
		if err != nil {
			return err
		}
		if rows, err = user.Declarations(ctx, tx, maxDeclarations); err != nil {
			return err
		}
		for _, d := range rows {
			for _, id := range []bailiwick.UserID{d.User, d.By} {
				if users[id], err = user.Get(ctx, tx, id); err != nil && !missing(err) {
					return err
				}
			}
		}
		rows = slices.DeleteFunc(rows, func(d user.Declaration) bool { return !m.has(users[d.User]) })
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []Declaration
	for _, d := range rows {
		x := Declaration{
			User: d.User, Present: users[d.User].Country, Country: d.Country, By: d.By, Declared: instant(d.Declared),
			Mine: d.By == a.User() || d.User == a.User(),
		}
		for id, name := range map[bailiwick.UserID]*bailiwick.Personal{d.User: &x.Name, d.By: &x.ByName} {
			if r := users[id]; !r.ID.IsZero() {
				p, err := s.openProfile(ctx, a.Tenant(), r)
				if err != nil {
					return nil, err
				}
				*name = bailiwick.Personal(p.Name)
			}
		}
		if d.By == d.User {
			x.ByName = x.Name
		}
		out = append(out, x)
	}
	return out, nil
}

// DeclaredCountry returns what waits for one user; false if nothing does.
func (s *Service) DeclaredCountry(ctx context.Context, a bailiwick.Actor, id bailiwick.UserID) (Declaration, bool, error) {
	all, err := s.Declarations(ctx, a)
	for _, d := range all {
		if d.User == id {
			d.Others, d.Alone, err = s.others(ctx, a.Tenant(), d.User, d.By)
			return d, true, err
		}
	}
	return Declaration{}, false, err
}

// OwnDeclaration returns the country that waits for the actor themselves, to
// whatever role: without who declared it, and false if none waits.
func (s *Service) OwnDeclaration(ctx context.Context, a bailiwick.Actor) (Declaration, bool, error) {
	var d user.Declaration
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		d, err = user.Declared(ctx, tx, a.User())
		return err
	})
	if missing(err) {
		return Declaration{}, false, nil
	}
	if err != nil {
		return Declaration{}, false, err
	}
	out := Declaration{User: d.User, Country: d.Country, Declared: instant(d.Declared), Mine: true}
	out.Others, out.Alone, err = s.others(ctx, a.Tenant(), d.User, d.By)
	return out, true, err
}

// others counts who could confirm the country that by declared for a user, and
// tells whether the workspace is in solo mode.
func (s *Service) others(ctx context.Context, t bailiwick.TenantID, id, by bailiwick.UserID) (n int, alone bool, err error) {
	err = s.store.View(ctx, t, func(tx store.TenantTx) error {
		n = 0
		c, err := s.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		alone = c.Settings.SoloMode
		of, err := getUser(ctx, tx, id)
		if err != nil {
			return err
		}
		holders, err := Holders(ctx, tx, c, access.PermManageUsers)
		if err != nil {
			return err
		}
		for _, h := range holders {
			r, err := getUser(ctx, tx, h)
			if err != nil {
				return err
			}
			who := bailiwick.NewActor(bailiwick.ActorSpec{
				Kind: bailiwick.User, Tenant: t, User: h, Roles: splitRoles(r.Roles), Country: r.Country, Entity: r.Entity, Unit: r.Unit,
				Purpose: bailiwick.ProvideService,
			})
			second, err := SecondPerson(ctx, tx, s.clock.Now(), who, by, id)
			if err != nil {
				return err
			}
			if !second {
				continue
			}
			m, err := s.managedBy(ctx, tx, who)
			if bailiwick.ErrorCode(err) == bailiwick.CodeDenied {
				continue
			}
			if err != nil {
				return err
			}
			if m.mayTake(of) == nil {
				n++
			}
		}
		return nil
	})
	return n, alone, err
}

// Tasks are the countries that wait for the actor to confirm them, for "my
// day"; none for who does not manage users.
func (s *Service) Tasks(ctx context.Context, a bailiwick.Actor) ([]outbox.Task, error) {
	all, err := s.Declarations(ctx, a)
	if bailiwick.ErrorCode(err) == bailiwick.CodeDenied {
		return nil, nil
	}
	var out []outbox.Task
	for _, d := range all {
		if !d.Mine && len(out) < 100 {
			out = append(out, outbox.Task{Kind: outbox.CountryDeclared, Path: "/users/" + d.User.String()})
		}
	}
	return out, err
}
