package identity

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"bailiwick"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// enrol switches one-time codes on for the owner and returns the key and the
// recovery codes.
func (w *world) enrol(t *testing.T) (key string, recovery []string) {
	t.Helper()
	ctx := context.Background()
	e, err := w.BeginTOTP(ctx, w.owner.Actor, "Acme", goodPassword, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	recovery, err = w.FinishTOTP(ctx, w.owner.Actor, e.Challenge, w.codeNow(t, e.Key))
	if err != nil || len(recovery) != RecoveryCodes {
		t.Fatalf("%d recovery codes, %v", len(recovery), err)
	}
	return e.Key, recovery
}

func (w *world) codeNow(t *testing.T, key string) string {
	t.Helper()
	code, err := totp.GenerateCode(key, w.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// half begins a sign-in that must wait for the second factor.
func (w *world) half(t *testing.T) string {
	t.Helper()
	in, err := w.SignIn(context.Background(), w.acme, ownerEmail, goodPassword, Meta{})
	if err != nil || in.Second == "" || in.Cookie != "" || in.Actor.Kind() != bailiwick.Nobody {
		t.Fatalf("a password alone gave cookie %v, actor %v, %v", in.Cookie != "", in.Actor.Kind(), err)
	}
	return in.Second
}

// TestSecondFactor holds that a password alone lets nobody in who has a second
// factor, that a code counts once, and that wrong ones are counted.
func TestSecondFactor(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		key, recovery := w.enrol(t)
		w.clock.add(time.Minute)

		second := w.half(t)
		if _, err := w.ProveSecond(ctx, w.beta, second, w.codeNow(t, key), Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeExpired {
			t.Errorf("a challenge of acme at beta: %v", err)
		}
		if _, err := w.ProveSecond(ctx, w.acme, second, "000000", Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeUnauthenticated {
			t.Errorf("a wrong code: %v", err)
		}
		code := w.codeNow(t, key)
		in, err := w.ProveSecond(ctx, w.acme, second, " "+code[:3]+" "+code[3:], Meta{})
		if err != nil || !w.living(t, w.acme, in.Cookie) {
			t.Fatalf("the right code: %v", err)
		}
		if _, err := w.ProveSecond(ctx, w.acme, second, code, Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeExpired {
			t.Errorf("a challenge twice: %v", err)
		}
		if _, err := w.ProveSecond(ctx, w.acme, w.half(t), code, Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeUnauthenticated {
			t.Errorf("a code twice: %v", err)
		}
		if _, err := w.ProveSecond(ctx, w.acme, w.half(t), strings.ToUpper(strings.NewReplacer("-", " ", "0", "O", "1", "l").Replace(recovery[0])), Meta{}); err != nil {
			t.Errorf("a recovery code as somebody reads it: %v", err)
		}
		if _, err := w.ProveSecond(ctx, w.acme, w.half(t), recovery[0], Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeUnauthenticated {
			t.Errorf("a recovery code twice: %v", err)
		}
		late := w.half(t)
		w.clock.add(ChallengeLife)
		if _, err := w.ProveSecond(ctx, w.acme, late, w.codeNow(t, key), Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeExpired {
			t.Errorf("a code that comes too late: %v", err)
		}
		w.clock.add(GuessWindow)
		second = w.half(t)
		for range GuessesPerAccount {
			_, err = w.ProveSecond(ctx, w.acme, second, "000000", Meta{})
		}
		if bailiwick.ErrorCode(err) != bailiwick.CodeLimited {
			t.Errorf("after ten guesses: %v", err)
		}
	})
}

// TestLinksAskForTheSecondFactor holds that whoever can make links cannot get
// round another's second factor unnoticed.
func TestLinksAskForTheSecondFactor(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		w.enrol(t)
		id := w.owner.Actor.User()
		link, err := w.SignInLink(ctx, w.acme, Operator(w.acme), id, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if in, err := w.RedeemLink(ctx, w.acme, link, Meta{}); err != nil || in.Cookie != "" || in.Second == "" {
			t.Errorf("a sign-in link gave a session: %v, %v", in.Cookie != "", err)
		}
		link, err = w.PasswordLink(ctx, w.acme, Operator(w.acme), id, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if in, err := w.SetPasswordByLink(ctx, w.acme, link, "another good one 7", Meta{}); err != nil || in.Cookie != "" || in.Second == "" {
			t.Errorf("a password link gave a session: %v, %v", in.Cookie != "", err)
		}
		if err := w.ResetFactors(ctx, Operator(w.acme), id); err != nil {
			t.Fatal(err)
		}
		if in, err := w.SignIn(ctx, w.acme, ownerEmail, "another good one 7", Meta{}); err != nil || in.Cookie == "" {
			t.Errorf("after the reset: %v", err)
		}
	})
}

// TestFactorsNeedThePassword holds that a browser that was left open is not
// enough to settle in.
func TestFactorsNeedThePassword(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		wrong := func(err error, what string) {
			t.Helper()
			if bailiwick.ErrorCode(err) != bailiwick.CodeInvalid {
				t.Errorf("%s without the password: %v", what, err)
			}
		}
		_, err := w.BeginTOTP(ctx, w.owner.Actor, "Acme", "not it", Meta{})
		wrong(err, "codes")
		place := Place{Host: "acme.localhost", Origin: "http://acme.localhost:8080", Name: "Acme"}
		_, _, err = w.BeginPasskey(ctx, w.owner.Actor, place, "", Meta{})
		wrong(err, "a passkey")
		w.enrol(t)
		have, err := w.Factors(ctx, w.owner.Actor)
		i := slices.IndexFunc(have, func(f Factor) bool { return f.Kind == TOTP })
		if err != nil || len(have) != 1+RecoveryCodes || i < 0 {
			t.Fatalf("%d factors, %v", len(have), err)
		}
		have[0] = have[i]
		wrong(w.RemoveFactor(ctx, w.owner.Actor, "not it", have[0].ID, Meta{}), "taking codes away")
		_, err = w.NewRecoveryCodes(ctx, w.owner.Actor, "not it", Meta{})
		wrong(err, "recovery codes")
		other := w.user(t, "Ben", "ben@example.com", "member")
		if err := w.RemoveFactor(ctx, other.Actor, "", have[0].ID, Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
			t.Errorf("somebody else's factor: %v", err)
		}
		if err := w.RemoveFactor(ctx, w.owner.Actor, goodPassword, have[0].ID, Meta{}); err != nil {
			t.Fatal(err)
		}
		if have, err = w.Factors(ctx, w.owner.Actor); err != nil || len(have) != 0 {
			t.Errorf("%d factors are left, %v", len(have), err)
		}
	})
}

// TestPasskeyAnswers holds that nonsense proves nothing and says nothing.
func TestPasskeyAnswers(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		place := Place{Host: "acme.localhost", Origin: "http://acme.localhost:8080", Name: "Acme"}
		_, challenge, err := w.BeginPasskeySignIn(ctx, w.acme, place)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{"", "{}", "null", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, string(make([]byte, maxPasskeyBody+1))} {
			if _, err := w.FinishPasskeySignIn(ctx, w.acme, place, challenge, []byte(body), Meta{}); bailiwick.ErrorCode(err) != bailiwick.CodeUnauthenticated {
				t.Errorf("%.20q: %v", body, err)
			}
		}
		if _, err := w.FinishPasskey(ctx, w.owner.Actor, place, challenge, "Laptop", []byte("{}")); bailiwick.ErrorCode(err) != bailiwick.CodeInvalid {
			t.Errorf("a passkey of nothing: %v", err)
		}
	})
}

// TestCountryNeedsASecondPerson holds R8.6.
func TestCountryNeedsASecondPerson(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		second := w.user(t, "Ben", "ben@example.com", "owner")
		id, _, err := w.Invite(ctx, w.acme, w.owner.Actor, UserSpec{Name: "Cleo", Email: "cleo@example.com", Roles: []bailiwick.Role{"hr"}, Country: "US"})
		if err != nil {
			t.Fatal(err)
		}
		country := func() (bailiwick.Country, string) {
			u, err := w.GetUser(ctx, w.owner.Actor, id)
			if err != nil {
				t.Fatal(err)
			}
			return u.Country, u.CountrySource
		}
		if c, source := country(); c != "" || source != CountryUnknown {
			t.Errorf("one person's word gave %q, %s", c, source)
		}
		for what, by := range map[string]bailiwick.Actor{"the first person": w.owner.Actor, "the operator": Operator(w.acme)} {
			if err := w.ConfirmCountry(ctx, by, id, "US"); bailiwick.ErrorCode(err) != bailiwick.CodeApproval {
				t.Errorf("confirmed by %s: %v", what, err)
			}
		}
		if err := w.ConfirmCountry(ctx, second.Actor, id, "DE"); bailiwick.ErrorCode(err) != bailiwick.CodeConflict {
			t.Errorf("another country than the one declared: %v", err)
		}
		if d, ok, err := w.DeclaredCountry(ctx, w.owner.Actor, id); err != nil || !ok || d.Others != 1 || d.Alone {
			t.Errorf("who could confirm, for the first person: %+v, %v", d, err)
		}
		if tasks, err := w.Tasks(ctx, second.Actor); err != nil || len(tasks) != 1 {
			t.Errorf("tasks of the second person: %v, %v", tasks, err)
		}
		if tasks, err := w.Tasks(ctx, w.owner.Actor); err != nil || len(tasks) != 0 {
			t.Errorf("tasks of the first: %v, %v", tasks, err)
		}
		in := w.signIn(t, id)
		if d, ok, err := w.OwnDeclaration(ctx, in.Actor); err != nil || !ok || d.Country != "US" || d.Others != 1 {
			t.Errorf("what waits, for whom it is about: %+v, %v", d, err)
		}
		if in.Actor.Country() != "" {
			t.Errorf("the actor looks from %q", in.Actor.Country())
		}
		if err := w.ConfirmCountry(ctx, second.Actor, id, "US"); err != nil {
			t.Fatal(err)
		}
		w.told(t, w.owner.Actor.User(), outbox.CountryDecided, outbox.Confirmed, "/users/"+id.String())
		w.told(t, id, outbox.CountryDecided, outbox.Confirmed, "/account")
		if c, source := country(); c != "US" || source != CountryConfirmed {
			t.Errorf("confirmed: %q, %s", c, source)
		}
		if w.living(t, w.acme, in.Cookie) {
			t.Error("a session opened under the earlier country lives on")
		}
		if err := w.ConfirmCountry(ctx, second.Actor, id, "US"); bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
			t.Errorf("a second time: %v", err)
		}
		fr := bailiwick.Country("FR")
		if err := w.ChangeUser(ctx, second.Actor, second.Actor.User(), UserChange{Country: &fr}); err != nil { // as it is: nothing to decide
			t.Fatal(err)
		}
		de := bailiwick.Country("DE")
		if err := w.ChangeUser(ctx, w.owner.Actor, second.Actor.User(), UserChange{Country: &de}); err != nil {
			t.Fatal(err)
		}
		if err := w.ConfirmCountry(ctx, second.Actor, second.Actor.User(), "DE"); bailiwick.ErrorCode(err) != bailiwick.CodeApproval {
			t.Errorf("whom it is about confirms: %v", err)
		}
		if d, ok, err := w.DeclaredCountry(ctx, w.owner.Actor, second.Actor.User()); err != nil || !ok || d.Others != 0 {
			t.Errorf("nobody could confirm the country of the only other one: %+v, %v", d, err)
		}
		if err := w.RefuseCountry(ctx, w.owner.Actor, second.Actor.User(), "DE"); err != nil {
			t.Fatal(err)
		}
		if all, err := w.Declarations(ctx, w.owner.Actor); err != nil || len(all) != 0 {
			t.Errorf("%d declarations wait, %v", len(all), err)
		}
	})
}

// TestCountryAlone holds R14.13 for countries: only where one person may decide
// alone, after a day, and marked.
func TestCountryAlone(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		id, _, err := w.Invite(ctx, w.acme, w.owner.Actor, UserSpec{Name: "Cleo", Email: "cleo@example.com", Roles: []bailiwick.Role{"hr"}, Country: "US"})
		if err != nil {
			t.Fatal(err)
		}
		source := func() string {
			t.Helper()
			if err := w.SettleAlone(ctx, w.acme); err != nil {
				t.Fatal(err)
			}
			u, err := w.GetUser(ctx, w.owner.Actor, id)
			if err != nil {
				t.Fatal(err)
			}
			return u.CountrySource
		}
		w.clock.add(SoloWait)
		if got := source(); got != CountryUnknown {
			t.Errorf("without the setting: %s", got)
		}
		err = s.Update(ctx, w.acme, func(tx store.TenantTx) error {
			c, err := w.tenants.Configuration(ctx, tx)
			if err != nil {
				return err
			}
			d := c.Document()
			d.Settings.SoloMode = true
			_, err = w.tenants.Activate(ctx, tx, w.owner.Actor, d)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := source(); got != CountryAlone {
			t.Errorf("a day later: %s", got)
		}
	})
}

// TestSecondPerson holds R0.1: who sat down in another's account is not that
// other.
func TestSecondPerson(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		second := w.user(t, "Ben", "ben@example.com", "owner")
		is := func(what string, a bailiwick.Actor, want bool, first ...bailiwick.UserID) {
			t.Helper()
			err := s.View(ctx, w.acme, func(tx store.TenantTx) error {
				got, err := SecondPerson(ctx, tx, w.clock.Now(), a, first...)
				if got != want {
					t.Errorf("%s: %v", what, got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		owner := w.owner.Actor.User()
		is("another user", second.Actor, true, owner)
		is("the same user", w.owner.Actor, false, owner)
		is("a job", Operator(w.acme), false, owner)
		if _, err := w.SignInLink(ctx, w.acme, w.owner.Actor, second.Actor.User(), time.Hour); err != nil {
			t.Fatal(err)
		}
		is("whom the first gave a link", second.Actor, false, owner)
		w.clock.add(HandlingTime)
		is("a day later", second.Actor, true, owner)
		id, _, err := w.Invite(ctx, w.acme, w.owner.Actor, UserSpec{Name: "Cleo", Email: "cleo@example.com", Roles: []bailiwick.Role{"privacy"}})
		if err != nil {
			t.Fatal(err)
		}
		is("whom the first invited", w.signIn(t, id).Actor, false, owner)
		if err := w.Sweep(ctx, w.acme); err != nil {
			t.Fatal(err)
		}
		is("after a sweep", w.signIn(t, id).Actor, false, owner)
	})
}

// told holds that a user's inbox has a line.
func (w *world) told(t *testing.T, u bailiwick.UserID, k outbox.Kind, o outbox.Outcome, path string) {
	t.Helper()
	who := bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: w.acme, User: u, Purpose: bailiwick.ProvideService})
	lines, _, err := outbox.New(w.store, nil, bailiwick.SystemClock{}).Inbox(t.Context(), who, bailiwick.ID{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(lines, func(l outbox.Line) bool { return l.Kind == k && l.Outcome == o && l.Path == path }) {
		t.Errorf("nobody told of %s at %s", o, path)
	}
}
