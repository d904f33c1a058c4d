package session

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Token is an API token. Times are Unix microseconds, Used is zero for never.
type Token struct {
	Hash    []byte
	ID      bailiwick.SessionID
	User    bailiwick.UserID
	Label   bailiwick.Sealed // what its user calls it
	Scopes  string           // sorted, separated by spaces
	Created int64
	Used    int64
	Ends    int64
}

const qInsertToken = `INSERT INTO tokens (hash, id, user_id, label, scopes, created, used, ends)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertToken adds a token.
func InsertToken(ctx context.Context, tx store.TenantTx, t Token) error {
	_, err := tx.Exec(ctx, qInsertToken, t.Hash, t.ID, t.User, t.Label, t.Scopes, t.Created, t.Used, t.Ends)
	return wrap("insert token", err)
}

const qTokenByHash = `SELECT t.id, t.user_id, t.scopes, t.created, t.used, t.ends, u.roles, u.country, u.entity, u.unit, u.disabled
FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1`

// TokenByHash returns the token of a secret, without its label, and its user;
// store.ErrNoRows if there is none. The caller judges whether it has ended.
func TokenByHash(ctx context.Context, tx store.TenantTx, hash []byte) (Token, Holder, error) {
	t, h := Token{Hash: hash}, Holder{}
	err := tx.QueryRow(ctx, qTokenByHash, hash).Scan(&t.ID, &t.User, &t.Scopes, &t.Created, &t.Used, &t.Ends,
		&h.Roles, (*string)(&h.Country), &h.Entity, &h.Unit, &h.Disabled)
	return t, h, wrap("token by hash", err)
}

const qTokensOfUser = `SELECT hash, id, user_id, label, scopes, created, used, ends FROM tokens WHERE user_id = $1 ORDER BY id`

// TokensOfUser returns the tokens of a user, oldest first.
func TokensOfUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) ([]Token, error) {
	rows, err := tx.Query(ctx, qTokensOfUser, id)
	if err != nil {
		return nil, wrap("tokens of user", err)
	}
	defer rows.Close()
	var out []Token
	for rows.Next() {
		var t Token
		if err := rows.Scan(&t.Hash, &t.ID, &t.User, &t.Label, &t.Scopes, &t.Created, &t.Used, &t.Ends); err != nil {
			return nil, wrap("tokens of user", err)
		}
		out = append(out, t)
	}
	return out, wrap("tokens of user", rows.Err())
}

const qTouchToken = `UPDATE tokens SET used = $2 WHERE hash = $1 AND used < $2`

// TouchToken records that a token was used.
func TouchToken(ctx context.Context, tx store.TenantTx, hash []byte, used int64) error {
	_, err := tx.Exec(ctx, qTouchToken, hash, used)
	return wrap("touch token", err)
}

const qDeleteToken = `DELETE FROM tokens WHERE hash = $1`

// DeleteToken revokes a token; it reports whether there was one.
func DeleteToken(ctx context.Context, tx store.TenantTx, hash []byte) (bool, error) {
	n, err := tx.Exec(ctx, qDeleteToken, hash)
	return n == 1, wrap("delete token", err)
}

const qDeleteTokensOfUser = `DELETE FROM tokens WHERE user_id = $1`

// DeleteTokensOfUser revokes every token of a user and returns their number.
func DeleteTokensOfUser(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (int64, error) {
	n, err := tx.Exec(ctx, qDeleteTokensOfUser, id)
	return n, wrap("delete tokens of user", err)
}

const qDeleteEndedTokens = `DELETE FROM tokens WHERE ends <= $1`

// DeleteEndedTokens removes the tokens that ended by now.
func DeleteEndedTokens(ctx context.Context, tx store.TenantTx, now int64) error {
	_, err := tx.Exec(ctx, qDeleteEndedTokens, now)
	return wrap("delete ended tokens", err)
}
