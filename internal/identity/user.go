package identity

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/store/user"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
)

// Limits of what is typed about a user.
const (
	MaxName  = 200 // runes of a name
	MaxRoles = 20  // roles of one user
)

// Where a user's country comes from (R8.6), most trusted first in the order
// that later sources are added. Unknown country is judged by R14.6.
const (
	CountryConfirmed = "confirmed"      // declared by one who manages users and confirmed by another
	CountryDeclared  = "declared"       // when the workspace was made: by its first person, or by the operator
	CountryAlone     = "declared-alone" // by the only one who manages users, a day after (R14.13)
	CountryUnknown   = "none"
)

// User is a person who signs in to a tenant.
type User struct {
	ID            bailiwick.UserID
	Name          bailiwick.Personal
	Email         bailiwick.Personal
	Roles         []bailiwick.Role // sorted
	Country       bailiwick.Country
	CountrySource string
	Entity        bailiwick.EntityID
	Unit          bailiwick.UnitID // organisational unit; zero = none
	HasPassword   bool
	Created       time.Time
	Disabled      time.Time // zero = may sign in
}

// UserSpec is what a user is made from.
type UserSpec struct {
	Name    string // 1 to MaxName runes
	Email   string // unique in the tenant, whatever the case
	Roles   []bailiwick.Role
	Country bailiwick.Country  // empty = not known
	Entity  bailiwick.EntityID // zero = the tenant's only legal entity
	Unit    bailiwick.UnitID   // organisational unit; zero = none
}

// profile is what is sealed of a user.
type profile struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (s *Service) sealProfile(ctx context.Context, t bailiwick.TenantID, id bailiwick.UserID, p profile) (bailiwick.Sealed, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return bailiwick.Sealed{}, err
	}
	return s.vault.SealSecret(ctx, t, vault.UserProfile, id.ID, b)
}

func (s *Service) openProfile(ctx context.Context, t bailiwick.TenantID, r user.Row) (profile, error) {
	b, err := s.vault.OpenSecret(ctx, t, vault.UserProfile, r.ID.ID, r.Profile)
	if err != nil {
		return profile{}, err
	}
	var p profile
	return p, json.Unmarshal(b, &p)
}

func (s *Service) fromRow(ctx context.Context, t bailiwick.TenantID, r user.Row) (User, error) {
	p, err := s.openProfile(ctx, t, r)
	if err != nil {
		return User{}, err
	}
	return User{
		ID: r.ID, Name: bailiwick.Personal(p.Name), Email: bailiwick.Personal(p.Email), Roles: splitRoles(r.Roles),
		Country: r.Country, CountrySource: r.CountrySource, Entity: r.Entity, Unit: r.Unit, HasPassword: !r.Password.IsZero(),
		Created: instant(r.Created), Disabled: instant(r.Disabled),
	}, nil
}

// checkName returns a name as it will be shown; CodeInvalid if it is empty,
// too long or holds control characters.
func checkName(typed string) (string, error) {
	name := strings.TrimSpace(typed)
	n := utf8.RuneCountInString(name)
	if n < 1 || n > MaxName || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", invalid("name", "name", "The name is 1 to 200 printable characters.")
	}
	return name, nil
}

// checkRoles returns roles sorted and without doubles; CodeInvalid for one
// that the configuration does not define.
func checkRoles(c *tenant.Configuration, roles []bailiwick.Role) ([]bailiwick.Role, error) {
	if len(roles) > MaxRoles {
		return nil, invalid("roles", "count", "A user has at most 20 roles.")
	}
	out := slices.Clone(roles)
	slices.Sort(out)
	out = slices.Compact(out)
	for _, r := range out {
		if c.Role(r) == nil {
			return nil, invalid("roles", "unknown", "There is no such role.")
		}
	}
	return out, nil
}

// checkPlace checks country and legal entity of a user.
func checkPlace(c *tenant.Configuration, country bailiwick.Country, e bailiwick.EntityID) (source string, _ bailiwick.EntityID, err error) {
	source = CountryDeclared
	if country == bailiwick.UnknownCountry {
		source = CountryUnknown
	} else if !country.Known() {
		return "", e, &bailiwick.Error{Code: bailiwick.CodeUnknownCountry, Message: "Some of the input breaks a rule.", Fields: []bailiwick.FieldError{
			{Field: "country", Rule: "country", Code: bailiwick.CodeUnknownCountry, Message: "The country is not an ISO 3166-1 code."},
		}}
	}
	if e.IsZero() && len(c.Entities) == 1 {
		e = c.Entities[0].ID
	}
	if _, ok := c.Entity(e); !ok {
		return "", e, invalid("entity", "unknown", "There is no such legal entity.")
	}
	return source, e, nil
}

func joinRoles(roles []bailiwick.Role) string {
	parts := make([]string, len(roles))
	for i, r := range roles {
		parts[i] = string(r)
	}
	return strings.Join(parts, " ")
}

func splitRoles(s string) []bailiwick.Role {
	parts := strings.Fields(s)
	out := make([]bailiwick.Role, len(parts))
	for i, p := range parts {
		out[i] = bailiwick.Role(p)
	}
	return out
}
