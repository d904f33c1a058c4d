package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

const (
	qDropUsers = `DELETE FROM record_users WHERE rkey = $1 AND field = $2`
	qAddUser   = `INSERT INTO record_users (user_id, rkey, field) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, user_id, rkey, field) DO NOTHING`
)

// SetUsers replaces the users whom a field of a record names.
func SetUsers(ctx context.Context, tx store.TenantTx, rkey, field int64, users []bailiwick.ID) error {
	if err := tx.Later(ctx, nil, qDropUsers, rkey, field); err != nil {
		return err
	}
	for _, u := range users {
		if err := tx.Later(ctx, nil, qAddUser, u, rkey, field); err != nil {
			return err
		}
	}
	return nil
}

// Where is what scopes of roles go by, besides the owner.
type Where struct {
	Unit     bailiwick.UnitID // zero = of none
	Entity   bailiwick.EntityID
	Assigned bool // whether a field names the user that was asked about
}

// Places returns where records lie, by row key, and whether they are assigned
// to a user.
func Places(ctx context.Context, tx store.TenantTx, rkeys []int64, user bailiwick.UserID) (map[int64]Where, error) {
	out := make(map[int64]Where, len(rkeys))
	for len(rkeys) > 0 {
		n := min(len(rkeys), 500)
		var s statement
		s.add("SELECT r.rkey, r.unit_id, r.legal_entity_id, (SELECT count(*) FROM record_users a WHERE a.user_id = ")
		s.arg(user)
		s.add(" AND a.rkey = r.rkey) FROM records r WHERE r.rkey IN ")
		list(&s, rkeys[:n])
		rkeys = rkeys[n:]
		rows, err := tx.Query(ctx, s.text.String(), s.args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var rkey, named int64
			var w Where
			if err := rows.Scan(&rkey, &w.Unit, &w.Entity, &named); err != nil {
				rows.Close()
				return nil, err
			}
			w.Assigned = named > 0
			out[rkey] = w
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close()
	}
	return out, nil
}

const qSetUnit = `UPDATE records SET unit_id = $2 WHERE rkey = $1`

// SetUnit puts a record into an organisational unit; zero = into none.
func SetUnit(ctx context.Context, tx store.TenantTx, rkey int64, unit bailiwick.UnitID) error {
	return tx.Later(ctx, nil, qSetUnit, rkey, unit)
}
