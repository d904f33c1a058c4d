package identity

import (
	"context"
	"net/netip"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/session"
	"bailiwick/internal/store/user"
	"bailiwick/logformat"
)

// Meta is what is known of the browser that signs in.
type Meta struct {
	Address  netip.Addr // of the client; invalid = not known
	Previous string     // session cookie that the browser sent, which a new sign-in ends
}

// SignedIn is a fresh session; or, where Second is set, a sign-in that waits
// for the second factor: see ProveSecond.
type SignedIn struct {
	Cookie  string // the secret; it is nowhere stored
	Session Session
	Actor   bailiwick.Actor
	Second  string // the secret of the challenge, for this browser only
}

// How many password guesses are judged: beyond them the answer is CodeLimited
// with a LimitError, whether or not the password is right. Sessions, links and
// tokens are not affected, so nobody can be locked out by strangers.
const (
	GuessWindow       = 15 * time.Minute
	GuessesPerAccount = 10
	GuessesPerAddress = 60 // of an IPv4 address or IPv6 /64: an office shares one
)

// SignIn begins a session for an address and password. The answer to an
// unknown address, a user without password, a disabled user and a wrong
// password is the same CodeUnauthenticated after the same work. Errors:
// CodeUnauthenticated, CodeLimited. Where the user has a second factor the
// answer is SignedIn.Second and no session.
func (s *Service) SignIn(ctx context.Context, t bailiwick.TenantID, email, password string, m Meta) (SignedIn, error) {
	_, folded, err := parseEmail(email)
	if err != nil {
		folded = "" // judged like an unknown address: the form says nothing either
	}
	lookup, err := s.lookup(ctx, t, folded)
	if err != nil {
		return SignedIn{}, err
	}
	var r user.Row
	err = s.store.Update(ctx, t, func(tx store.TenantTx) error {
		if err := s.countGuess(ctx, tx, lookup, m); err != nil {
			return err
		}
		var err error
		if r, err = user.ByLookup(ctx, tx, lookup); missing(err) {
			r = user.Row{}
			return nil
		}
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	known := r.ID
	if r.Disabled != 0 {
		r = user.Row{}
	}
	ok, err := s.passwordFits(ctx, t, r, password)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, s.refuse(ctx, t, known)
	}
	return s.enter(ctx, t, r, m)
}

// refuse records a failed guess and returns the answer to it.
func (s *Service) refuse(ctx context.Context, t bailiwick.TenantID, known bailiwick.UserID) error {
	if err := s.recordFailure(ctx, t, bailiwick.Actor{}, known, "password"); err != nil {
		return err
	}
	return refusedSignIn()
}

// recordFailure writes the entry of a wrong password or code; it names the user
// if there is one.
func (s *Service) recordFailure(ctx context.Context, t bailiwick.TenantID, by bailiwick.Actor, known bailiwick.UserID, what string) error {
	return s.store.Update(ctx, t, func(tx store.TenantTx) error {
		return s.record(ctx, tx, by, logformat.Entry{
			Kind: logformat.SignInFailed, Outcome: logformat.Refused, Object: userObject(known), Detail: what,
		})
	})
}

// enter begins the session of a user whose password was right, unless the user
// has changed since it was judged.
func (s *Service) enter(ctx context.Context, t bailiwick.TenantID, judged user.Row, m Meta) (SignedIn, error) {
	var in SignedIn
	err := s.store.Update(ctx, t, func(tx store.TenantTx) error {
		r, err := getUser(ctx, tx, judged.ID)
		if err != nil {
			return err
		}
		if r.PasswordSet != judged.PasswordSet || r.Disabled != 0 {
			return refusedSignIn()
		}
		in, err = s.letIn(ctx, tx, r, m, "password")
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// countGuess counts one guess against account and network address before it is
// judged, so that guesses made at the same time cannot pass the limit
// together. It returns CodeLimited if one of them is used up.
func (s *Service) countGuess(ctx context.Context, tx store.TenantTx, lookup []byte, m Meta) error {
	limits := []guessLimit{{"account", lookup, GuessesPerAccount}}
	if m.Address.IsValid() {
		limits = append(limits, guessLimit{"address", network(m.Address), GuessesPerAddress})
	}
	return s.count(ctx, tx, limits)
}

// guessLimit is how much one account or network address may ask for within
// GuessWindow.
type guessLimit struct {
	kind string
	key  []byte
	most int64
}

// count counts once against each limit; CodeLimited if one is used up.
func (s *Service) count(ctx context.Context, tx store.TenantTx, limits []guessLimit) error {
	now := s.clock.Now()
	since := now.Add(-GuessWindow)
	if err := session.DropGuesses(ctx, tx, micros(since)); err != nil {
		return err
	}
	for _, l := range limits {
		bucket, err := s.bucket(ctx, tx.Tenant(), l.kind, l.key)
		if err != nil {
			return err
		}
		n, first, err := session.Guesses(ctx, tx, bucket, micros(since))
		if err != nil {
			return err
		}
		if n >= l.most {
			return limited(instant(first).Add(GuessWindow).Sub(now))
		}
		id, err := s.newID()
		if err != nil {
			return err
		}
		if err := session.InsertGuess(ctx, tx, bucket, micros(now), id); err != nil {
			return err
		}
	}
	return nil
}

// forgetGuesses gives an account its guesses back, after its owner has got in.
func (s *Service) forgetGuesses(ctx context.Context, tx store.TenantTx, lookup []byte) error {
	account, err := s.bucket(ctx, tx.Tenant(), "account", lookup)
	if err != nil {
		return err
	}
	return session.ForgetGuesses(ctx, tx, account)
}

func (s *Service) bucket(ctx context.Context, t bailiwick.TenantID, kind string, key []byte) ([]byte, error) {
	return s.vault.Mac(ctx, t, "guess-"+kind, key)
}

// network is what of an address one attacker usually holds: the whole of an
// IPv4 address, the first 64 bits of an IPv6 one.
func network(a netip.Addr) []byte {
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return nil
	}
	return p.Addr().AsSlice()
}
