package identity

import (
	"context"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/user"
)

// MaxScan is how many users a search looks at. Names are sealed, so they are
// opened and compared one by one; a larger tenant is told to narrow it down
// by Users.Limited.
const MaxScan = 5_000

// UserQuery selects users.
type UserQuery struct {
	Text     string         // every word must begin a word of the name or lie in the address; at most 200 bytes
	Role     bailiwick.Role // empty = any
	Disabled bool           // also those who may not sign in
	Limit    int            // 1 to 200; 0 = 50
	Offset   int            // how many to leave out, in the order of names
}

// Users is one page of users, by name.
type Users struct {
	Items   []User
	Total   int  // how many match
	Limited bool // there are more users than MaxScan, and the rest was not looked at
}

// Users lists users for whoever manages them; CodeDenied otherwise.
func (s *Service) Users(ctx context.Context, a bailiwick.Actor, q UserQuery) (Users, error) {
	if len(q.Text) > 200 || q.Offset < 0 || q.Limit < 0 {
		return Users{}, bailiwick.Malformed("The search is malformed.")
	}
	var m *managed
	rows, more, err := s.scan(ctx, a, func(tx store.TenantTx) (err error) {
		m, err = s.managedBy(ctx, tx, a)
		return err
	})
	if err != nil {
		return Users{}, err
	}
	rows = slices.DeleteFunc(rows, func(r user.Row) bool { return !m.has(r) })
	found, err := s.match(ctx, a, rows, q)
	if err != nil {
		return Users{}, err
	}
	out := Users{Total: len(found), Limited: more}
	if q.Offset < len(found) {
		found = found[q.Offset:]
		out.Items = found[:min(len(found), clampLimit(q.Limit))]
	}
	return out, nil
}

// Person is a user as colleagues see one.
type Person struct {
	ID   bailiwick.UserID
	Name bailiwick.Personal
}

// Find returns users who may sign in and whose name matches, for pickers. Every
// user may ask; addresses are neither searched nor shown.
func (s *Service) Find(ctx context.Context, a bailiwick.Actor, text string, limit int) ([]Person, error) {
	if len(text) > 200 {
		return nil, bailiwick.Malformed("The search is malformed.")
	}
	if a.Kind() != bailiwick.User {
		return nil, unauthenticated()
	}
	rows, _, err := s.scan(ctx, a, func(store.TenantTx) error { return nil })
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Lookup = nil
	}
	found, err := s.match(ctx, a, rows, UserQuery{Text: text})
	if err != nil {
		return nil, err
	}
	var out []Person
	for _, u := range found[:min(len(found), clampLimit(limit))] {
		out = append(out, Person{ID: u.ID, Name: u.Name})
	}
	return out, nil
}

// GetUser returns a user: the actor, or anybody for who manages users.
func (s *Service) GetUser(ctx context.Context, a bailiwick.Actor, id bailiwick.UserID) (User, error) {
	var r user.Row
	err := s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		var m *managed
		if a.Kind() != bailiwick.User || a.User() != id {
			if m, err = s.managedBy(ctx, tx, a); err != nil {
				return err
			}
		}
		if r, err = getUser(ctx, tx, id); err == nil && m != nil && !m.has(r) {
			err = bailiwick.NotFound()
		}
		return err
	})
	if err != nil {
		return User{}, err
	}
	return s.fromRow(ctx, a.Tenant(), r)
}

// scan reads up to MaxScan users after check has allowed it.
func (s *Service) scan(ctx context.Context, a bailiwick.Actor, check func(store.TenantTx) error) (rows []user.Row, more bool, err error) {
	err = s.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if err := check(tx); err != nil {
			return err
		}
		rows, err = user.List(ctx, tx, bailiwick.UserID{}, MaxScan+1)
		return err
	})
	if len(rows) > MaxScan {
		return rows[:MaxScan], true, err
	}
	return rows, false, err
}

// match opens the profiles and keeps those that fit, by name. A row without
// Lookup is not matched by its address.
func (s *Service) match(ctx context.Context, a bailiwick.Actor, rows []user.Row, q UserQuery) ([]User, error) {
	type sortable struct {
		u   User
		key string
	}
	words := strings.Fields(schema.Fold(q.Text))
	var found []sortable
	for _, r := range rows {
		if r.Disabled != 0 && !q.Disabled {
			continue
		}
		u, err := s.fromRow(ctx, a.Tenant(), r)
		if err != nil {
			return nil, err
		}
		if q.Role != "" && !slices.Contains(u.Roles, q.Role) {
			continue
		}
		name, address := schema.Fold(u.Name.Reveal()), ""
		if r.Lookup != nil {
			address = schema.Fold(u.Email.Reveal())
		}
		if fitsAll(words, name, address) {
			found = append(found, sortable{u, name})
		}
	}
	slices.SortStableFunc(found, func(x, y sortable) int { return strings.Compare(x.key, y.key) })
	out := make([]User, len(found))
	for i, f := range found {
		out[i] = f.u
	}
	return out, nil
}

func fitsAll(words []string, name, address string) bool {
	for _, w := range words {
		begins := strings.HasPrefix(name, w) || strings.Contains(name, " "+w) || strings.Contains(name, "-"+w)
		if !begins && (address == "" || !strings.Contains(address, w)) {
			return false
		}
	}
	return true
}

func clampLimit(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 200)
}
