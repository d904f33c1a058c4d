package logformat

import (
	"fmt"
	"slices"
	"time"
)

// ErrEntry is the error for an entry that cannot be encoded. It names the
// member, never its content.
type ErrEntry struct{ Member string }

// Error names the member.
func (e *ErrEntry) Error() string {
	return fmt.Sprintf("logformat: the member %q of the entry is missing, malformed or too long", e.Member)
}

// Check returns an *ErrEntry for the first member that may not be as it is.
func (e *Entry) Check() error {
	for _, c := range []struct {
		member string
		ok     bool
	}{
		{"id", !e.ID.IsZero()},
		{"time", !e.Time.Before(earliest) && e.Time.Before(latest) && e.Time.Nanosecond()%1000 == 0},
		{"tenant", !e.Tenant.IsZero()},
		{"kind", e.Kind.Valid()},
		{"actor_kind", slices.Contains(actorKinds, e.ActorKind)},
		{"actor", isCode(e.Actor, maxCode)},
		{"actor_country", isCountry(e.ActorCountry)},
		{"actor_roles", areCodes(e.ActorRoles, MaxRoles, maxCode)},
		{"purpose", e.Purpose == "" || slices.Contains(purposes, e.Purpose)},
		{"reference", isCode(e.Reference, maxCode)},
		{"type", isCode(e.Object.Type, maxCode)},
		{"revision", e.Revision >= 0},
		{"subjects", len(e.Subjects) <= MaxSubjects && !slices.Contains(e.Subjects, Pseudonym{})},
		{"fields", areCodes(e.Fields, MaxFields, maxName)},
		{"categories", areCodes(e.Categories, MaxCategories, maxCode)},
		{"count", e.Count >= 0},
		{"config", e.ConfigVersion >= 0},
		{"policy", e.PolicyVersion >= 0},
		{"level", e.Level == "" || slices.Contains(levels, e.Level)},
		{"outcome", slices.Contains(outcomes, string(e.Outcome))},
		{"rules", areCodes(e.Rules, MaxRules, maxName)},
		{"reason", isCode(e.Reason, maxCode)},
		{"before", isCode(e.Before, maxCode)},
		{"after", isCode(e.After, maxCode)},
		{"detail", isCode(e.Detail, maxCode)},
		{"commitment", e.Commitment.IsZero() != (e.Kind == Sealed)},
	} {
		if !c.ok {
			return &ErrEntry{c.member}
		}
	}
	return nil
}

// The times an entry may carry: those that RFC 3339 writes with four digits
// and that no broken clock shows.
var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
)

// isCode reports whether s is empty or a code: short, no spaces, nothing that
// JSON or a page would have to escape, so that no sentence fits in.
func isCode(s string, limit int) bool {
	if len(s) > limit {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '.', c == '_', c == ':', c == '/', c == '-', c == '[', c == ']':
		default:
			return false
		}
	}
	return true
}

func areCodes(list []string, most, limit int) bool {
	return len(list) <= most && !slices.ContainsFunc(list, func(s string) bool { return s == "" || !isCode(s, limit) })
}

func isCountry(s string) bool {
	return s == "" || len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
