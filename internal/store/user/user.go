// Package user reads and writes the users of a tenant. Names, addresses and
// passwords pass through it sealed.
package user

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is a user. Times are Unix microseconds, zero for never.
type Row struct {
	ID            bailiwick.UserID
	Lookup        []byte           // keyed MAC of the folded e-mail address
	Profile       bailiwick.Sealed // name and address
	Roles         string           // keys, sorted, separated by spaces
	Country       bailiwick.Country
	CountrySource string
	Entity        bailiwick.EntityID
	Unit          bailiwick.UnitID // zero = of no organisational unit
	Password      bailiwick.Sealed // argon2id string; empty = no password
	PasswordSet   int64
	Created       int64
	Disabled      int64 // zero = may sign in
}

const columns = `id, lookup, profile, roles, country, country_source, entity, password, password_set, created, disabled, unit`

const qInsert = `INSERT INTO users (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// Insert adds a user; an address that is taken is a store.Failure of kind
// Unique.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.ID, r.Lookup, r.Profile, r.Roles, string(r.Country), r.CountrySource, r.Entity,
		r.Password, r.PasswordSet, r.Created, r.Disabled, r.Unit)
	return wrap("insert user", err)
}

const qUpdate = `UPDATE users SET lookup = $2, profile = $3, roles = $4, country = $5, country_source = $6, entity = $7,
password = $8, password_set = $9, disabled = $10, unit = $11 WHERE id = $1`

// Update writes everything of a user but the identifier and the creation; it
// reports whether the user exists.
func Update(ctx context.Context, tx store.TenantTx, r Row) (bool, error) {
	n, err := tx.Exec(ctx, qUpdate, r.ID, r.Lookup, r.Profile, r.Roles, string(r.Country), r.CountrySource, r.Entity,
		r.Password, r.PasswordSet, r.Disabled, r.Unit)
	return n == 1, wrap("update user", err)
}

const qGet = `SELECT ` + columns + ` FROM users WHERE id = $1`

// Get returns a user; store.ErrNoRows if there is none.
func Get(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (Row, error) {
	return scan("get user", tx.QueryRow(ctx, qGet, id))
}

const qByLookup = `SELECT ` + columns + ` FROM users WHERE lookup = $1`

// ByLookup returns the user of an address; store.ErrNoRows if there is none.
func ByLookup(ctx context.Context, tx store.TenantTx, lookup []byte) (Row, error) {
	return scan("user by address", tx.QueryRow(ctx, qByLookup, lookup))
}

const qList = `SELECT ` + columns + ` FROM users WHERE id > $1 ORDER BY id LIMIT $2`

// List returns up to limit users with an identifier above after, oldest first.
func List(ctx context.Context, tx store.TenantTx, after bailiwick.UserID, limit int) ([]Row, error) {
	rows, err := tx.Query(ctx, qList, after.Bytes(), int64(limit))
	if err != nil {
		return nil, wrap("list users", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		r, err := scan("list users", rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, wrap("list users", rows.Err())
}

const qCount = `SELECT count(*) FROM users`

// Count returns the number of users, disabled ones included.
func Count(ctx context.Context, tx store.TenantTx) (n int64, err error) {
	err = tx.QueryRow(ctx, qCount).Scan(&n)
	return n, wrap("count users", err)
}

const qRoles = `SELECT id, roles FROM users WHERE disabled = 0`

// Roles returns the roles of every user who may sign in, as Row.Roles has
// them.
func Roles(ctx context.Context, tx store.TenantTx) (map[bailiwick.UserID]string, error) {
	rows, err := tx.Query(ctx, qRoles)
	if err != nil {
		return nil, wrap("roles of users", err)
	}
	defer rows.Close()
	out := make(map[bailiwick.UserID]string)
	for rows.Next() {
		var id bailiwick.UserID
		var roles string
		if err := rows.Scan(&id, &roles); err != nil {
			return nil, wrap("roles of users", err)
		}
		out[id] = roles
	}
	return out, wrap("roles of users", rows.Err())
}

type scanner interface {
	Scan(dest ...any) error // any: as in database/sql
}

func scan(what string, s scanner) (r Row, err error) {
	err = s.Scan(&r.ID, &r.Lookup, &r.Profile, &r.Roles, (*string)(&r.Country), &r.CountrySource, &r.Entity,
		&r.Password, &r.PasswordSet, &r.Created, &r.Disabled, &r.Unit)
	return r, wrap(what, err)
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
