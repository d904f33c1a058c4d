package identity

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
	"bailiwick/internal/store/user"
)

func TestCreateUserRefuses(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		good := UserSpec{Name: "Ben", Email: "ben@example.com", Roles: []bailiwick.Role{"member"}, Country: "FR"}
		for name, c := range map[string]struct {
			change func(*UserSpec)
			want   bailiwick.Code
		}{
			"name":    {func(s *UserSpec) { s.Name = " " }, bailiwick.CodeInvalid},
			"long":    {func(s *UserSpec) { s.Name = strings.Repeat("é", MaxName+1) }, bailiwick.CodeInvalid},
			"email":   {func(s *UserSpec) { s.Email = "ben@localhost" }, bailiwick.CodeInvalid},
			"taken":   {func(s *UserSpec) { s.Email = strings.ToUpper(ownerEmail) }, bailiwick.CodeInvalid},
			"role":    {func(s *UserSpec) { s.Roles = []bailiwick.Role{"superuser"} }, bailiwick.CodeInvalid},
			"country": {func(s *UserSpec) { s.Country = "XX" }, bailiwick.CodeUnknownCountry},
			"entity":  {func(s *UserSpec) { s.Entity = bailiwick.EntityID{ID: bailiwick.ID{5}} }, bailiwick.CodeInvalid},
		} {
			spec := good
			c.change(&spec)
			_, err := w.CreateUser(ctx, w.acme, w.owner.Actor, spec)
			if bailiwick.ErrorCode(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "localhost") {
				t.Errorf("%s: the error holds the value", name)
			}
		}
		_, err := w.CreateUser(ctx, w.acme, bailiwick.Actor{}, good)
		code(t, err, bailiwick.CodeUnauthenticated)
		_, err = w.CreateUser(ctx, w.beta, w.owner.Actor, good)
		code(t, err, bailiwick.CodeUnauthenticated)
		if _, err = w.CreateUser(ctx, w.acme, w.owner.Actor, good); err != nil {
			t.Error(err)
		}
	})
}

// Whoever manages users without being an owner cannot become one.
func TestDelegatedManager(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		desk := w.user(t, "Dee Desk", "dee@example.com", "desk").Actor
		member := w.user(t, "Mia Member", "mia@example.com", "member").Actor
		boss := w.owner.Actor.User()

		_, err := w.CreateUser(ctx, w.acme, member, UserSpec{Name: "X", Email: "x@example.com"})
		code(t, err, bailiwick.CodeDenied)
		id, err := w.CreateUser(ctx, w.acme, desk, UserSpec{Name: "X", Email: "x@example.com", Roles: []bailiwick.Role{"desk"}})
		code(t, err, "")
		for _, roles := range [][]bailiwick.Role{{"owner"}, {"desk", "owner"}, {"hr"}, {"privacy"}, {"member"}} {
			_, err := w.CreateUser(ctx, w.acme, desk, UserSpec{Name: "Y", Email: "y@example.com", Roles: roles})
			code(t, err, bailiwick.CodeDenied)
			code(t, w.ChangeUser(ctx, desk, id, UserChange{Roles: &roles}), bailiwick.CodeDenied)
			code(t, w.ChangeUser(ctx, desk, desk.User(), UserChange{Roles: &roles}), bailiwick.CodeDenied)
		}
		_, err = w.SignInLink(ctx, w.acme, desk, boss, time.Hour)
		code(t, err, bailiwick.CodeDenied)
		_, err = w.PasswordLink(ctx, w.acme, desk, boss, time.Hour)
		code(t, err, bailiwick.CodeDenied)
		code(t, w.DisableUser(ctx, desk, boss), bailiwick.CodeDenied)
		email := "mine@example.com"
		code(t, w.ChangeUser(ctx, desk, boss, UserChange{Email: &email}), bailiwick.CodeDenied)
		code(t, w.DisableUser(ctx, desk, id), "")
		code(t, w.EnableUser(ctx, desk, id), "")
	})
}

func TestLastManagerStays(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		boss := w.owner.Actor.User()
		code(t, w.DisableUser(ctx, w.owner.Actor, boss), bailiwick.CodeTransition)
		code(t, w.ChangeUser(ctx, w.owner.Actor, boss, UserChange{Roles: &[]bailiwick.Role{"member"}}), bailiwick.CodeTransition)
		if !w.living(t, w.acme, w.owner.Cookie) {
			t.Error("a refused change ended the session")
		}
		w.user(t, "Ben", "ben@example.com", "owner")
		code(t, w.DisableUser(ctx, w.owner.Actor, boss), "")
	})
}

func TestFindAndNames(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		ctx, w := context.Background(), newWorld(t, s)
		jürgen := w.user(t, "Jürgen Müller-Weiß", "jm@example.com", "member").Actor
		zoe := w.user(t, "Zoé Durand", "zd@example.com", "auditor").Actor
		names := func(ps []Person) (out []string) {
			for _, p := range ps {
				out = append(out, p.Name.Reveal())
			}
			return out
		}
		for text, want := range map[string][]string{
			"":          {"Ada Example", "Jürgen Müller-Weiß", "Zoé Durand"},
			"jur":       {"Jürgen Müller-Weiß"},
			"MULLER ju": {"Jürgen Müller-Weiß"},
			"zoe":       {"Zoé Durand"},
			"urand":     nil,
			"zd@":       nil, // addresses are for who manages users
		} {
			got, err := w.Find(ctx, zoe, text, 10)
			if diff := cmp.Diff(want, names(got)); err != nil || diff != "" {
				t.Errorf("Find(%q), %v (-want +got):\n%s", text, err, diff)
			}
		}
		page, err := w.Users(ctx, w.owner.Actor, UserQuery{Text: "zd@", Role: "auditor"})
		if err != nil || page.Total != 1 || page.Items[0].ID != zoe.User() || page.Items[0].Email.Reveal() != "zd@example.com" {
			t.Errorf("Users: %+v, %v", page, err)
		}
		_, err = w.Users(ctx, zoe, UserQuery{})
		code(t, err, bailiwick.CodeDenied)

		nobody := bailiwick.UserID{ID: bailiwick.ID{9}}
		for range 2 { // the second time from memory
			got := w.Names(ctx, zoe, []bailiwick.UserID{jürgen.User(), nobody, {}})
			if diff := cmp.Diff(map[bailiwick.UserID]string{jürgen.User(): "Jürgen Müller-Weiß"}, got); diff != "" {
				t.Errorf("Names (-want +got):\n%s", diff)
			}
		}
		name := "Jürgen Weiß"
		code(t, w.ChangeUser(ctx, w.owner.Actor, jürgen.User(), UserChange{Name: &name}), "")
		if got := w.Names(ctx, zoe, []bailiwick.UserID{jürgen.User()}); got[jürgen.User()] != name {
			t.Errorf("after the change: %v", got)
		}
		if got := w.Names(ctx, Operator(w.beta), []bailiwick.UserID{jürgen.User()}); len(got) != 0 {
			t.Errorf("names of acme in beta: %v", got)
		}
		if u, err := w.GetUser(ctx, jürgen, jürgen.User()); err != nil || u.Email.Reveal() != "jm@example.com" {
			t.Errorf("GetUser of oneself: %v, %v", u, err)
		}
		_, err = w.GetUser(ctx, jürgen, zoe.User())
		code(t, err, bailiwick.CodeDenied)
	})
}

// What is stored and recorded of a user holds neither name nor address nor
// secret.
func TestNothingIsReadableAtRest(t *testing.T) {
	s := storetest.SQLite(t)
	ctx, w := context.Background(), newWorld(t, s)
	in := w.user(t, "Canary Person", "canary@example.com", "member")
	_, token, err := w.CreateToken(ctx, in.Actor, in.Actor.User(), TokenSpec{Label: "canary label", Scopes: bailiwick.Scopes(), Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.SignIn(ctx, w.acme, "canary@example.com", "canary password wrong", Meta{})
	code(t, err, bailiwick.CodeUnauthenticated)
	var all []byte
	err = s.View(ctx, w.acme, func(tx store.TenantTx) error {
		rows, err := user.List(ctx, tx, bailiwick.UserID{}, 100)
		if err != nil {
			return err
		}
		for _, r := range rows {
			all = append(append(append(all, r.Profile.Ciphertext()...), r.Lookup...), r.Password.Ciphertext()...)
		}
		entries, _, err := w.ledger.List(ctx, tx, ledger.Filter{}, "", 100)
		for _, e := range entries {
			b, err := e.Encode()
			if err != nil {
				return err
			}
			all = append(all, b...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"anary", "example.com", token[3:], in.Cookie, "argon2"} {
		if bytes.Contains(bytes.ToLower(all), []byte(strings.ToLower(secret))) {
			t.Errorf("%q is readable", secret)
		}
	}
}
