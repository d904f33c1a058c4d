// Package consent holds the SQL of consents: that a person agreed that a
// category may be filled in or seen, until they withdraw it (R14.2).
package consent

import (
	"context"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/store"
)

// Consent is one consent. Sealed is bound to ID; times are Unix microseconds.
type Consent struct {
	ID               bailiwick.ID
	Subject          bailiwick.SubjectID
	Category         string
	Given, Withdrawn int64 // Withdrawn is 0 while it stands
	User             bailiwick.UserID
	WithdrawnBy      bailiwick.UserID
	Sealed           bailiwick.Sealed
}

const qInsert = `INSERT INTO consents (id, subject_id, category, given, withdrawn, user_id, withdrawn_by, sealed)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// Insert adds a consent.
func Insert(ctx context.Context, tx store.TenantTx, c Consent) error {
	_, err := tx.Exec(ctx, qInsert, c.ID, c.Subject, c.Category, c.Given, c.Withdrawn, c.User, c.WithdrawnBy, c.Sealed)
	return err
}

const qWithdraw = `UPDATE consents SET withdrawn = $3, withdrawn_by = $4 WHERE subject_id = $1 AND category = $2 AND withdrawn = 0`

// Withdraw ends every consent of a person for a category; it returns how many
// stood.
func Withdraw(ctx context.Context, tx store.TenantTx, who bailiwick.SubjectID, category string, at int64, by bailiwick.UserID) (int64, error) {
	return tx.Exec(ctx, qWithdraw, who, category, at, by)
}

const qOfSubject = `SELECT id, subject_id, category, given, withdrawn, user_id, withdrawn_by, sealed FROM consents
	WHERE subject_id = $1 ORDER BY given DESC, id DESC LIMIT $2`

// OfSubject returns the consents of a person, newest first, at most limit.
func OfSubject(ctx context.Context, tx store.TenantTx, who bailiwick.SubjectID, limit int) ([]Consent, error) {
	rows, err := tx.Query(ctx, qOfSubject, who, int64(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Consent
	for rows.Next() {
		var c Consent
		if err := rows.Scan(&c.ID, &c.Subject, &c.Category, &c.Given, &c.Withdrawn, &c.User, &c.WithdrawnBy, &c.Sealed); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

const qAllStanding = `SELECT subject_id, category FROM consents WHERE withdrawn = 0`

// AllStanding calls f for every consent of the tenant that is not withdrawn.
func AllStanding(ctx context.Context, tx store.TenantTx, f func(bailiwick.SubjectID, string)) error {
	return standing(ctx, tx, qAllStanding, nil, f)
}

const partStanding = `SELECT subject_id, category FROM consents WHERE withdrawn = 0 AND subject_id IN (`

// Standing calls f for every consent of the persons that is not withdrawn.
func Standing(ctx context.Context, tx store.TenantTx, who []bailiwick.SubjectID, f func(bailiwick.SubjectID, string)) error {
	for len(who) > 0 {
		n := min(len(who), 500)
		var q strings.Builder
		q.WriteString(partStanding)
		args := make([]any, 0, n) // any: arguments of database/sql
		for i, id := range who[:n] {
			if i > 0 {
				q.WriteByte(',')
			}
			q.WriteString("$" + strconv.Itoa(i+1))
			args = append(args, id)
		}
		q.WriteByte(')')
		who = who[n:]
		if err := standing(ctx, tx, q.String(), args, f); err != nil {
			return err
		}
	}
	return nil
}

func standing(ctx context.Context, tx store.TenantTx, q string, args []any, f func(bailiwick.SubjectID, string)) error {
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id bailiwick.SubjectID
		var category string
		if err := rows.Scan(&id, &category); err != nil {
			return err
		}
		f(id, category)
	}
	return rows.Err()
}
