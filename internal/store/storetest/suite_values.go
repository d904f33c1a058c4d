package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
)

func roundTrip(t *testing.T, s *store.Store) {
	id := probed(t, s)
	long := make([]byte, 3<<20)
	for i := range long {
		long[i] = byte(i * 7)
	}
	for i, c := range []struct {
		word sql.NullString
		data []byte
		flag sql.NullBool
		n    sql.NullInt64
	}{
		{},
		{sql.NullString{String: "", Valid: true}, []byte{}, sql.NullBool{Bool: false, Valid: true}, sql.NullInt64{Int64: 0, Valid: true}},
		{sql.NullString{String: "Zoë O'Brien \"$1\" 日本 \U0001F600", Valid: true}, []byte{0, 1, 0xff, '\''}, sql.NullBool{Bool: true, Valid: true}, sql.NullInt64{Int64: math.MaxInt64, Valid: true}},
		{sql.NullString{String: strings.Repeat("x", 100_000), Valid: true}, long, sql.NullBool{}, sql.NullInt64{Int64: math.MinInt64, Valid: true}},
		{sql.NullString{String: "2026-11-24T10:00:00Z", Valid: true}, []byte("123"), sql.NullBool{Bool: true, Valid: true}, sql.NullInt64{Int64: -1, Valid: true}},
	} {
		update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
			_, err := tx.Exec(ctx, `INSERT INTO probe_rows (id, word, data, flag, n) VALUES ($1, $2, $3, $4, $5)`, int64(i), c.word, c.data, c.flag, c.n)
			return err
		})
		got := c
		view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
			return tx.QueryRow(ctx, `SELECT word, data, flag, n FROM probe_rows WHERE id = $1`, int64(i)).Scan(&got.word, &got.data, &got.flag, &got.n)
		})
		if got.word != c.word || !bytes.Equal(got.data, c.data) || (got.data == nil) != (c.data == nil) || got.flag != c.flag || got.n != c.n {
			t.Errorf("row %d came back different", i)
		}
	}
	var back bailiwick.ID
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		return tx.QueryRow(ctx, `INSERT INTO probe_rows (id, data) VALUES (99, $1) RETURNING data`, id.ID).Scan(&back)
	})
	if back != id.ID {
		t.Errorf("an identifier came back different")
	}
}

func numberedParameters(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		_, err := tx.Exec(ctx, `INSERT INTO probe_rows (word, id, n) VALUES ($3, $1, $2)`, int64(1), int64(2), "$3 '$2'")
		return err
	})
	var n, again int64
	var word, quoted string
	view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		return tx.QueryRow(ctx, `SELECT n, word, '$1', n + CAST($2 AS BIGINT) FROM probe_rows -- $3 is not a parameter
			WHERE n = $2 AND id = $1 AND n = $2`, int64(1), int64(2)).Scan(&n, &word, &quoted, &again)
	})
	if n != 2 || word != "$3 '$2'" || quoted != "$1" || again != 4 {
		t.Errorf("got %d %q %q %d", n, word, quoted, again)
	}
}

func textOrder(t *testing.T, s *store.Store) {
	id := probed(t, s)
	words := []string{"a", "B", "ä", "Z", "z", "", " a", "a b", "ab", "-a", "Ä", "10", "9", "\u00e9", "e\u0301"}
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		for i, w := range words {
			if err := add(ctx, tx, int64(i), w, 0); err != nil {
				return err
			}
		}
		return nil
	})
	var got []string
	view(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		got = nil
		rows, err := tx.Query(ctx, `SELECT word FROM probe_rows WHERE word IS NOT NULL ORDER BY word`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var w string
			if err := rows.Scan(&w); err != nil {
				return err
			}
			got = append(got, w)
		}
		return rows.Err()
	})
	slices.Sort(words)
	if !slices.Equal(got, words) {
		t.Errorf("got %q, want %q", got, words)
	}
}

// textCase exists because an engine that takes two spellings for one confuses
// identities.
func textCase(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		for i, w := range []string{"straße", "STRASSE", "Straße", "straße ", "strasse"} {
			if err := add(ctx, tx, int64(i), w, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if n := number(t, s, id, `SELECT count(*) FROM probe_rows WHERE word = $1`, "straße"); n != 1 {
		t.Errorf("%d rows are equal", n)
	}
	if n := number(t, s, id, `SELECT count(*) FROM probe_rows WHERE word >= $1 AND word < $2`, "stra", "strb"); n != 3 {
		t.Errorf("%d rows have the prefix", n)
	}
}

func upsert(t *testing.T, s *store.Store) {
	id := probed(t, s)
	for i := range int64(3) {
		var n int64
		update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
			return tx.QueryRow(ctx, `INSERT INTO probe_rows (id, word, n) VALUES ($1, $2, $3)
				ON CONFLICT (tenant_id, word) DO UPDATE SET n = probe_rows.n + excluded.n RETURNING n`, i, "one", i+1).Scan(&n)
		})
		if want := (i + 1) * (i + 2) / 2; n != want {
			t.Errorf("got %d, want %d", n, want)
		}
	}
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		n, err := tx.Exec(ctx, `INSERT INTO probe_rows (id) VALUES (0) ON CONFLICT (tenant_id, id) DO NOTHING`)
		if n != 0 {
			t.Errorf("%d rows were added", n)
		}
		return err
	})
}

func failures(t *testing.T, s *store.Store) {
	id := probed(t, s)
	const secret = "canary-4711"
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error { return add(ctx, tx, 1, secret, 1) })
	for _, c := range []struct {
		q    string
		args []any
		want store.Kind
	}{
		{qProbeAdd, []any{int64(2), secret, int64(1)}, store.Unique},
		{qProbeAdd, []any{int64(1), "other", int64(1)}, store.Unique},
		{qProbeAdd, []any{int64(3), "third", int64(13)}, store.Check},
		{`INSERT INTO probe_rows (word) VALUES ($1)`, []any{secret}, store.Check},
		{`INSERT INTO probe_parts (row_id, part) VALUES (99, 1)`, nil, store.ForeignKey},
		{`INSERT INTO no_such_table VALUES ($1)`, []any{secret}, store.Other},
	} {
		ctx := context.Background()
		exec := s.Update(ctx, id, func(tx store.TenantTx) error {
			_, err := tx.Exec(ctx, c.q, c.args...)
			return err
		})
		row := s.Update(ctx, id, func(tx store.TenantTx) error {
			var n int64
			return tx.QueryRow(ctx, c.q+" RETURNING 1", c.args...).Scan(&n)
		})
		for _, err := range []error{exec, row} {
			if err == nil || store.FailureKind(err) != c.want {
				t.Errorf("%s: %v, want %v", c.q, err, c.want)
			} else if strings.Contains(err.Error(), secret) {
				t.Errorf("the error quotes a value")
			}
		}
	}
	if n := number(t, s, id, qProbeCount); n != 1 {
		t.Errorf("%d rows", n)
	}
}

func appendOnly(t *testing.T, s *store.Store) {
	id := probed(t, s)
	update(t, s, id, func(ctx context.Context, tx store.TenantTx) error {
		_, err := tx.Exec(ctx, `INSERT INTO probe_facts (id) VALUES (1), (2)`)
		return err
	})
	ctx := context.Background()
	for _, q := range []string{`UPDATE probe_facts SET id = 3 WHERE id = 1`, `DELETE FROM probe_facts WHERE id = 1`, `DELETE FROM probe_facts`} {
		err := s.Update(ctx, id, func(tx store.TenantTx) error {
			_, err := tx.Exec(ctx, q)
			return err
		})
		if store.FailureKind(err) != store.Forbidden {
			t.Errorf("%s: %v", q, err)
		}
	}
	if n := number(t, s, id, `SELECT count(*) FROM probe_facts`); n != 2 {
		t.Errorf("%d rows", n)
	}
}
