package keystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bailiwick"
)

// JournalRow is one thing that was erased: what a restore of older data must
// erase again before it serves. It holds opaque identifiers and a time only.
type JournalRow struct {
	ID     bailiwick.ID // time-ordered
	Act    string       // "erase", "dispose", "delete" or "shred"
	Object bailiwick.ID // the subject, record or other thing
	At     time.Time
}

const (
	qInsertJournal = `INSERT INTO erasure_journal (tenant_id, id, act, object_id, at) VALUES ($1, $2, $3, $4, $5)`
	qJournal       = `SELECT id, act, object_id, at FROM erasure_journal WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`
	qDeleteSubject = `DELETE FROM subject_keys WHERE tenant_id = $1 AND subject_id = $2`
	qCheckpoint    = `PRAGMA wal_checkpoint(TRUNCATE)`
)

// InsertJournal writes rows of the erasure journal durably, all or none.
func (s *Store) InsertJournal(ctx context.Context, t bailiwick.TenantID, rows []JournalRow) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		for _, r := range rows {
			if _, err := s.exec(ctx, tx, qInsertJournal, t.Bytes(), r.ID.Bytes(), r.Act, r.Object.Bytes(), r.At.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Shred writes the journal rows and deletes the keys of the subjects that they
// name, in one transaction. Shredding twice is no error and writes a second
// row: the journal says what was asked for.
func (s *Store) Shred(ctx context.Context, t bailiwick.TenantID, rows []JournalRow) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		for _, r := range rows {
			if _, err := s.exec(ctx, tx, qInsertJournal, t.Bytes(), r.ID.Bytes(), r.Act, r.Object.Bytes(), r.At.UnixMicro()); err != nil {
				return err
			}
			if _, err := s.exec(ctx, tx, qDeleteSubject, t.Bytes(), r.Object.Bytes()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !s.sqlite {
		return err
	}
	return s.forget(ctx)
}

// forget empties the write-ahead log, in which the deleted key still stands.
// A reader may hold it up; then the next shred or opening does it.
func (s *Store) forget(ctx context.Context) error {
	var busy, logged, done int64
	err := s.db.QueryRowContext(ctx, qCheckpoint).Scan(&busy, &logged, &done)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("keystore: the key is gone, its remains in the write-ahead log could not be cleared: %w", err)
	}
	return nil
}

// Journal returns at most limit rows of the erasure journal after the row
// with the given id, oldest first; the zero id starts at the beginning.
func (s *Store) Journal(ctx context.Context, t bailiwick.TenantID, after bailiwick.ID, limit int) ([]JournalRow, error) {
	var out []JournalRow
	err := s.rows(ctx, s.db, qJournal, func(r *sql.Rows) error {
		var row JournalRow
		var at int64
		if err := r.Scan(&row.ID, &row.Act, &row.Object, &at); err != nil {
			return err
		}
		row.At = time.UnixMicro(at).UTC()
		out = append(out, row)
		return nil
	}, t.Bytes(), after.Bytes(), min(limit, MaxBatch))
	return out, err
}
