package record

import (
	"context"
	"database/sql"

	"bailiwick/internal/store"
)

const qStored = `SELECT rkey, packed FROM records WHERE rkey > $1 AND rkey < $2 AND state = $3 ORDER BY rkey`

// Stored hands every record of a type and state to f, in the order of keys.
// The bytes are valid until f returns. An error of f ends the walk and is
// returned.
func Stored(ctx context.Context, tx store.TenantTx, typeNo, state int64, f func(rkey int64, packed []byte) error) error {
	rows, err := tx.Query(ctx, qStored, Key(typeNo, 0), Key(typeNo+1, 0), state)
	if err != nil {
		return err
	}
	defer rows.Close()
	var rkey int64
	var raw sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&rkey, &raw); err != nil {
			return err
		}
		if err := f(rkey, raw); err != nil {
			return err
		}
	}
	return rows.Err()
}
