package session

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Link is a one-time link. Times are Unix microseconds.
type Link struct {
	Hash    []byte
	Kind    string           // "sign-in", "set-password" or "first-run"
	User    bailiwick.UserID // zero for "first-run"
	Created int64
	Ends    int64
}

const qInsertLink = `INSERT INTO links (hash, kind, user_id, created, ends) VALUES ($1, $2, $3, $4, $5)`

// InsertLink adds a link.
func InsertLink(ctx context.Context, tx store.TenantTx, l Link) error {
	_, err := tx.Exec(ctx, qInsertLink, l.Hash, l.Kind, l.User, l.Created, l.Ends)
	return wrap("insert link", err)
}

const qLink = `SELECT kind, user_id, created, ends FROM links WHERE hash = $1`

// LinkByHash returns a link without using it up; store.ErrNoRows if there is
// none. The caller judges whether it has ended.
func LinkByHash(ctx context.Context, tx store.TenantTx, hash []byte) (Link, error) {
	l := Link{Hash: hash}
	err := tx.QueryRow(ctx, qLink, hash).Scan(&l.Kind, &l.User, &l.Created, &l.Ends)
	return l, wrap("link by hash", err)
}

const qTakeLink = `DELETE FROM links WHERE hash = $1 AND kind = $2 AND ends > $3`

// TakeLink uses up a link of a kind that has not ended by now. It reports
// whether there was one: of several takers exactly one gets true.
func TakeLink(ctx context.Context, tx store.TenantTx, hash []byte, kind string, now int64) (bool, error) {
	n, err := tx.Exec(ctx, qTakeLink, hash, kind, now)
	return n == 1, wrap("take link", err)
}

const qDeleteLinksOfUser = `DELETE FROM links WHERE user_id = $1`

// DeleteLinksOfUser makes every link of a user worthless.
func DeleteLinksOfUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) error {
	_, err := tx.Exec(ctx, qDeleteLinksOfUser, id)
	return wrap("delete links of user", err)
}

const qDeleteLinksOfKind = `DELETE FROM links WHERE kind = $1`

// DeleteLinksOfKind makes every link of a kind worthless.
func DeleteLinksOfKind(ctx context.Context, tx store.TenantTx, kind string) error {
	_, err := tx.Exec(ctx, qDeleteLinksOfKind, kind)
	return wrap("delete links of kind", err)
}

const qDeleteEndedLinks = `DELETE FROM links WHERE ends <= $1`

// DeleteEndedLinks removes the links that ended by now.
func DeleteEndedLinks(ctx context.Context, tx store.TenantTx, now int64) error {
	_, err := tx.Exec(ctx, qDeleteEndedLinks, now)
	return wrap("delete ended links", err)
}
