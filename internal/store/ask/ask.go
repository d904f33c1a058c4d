// Package ask holds the SQL of access requests: who asks to see a category of
// people of which countries, until when, and what became of it.
package ask

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// The states of a request.
const (
	Asked     = "asked"
	Granted   = "granted"
	Refused   = "refused"
	Withdrawn = "withdrawn"
	Ended     = "ended"
)

// Request is one request. Sealed is bound to ID; times are Unix microseconds.
type Request struct {
	ID        bailiwick.ID
	Number    int64
	User      bailiwick.UserID
	TypeNo    int64
	Field     string
	Category  string
	Op        string
	Countries string // codes joined by commas; "" = unknown country or no one
	Roles     string // keys held when it was asked, separated by spaces
	Rule      string // that withheld it
	State     string
	Created   int64
	Ends      int64
	Decided   int64
	DecidedBy bailiwick.UserID
	Proposal  string // reference of the change made of it
	Sealed    bailiwick.Sealed
}

const qInsert = `INSERT INTO access_requests (id, number, user_id, type_no, field, category, operation, countries, roles, rule, state,
	created, ends, decided, decided_by, proposal, sealed)
	SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', $10, $11, 0, $12, '', $13 FROM access_requests
	RETURNING number`

// Insert adds a request and gives it its number.
func Insert(ctx context.Context, tx store.TenantTx, r *Request) error {
	r.State = Asked
	return tx.QueryRow(ctx, qInsert, r.ID, r.User, r.TypeNo, r.Field, r.Category, r.Op, r.Countries, r.Roles, r.Rule,
		r.Created, r.Ends, bailiwick.UserID{}, r.Sealed).Scan(&r.Number)
}

const partColumns = `SELECT id, number, user_id, type_no, field, category, operation, countries, roles, rule, state, created, ends, decided,
	decided_by, proposal, sealed FROM access_requests `

const qGet = partColumns + `WHERE id = $1`

// Get returns a request; store.ErrNoRows if there is none.
func Get(ctx context.Context, tx store.TenantTx, id bailiwick.ID) (Request, error) {
	return scan(tx.QueryRow(ctx, qGet, id))
}

const qDecide = `UPDATE access_requests SET state = $2, ends = $3, decided = $4, decided_by = $5, proposal = $6
	WHERE id = $1 AND state = $7`

// Decide moves a request from a state to that in r, with its end, decision and
// proposal; false if it was not in that state.
func Decide(ctx context.Context, tx store.TenantTx, r Request, from string) (bool, error) {
	n, err := tx.Exec(ctx, qDecide, r.ID, r.State, r.Ends, r.Decided, r.DecidedBy, r.Proposal, from)
	return n == 1, err
}

const qAll = partColumns + `ORDER BY number DESC LIMIT $1`

// All returns the newest requests, at most limit.
func All(ctx context.Context, tx store.TenantTx, limit int) ([]Request, error) {
	return list(ctx, tx, qAll, int64(limit))
}

const qOfUser = partColumns + `WHERE user_id = $1 ORDER BY number DESC LIMIT $2`

// OfUser returns the newest requests of a user, at most limit.
func OfUser(ctx context.Context, tx store.TenantTx, user bailiwick.UserID, limit int) ([]Request, error) {
	return list(ctx, tx, qOfUser, user, int64(limit))
}

const qOfProposal = partColumns + `WHERE proposal = $1 AND state = 'asked' ORDER BY number`

// OfProposal returns the open requests of which a change was made.
func OfProposal(ctx context.Context, tx store.TenantTx, proposal string) ([]Request, error) {
	return list(ctx, tx, qOfProposal, proposal)
}

const qEnding = partColumns + `WHERE state = 'granted' AND ends > $1 AND ends <= $2 ORDER BY number`

// Ending returns the granted requests that end in a span of time.
func Ending(ctx context.Context, tx store.TenantTx, after, to int64) ([]Request, error) {
	return list(ctx, tx, qEnding, after, to)
}

const qStanding = `SELECT id, rule, category, operation, countries, type_no FROM access_requests
	WHERE user_id = $1 AND state = 'granted' AND ends > $2 ORDER BY number`

// Standing calls f for the granted requests of a user that have not ended.
func Standing(ctx context.Context, tx store.TenantTx, user bailiwick.UserID, at int64, f func(Request)) error {
	rows, err := tx.Query(ctx, qStanding, user, at)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r := Request{User: user, State: Granted}
		if err := rows.Scan(&r.ID, &r.Rule, &r.Category, &r.Op, &r.Countries, &r.TypeNo); err != nil {
			return err
		}
		f(r)
	}
	return rows.Err()
}

func list(ctx context.Context, tx store.TenantTx, q string, args ...any) ([]Request, error) {
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Request
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

type scanner interface {
	Scan(dest ...any) error // any: as database/sql
}

func scan(s scanner) (Request, error) {
	var r Request
	err := s.Scan(&r.ID, &r.Number, &r.User, &r.TypeNo, &r.Field, &r.Category, &r.Op, &r.Countries, &r.Roles, &r.Rule, &r.State,
		&r.Created, &r.Ends, &r.Decided, &r.DecidedBy, &r.Proposal, &r.Sealed)
	return r, err
}
