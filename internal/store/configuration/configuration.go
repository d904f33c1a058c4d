// Package configuration reads and writes the versions of a tenant's
// configuration and the numbers that stored records name types and fields by.
//
// All of its tables are append-only: a version never changes and a number is
// never given to another key.
package configuration

import (
	"context"
	"database/sql"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is one version. Created is in Unix microseconds; Digest is the SHA-256
// of Document.
type Row struct {
	Version  int64
	Digest   []byte
	Author   bailiwick.UserID // zero if no user wrote it
	Created  int64
	Document []byte
}

const qInsert = `INSERT INTO configurations (version, digest, author, created, document) VALUES ($1, $2, $3, $4, $5)`

// Insert adds a version; one that exists is a store.Failure of kind Unique.
func Insert(ctx context.Context, tx store.TenantTx, r Row) error {
	_, err := tx.Exec(ctx, qInsert, r.Version, r.Digest, r.Author, r.Created, r.Document)
	return wrap("insert configuration", err)
}

const qCurrent = `SELECT version, digest FROM configurations ORDER BY version DESC LIMIT 1`

// Current returns number and digest of the version in force; store.ErrNoRows
// before the first.
func Current(ctx context.Context, tx store.TenantTx) (version int64, digest []byte, err error) {
	err = tx.QueryRow(ctx, qCurrent).Scan(&version, &digest)
	return version, digest, wrap("current configuration", err)
}

const qHead = `SELECT version, digest, (SELECT COALESCE(MAX(no), 0) FROM country_sets) FROM configurations ORDER BY version DESC LIMIT 1`

// Head is Current with the number of the newest country set: the two things
// that every request has to know, for the price of one query.
func Head(ctx context.Context, tx store.TenantTx) (version int64, digest []byte, lastSet int64, err error) {
	err = tx.QueryRow(ctx, qHead).Scan(&version, &digest, &lastSet)
	return version, digest, lastSet, wrap("current configuration", err)
}

const qGet = `SELECT version, digest, author, created, document FROM configurations WHERE version = $1`

// Get returns one version; store.ErrNoRows if there is none.
func Get(ctx context.Context, tx store.TenantTx, version int64) (Row, error) {
	var r Row
	err := tx.QueryRow(ctx, qGet, version).Scan(&r.Version, &r.Digest, &r.Author, &r.Created, &r.Document)
	return r, wrap("get configuration", err)
}

const qList = `SELECT version, digest, author, created FROM configurations
WHERE version < $1 ORDER BY version DESC LIMIT $2`

// List returns up to limit versions below before, newest first, without their
// documents.
func List(ctx context.Context, tx store.TenantTx, before int64, limit int) ([]Row, error) {
	return collect(ctx, tx, "list configurations", qList, func(rows *sql.Rows) (r Row, err error) {
		return r, rows.Scan(&r.Version, &r.Digest, &r.Author, &r.Created)
	}, before, int64(limit))
}

// Number is the number of a type, or of a field of the type Type.
type Number struct {
	Type   int64 // of a field: the number of its type
	Number int64
	Key    string
}

const qInsertType = `INSERT INTO type_numbers (number, key) VALUES ($1, $2)`

// InsertType gives a number to a type.
func InsertType(ctx context.Context, tx store.TenantTx, n Number) error {
	_, err := tx.Exec(ctx, qInsertType, n.Number, n.Key)
	return wrap("insert type number", err)
}

const qInsertField = `INSERT INTO field_numbers (type_number, number, key) VALUES ($1, $2, $3)`

// InsertField gives a number to a field.
func InsertField(ctx context.Context, tx store.TenantTx, n Number) error {
	_, err := tx.Exec(ctx, qInsertField, n.Type, n.Number, n.Key)
	return wrap("insert field number", err)
}

const qTypes = `SELECT number, key FROM type_numbers ORDER BY number`

// Types returns every type that ever had a number.
func Types(ctx context.Context, tx store.TenantTx) ([]Number, error) {
	return collect(ctx, tx, "list type numbers", qTypes, func(rows *sql.Rows) (n Number, err error) {
		return n, rows.Scan(&n.Number, &n.Key)
	})
}

const qFields = `SELECT type_number, number, key FROM field_numbers ORDER BY type_number, number`

// Fields returns every field that ever had a number.
func Fields(ctx context.Context, tx store.TenantTx) ([]Number, error) {
	return collect(ctx, tx, "list field numbers", qFields, func(rows *sql.Rows) (n Number, err error) {
		return n, rows.Scan(&n.Type, &n.Number, &n.Key)
	})
}

func collect[T any](ctx context.Context, tx store.TenantTx, what, q string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) { // any: values of database/sql
	rows, err := tx.Query(ctx, q, args...)
	if err != nil {
		return nil, wrap(what, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, wrap(what, err)
		}
		out = append(out, v)
	}
	return out, wrap(what, rows.Err())
}

// wrap names the query that failed; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
