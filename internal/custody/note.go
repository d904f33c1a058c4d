package custody

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/ledger"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// Limits of what is typed.
const (
	maxNoteLine = 200  // characters of a reference or name
	maxNoteText = 2000 // characters of a reason
	maxKeepDays = 366  // longest time that something is kept in spite of a rule
)

// checkText returns what is wrong with a text that somebody typed.
func checkText(field, text string, required bool, limit int) []bailiwick.FieldError {
	bad := func(rule, message string) []bailiwick.FieldError {
		return []bailiwick.FieldError{{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message}}
	}
	switch {
	case required && strings.TrimSpace(text) == "":
		return bad("required", "A value is required.")
	case utf8.RuneCountInString(text) > limit || !utf8.ValidString(text):
		return bad("max-length", "The text is too long.")
	}
	return nil
}

// checkEnd returns what is wrong with a date until when something holds.
func checkEnd(field string, now, end time.Time, days int) []bailiwick.FieldError {
	switch {
	case end.IsZero():
		return []bailiwick.FieldError{{Field: field, Rule: "required", Code: bailiwick.CodeInvalid, Message: "A value is required."}}
	case !end.After(now) || end.After(now.AddDate(0, 0, days)):
		return []bailiwick.FieldError{{Field: field, Rule: "range", Code: bailiwick.CodeInvalid, Message: "The date is in the past or too far ahead."}}
	}
	return nil
}

func invalidNote(fields []bailiwick.FieldError) error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Some fields are not right; nothing was saved.", Fields: fields}
}

// sealNote seals what was typed under a fresh identifier.
func (d *Door) sealNote(ctx context.Context, t bailiwick.TenantID, note any) (bailiwick.ID, bailiwick.Sealed, error) { // note: one of the structs of notes
	id, err := bailiwick.NewID(d.clock.Now(), d.rand)
	if err != nil {
		return id, bailiwick.Sealed{}, unavailable(err)
	}
	clear, err := json.Marshal(note)
	if err != nil {
		return id, bailiwick.Sealed{}, unavailable(err)
	}
	sealed, err := d.vault.SealSecret(ctx, t, vault.PrivacyNote, id, clear)
	return id, sealed, unavailable(err)
}

// openNote opens what sealNote sealed.
func (d *Door) openNote(ctx context.Context, t bailiwick.TenantID, id bailiwick.ID, sealed bailiwick.Sealed, note any) error { // note: a pointer to one
	clear, err := d.vault.OpenSecret(ctx, t, vault.PrivacyNote, id, sealed)
	if err != nil {
		return unavailable(err)
	}
	return unavailable(json.Unmarshal(clear, note))
}

// noteEntry begins an entry about a duty of the privacy people.
func noteEntry(a bailiwick.Actor, cfg *tenant.Configuration, kind logformat.Kind, typ string, id bailiwick.ID, category bailiwick.Category) logformat.Entry {
	e := ledger.By(a)
	e.Kind, e.Outcome, e.ConfigVersion, e.Level = kind, logformat.Done, cfg.Version, access.LevelTenant
	e.Object = logformat.Object{Type: typ, Record: logformat.ID(id)}
	if category != "" {
		e.Categories = []string{string(category)}
	}
	return e
}
