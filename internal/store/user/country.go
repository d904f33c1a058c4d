package user

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Declaration is a country that somebody declared for a user and that waits
// for a second person (R8.6). The time is in Unix microseconds.
type Declaration struct {
	User     bailiwick.UserID
	Country  bailiwick.Country // empty = not known
	By       bailiwick.UserID
	Declared int64
}

const qDeclare = `INSERT INTO country_declarations (user_id, country, declared_by, declared) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, user_id) DO UPDATE SET country = excluded.country, declared_by = excluded.declared_by, declared = excluded.declared`

// Declare keeps a declaration in the place of an earlier one for the user.
func Declare(ctx context.Context, tx store.TenantTx, d Declaration) error {
	_, err := tx.Exec(ctx, qDeclare, d.User, string(d.Country), d.By, d.Declared)
	return wrap("declare country", err)
}

const qDeclared = `SELECT user_id, country, declared_by, declared FROM country_declarations WHERE user_id = $1`

// Declared returns what waits for a user; store.ErrNoRows if nothing does.
func Declared(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (d Declaration, err error) {
	err = tx.QueryRow(ctx, qDeclared, id).Scan(&d.User, (*string)(&d.Country), &d.By, &d.Declared)
	return d, wrap("declared country", err)
}

const qDeclarations = `SELECT user_id, country, declared_by, declared FROM country_declarations ORDER BY declared, user_id LIMIT $1`

// Declarations returns up to limit that wait, oldest first.
func Declarations(ctx context.Context, tx store.TenantTx, limit int) ([]Declaration, error) {
	rows, err := tx.Query(ctx, qDeclarations, int64(limit))
	if err != nil {
		return nil, wrap("declared countries", err)
	}
	defer rows.Close()
	var out []Declaration
	for rows.Next() {
		var d Declaration
		if err := rows.Scan(&d.User, (*string)(&d.Country), &d.By, &d.Declared); err != nil {
			return nil, wrap("declared countries", err)
		}
		out = append(out, d)
	}
	return out, wrap("declared countries", rows.Err())
}

const qUndeclare = `DELETE FROM country_declarations WHERE user_id = $1`

// Undeclare removes what waits for a user; it reports whether anything did.
func Undeclare(ctx context.Context, tx store.TenantTx, id bailiwick.UserID) (bool, error) {
	n, err := tx.Exec(ctx, qUndeclare, id)
	return n == 1, wrap("drop declared country", err)
}
