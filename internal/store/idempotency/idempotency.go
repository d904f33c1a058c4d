// Package idempotency holds the SQL of Idempotency-Keys: what a key was used
// for and which record it made, never the reply, which is rendered anew under
// the rights of the moment.
package idempotency

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Use is one use of a key.
type Use struct {
	Actor    []byte // MAC of who used it
	Key      []byte // MAC of the key
	Request  []byte // MAC of the request
	Record   bailiwick.RecordID
	Revision int64
	Created  int64 // Unix microseconds
}

const qFind = `SELECT request_mac, record_id, revision, created FROM idempotency_keys WHERE actor = $1 AND key_mac = $2`

// Find returns the use of a key by an actor; store.ErrNoRows if there is none.
func Find(ctx context.Context, tx store.TenantTx, actor, key []byte) (Use, error) {
	u := Use{Actor: actor, Key: key}
	err := tx.QueryRow(ctx, qFind, actor, key).Scan(&u.Request, &u.Record, &u.Revision, &u.Created)
	return u, err
}

const qInsert = `INSERT INTO idempotency_keys (actor, key_mac, request_mac, record_id, revision, created) VALUES ($1, $2, $3, $4, $5, $6)`

// Insert records the use of a key.
func Insert(ctx context.Context, tx store.TenantTx, u Use) error {
	_, err := tx.Exec(ctx, qInsert, u.Actor, u.Key, u.Request, u.Record, u.Revision, u.Created)
	return err
}

const qForget = `DELETE FROM idempotency_keys WHERE created < $1`

// Forget drops uses from before an instant.
func Forget(ctx context.Context, tx store.TenantTx, before int64) error {
	_, err := tx.Exec(ctx, qForget, before)
	return err
}
