package outbox

import (
	"context"
	"errors"
	"slices"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/inbox"
)

// Settings is how one user is told: a choice for every kind that has one, and
// the language of mail, empty for the workspace's.
type Settings struct {
	Choices  map[Kind]Choice
	Language string
}

// languageKind is the row that holds the language.
const languageKind = "language"

// Languages returns the languages of mail.
func Languages() []string { return []string{"en", "de", "fr"} }

// Settings returns how the actor is told.
func (b *Box) Settings(ctx context.Context, a bailiwick.Actor) (Settings, error) {
	if err := user(a); err != nil {
		return Settings{}, err
	}
	out := Settings{Choices: map[Kind]Choice{}}
	err := b.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		rows, err := inbox.Settings(ctx, tx, a.User())
		for _, k := range Choosable() {
			out.Choices[k] = choice(k, rows[string(k)])
		}
		out.Language = rows[languageKind]
		return err
	})
	return out, err
}

// SetSettings changes how the actor is told; kinds that s does not name keep
// their choice, and an empty language keeps the language. Errors: CodeInvalid
// for a kind that nobody can switch off, an unknown choice or language; then
// nothing is changed.
func (b *Box) SetSettings(ctx context.Context, a bailiwick.Actor, s Settings) error {
	if err := user(a); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	return b.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		for k, c := range s.Choices {
			if err := inbox.Set(ctx, tx, a.User(), string(k), string(c)); err != nil {
				return err
			}
		}
		if s.Language == "" {
			return nil
		}
		return inbox.Set(ctx, tx, a.User(), languageKind, s.Language)
	})
}

func (s *Settings) check() error {
	for k, c := range s.Choices {
		switch {
		case !slices.Contains(Choosable(), k):
			return invalid("kind", "unknown", "There is no such kind of notice, or it cannot be switched off.")
		case !slices.Contains(Choices(), c):
			return invalid(string(k), "choice", "The choice is mail, inbox or off.")
		}
	}
	if s.Language != "" && !slices.Contains(Languages(), s.Language) {
		return invalid("language", "language", "The language is en, de or fr.")
	}
	return nil
}

func invalid(field, rule, text string) error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Some of the input breaks a rule.", Fields: []bailiwick.FieldError{
		{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: text},
	}}
}

// choiceOf is how a user wants to be told of a kind.
func choiceOf(ctx context.Context, tx store.TenantTx, u bailiwick.UserID, k Kind) (Choice, error) {
	if k.Security() {
		return ByMail, nil
	}
	s, err := inbox.Setting(ctx, tx, u, string(k))
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return "", err
	}
	return choice(k, s), nil
}

// choice reads what is stored; what is not, or not understood, is the default.
func choice(k Kind, stored string) Choice {
	if c := Choice(stored); slices.Contains(Choices(), c) {
		return c
	}
	return k.Default()
}
