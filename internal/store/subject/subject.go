// Package subject holds the SQL of the person register: who is in it, and the
// dictionary of country sets that persons have.
//
// Invariant: a country set's number never changes its meaning and is never
// given out twice, so that it may be cached.
package subject

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/store"
)

// Subject is an entry of the register.
type Subject struct {
	ID      bailiwick.SubjectID
	Entity  bailiwick.EntityID
	CSet    int64
	Self    int64 // row key of the record that is this person, 0 if there is none
	Created int64
}

const qInsert = `INSERT INTO subjects (id, entity, cset, self_rkey, created) VALUES ($1, $2, $3, $4, $5)`

// Insert adds a person.
func Insert(ctx context.Context, tx store.TenantTx, s Subject) error {
	return tx.Later(ctx, nil, qInsert, s.ID, s.Entity, s.CSet, s.Self, s.Created)
}

const qGet = `SELECT id, entity, cset, self_rkey, created FROM subjects WHERE id = $1`

// Get returns a person; store.ErrNoRows if there is none.
func Get(ctx context.Context, tx store.TenantTx, id bailiwick.SubjectID) (Subject, error) {
	var s Subject
	var self *int64
	err := tx.QueryRow(ctx, qGet, id).Scan(&s.ID, &s.Entity, &s.CSet, &self, &s.Created)
	if self != nil {
		s.Self = *self
	}
	return s, err
}

const qMove = `UPDATE subjects SET cset = $2 WHERE id = $1`

// Move gives a person another country set.
func Move(ctx context.Context, tx store.TenantTx, id bailiwick.SubjectID, cset int64) error {
	return tx.Later(ctx, nil, qMove, id, cset)
}

const qSetNo = `SELECT no FROM country_sets WHERE codes = $1`

const qAddSet = `INSERT INTO country_sets (no, codes) SELECT COALESCE(MAX(no), 0) + 1, $1 FROM country_sets`

// SetNo returns the number of a country set, giving one out if it is new.
// codes are sorted and joined by commas; the empty text is the unknown country.
func SetNo(ctx context.Context, tx store.TenantTx, codes string) (int64, error) {
	no, err := FindSet(ctx, tx, codes)
	if !errors.Is(err, store.ErrNoRows) {
		return no, err
	}
	if _, err := tx.Exec(ctx, qAddSet, codes); err != nil {
		return 0, err
	}
	return FindSet(ctx, tx, codes)
}

// FindSet returns the number of a country set; store.ErrNoRows if it has none.
func FindSet(ctx context.Context, tx store.TenantTx, codes string) (int64, error) {
	var no int64
	err := tx.QueryRow(ctx, qSetNo, codes).Scan(&no)
	return no, err
}

const qSetsSince = `SELECT no, codes FROM country_sets WHERE no > $1 ORDER BY no`

// SetsSince calls f with every country set whose number is greater than no.
func SetsSince(ctx context.Context, tx store.TenantTx, no int64, f func(no int64, codes string)) error {
	rows, err := tx.Query(ctx, qSetsSince, no)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var codes string
		if err := rows.Scan(&n, &codes); err != nil {
			return err
		}
		f(n, codes)
	}
	return rows.Err()
}
