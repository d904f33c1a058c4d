package session

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

const qGuesses = `SELECT count(*), coalesce(min(made), 0) FROM guesses WHERE bucket = $1 AND made > $2`

// Guesses returns how many guesses of a bucket were judged after the instant
// since, and when the first of them was.
func Guesses(ctx context.Context, tx store.TenantTx, bucket []byte, since int64) (n, first int64, err error) {
	err = tx.QueryRow(ctx, qGuesses, bucket, since).Scan(&n, &first)
	return n, first, wrap("count guesses", err)
}

const qInsertGuess = `INSERT INTO guesses (bucket, made, id) VALUES ($1, $2, $3)`

// InsertGuess counts one guess.
func InsertGuess(ctx context.Context, tx store.TenantTx, bucket []byte, made int64, id bailiwick.ID) error {
	_, err := tx.Exec(ctx, qInsertGuess, bucket, made, id)
	return wrap("insert guess", err)
}

const qForgetGuesses = `DELETE FROM guesses WHERE bucket = $1`

// ForgetGuesses clears a bucket, after its owner has got in.
func ForgetGuesses(ctx context.Context, tx store.TenantTx, bucket []byte) error {
	_, err := tx.Exec(ctx, qForgetGuesses, bucket)
	return wrap("forget guesses", err)
}

const qDropGuesses = `DELETE FROM guesses WHERE made <= $1`

// DropGuesses removes the guesses, of all buckets, that no longer count.
func DropGuesses(ctx context.Context, tx store.TenantTx, until int64) error {
	_, err := tx.Exec(ctx, qDropGuesses, until)
	return wrap("drop guesses", err)
}
