package factor

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Challenge is a step that waits for its second half. Times are Unix
// microseconds.
type Challenge struct {
	Hash    []byte
	ID      bailiwick.ID
	Kind    string           // "second", "totp", "passkey" or "passkey-sign-in"
	User    bailiwick.UserID // zero for "passkey-sign-in"
	Data    bailiwick.Sealed
	Created int64
	Ends    int64
}

const qInsertChallenge = `INSERT INTO challenges (hash, id, kind, user_id, data, created, ends) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertChallenge adds a challenge.
func InsertChallenge(ctx context.Context, tx store.TenantTx, c Challenge) error {
	_, err := tx.Exec(ctx, qInsertChallenge, c.Hash, c.ID, c.Kind, c.User, c.Data, c.Created, c.Ends)
	return wrap("insert challenge", err)
}

const qChallenge = `SELECT id, kind, user_id, data, created, ends FROM challenges WHERE hash = $1`

// ChallengeByHash returns a challenge without using it up; store.ErrNoRows if
// there is none. The caller judges whether it has ended.
func ChallengeByHash(ctx context.Context, tx store.TenantTx, hash []byte) (Challenge, error) {
	c := Challenge{Hash: hash}
	err := tx.QueryRow(ctx, qChallenge, hash).Scan(&c.ID, &c.Kind, &c.User, &c.Data, &c.Created, &c.Ends)
	return c, wrap("challenge by hash", err)
}

const qTakeChallenge = `DELETE FROM challenges WHERE hash = $1 AND kind = $2 AND ends > $3`

// TakeChallenge uses up a challenge of a kind that has not ended by now. It
// reports whether there was one: of several takers exactly one gets true.
func TakeChallenge(ctx context.Context, tx store.TenantTx, hash []byte, kind string, now int64) (bool, error) {
	n, err := tx.Exec(ctx, qTakeChallenge, hash, kind, now)
	return n == 1, wrap("take challenge", err)
}

const qDeleteChallengesOfUser = `DELETE FROM challenges WHERE user_id = $1`

// DeleteChallengesOfUser makes every challenge of a user worthless.
func DeleteChallengesOfUser(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) error {
	_, err := tx.Exec(ctx, qDeleteChallengesOfUser, u)
	return wrap("delete challenges of user", err)
}

const qCountChallenges = `SELECT count(*) FROM challenges WHERE kind = $1`

// CountChallenges returns how many challenges of a kind there are, ended ones
// included.
func CountChallenges(ctx context.Context, tx store.TenantTx, kind string) (n int64, err error) {
	err = tx.QueryRow(ctx, qCountChallenges, kind).Scan(&n)
	return n, wrap("count challenges", err)
}

const qDropChallenges = `DELETE FROM challenges WHERE ends <= $1`

// DropChallenges removes the challenges that ended by now.
func DropChallenges(ctx context.Context, tx store.TenantTx, now int64) error {
	_, err := tx.Exec(ctx, qDropChallenges, now)
	return wrap("drop challenges", err)
}
