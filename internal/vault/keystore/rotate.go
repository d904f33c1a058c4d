package keystore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"bailiwick"
)

const (
	qAllSubjects   = `SELECT subject_id, version, epoch, wrapped FROM subject_keys WHERE tenant_id = $1`
	qLockSubjects  = `LOCK TABLE subject_keys IN SHARE ROW EXCLUSIVE MODE`
	qRewrapKey     = `UPDATE tenant_keys SET epoch = $4, wrapped = $5 WHERE tenant_id = $1 AND purpose = $2 AND version = $3`
	qRewrapSubject = `UPDATE subject_keys SET epoch = $3, wrapped = $4 WHERE tenant_id = $1 AND subject_id = $2`
	qEpochBegan    = `SELECT COALESCE(max(created_at), 0) FROM tenant_keks WHERE tenant_id = $1`
	qDeleteKEKs    = `DELETE FROM tenant_keks WHERE tenant_id = $1 AND epoch < $2`
)

// Rewrap is how the owner of the keys wraps them anew; it sees wrapped keys
// and returns wrapped keys.
type Rewrap struct {
	Next    func(old []KEK) (KEK, error)
	Tenant  func(TenantKey) (TenantKey, error)
	Subject func(SubjectKey) (SubjectKey, error)
}

// EpochBegan returns when the present epoch of a tenant began; ErrNoKey for an
// unknown tenant.
func (s *Store) EpochBegan(ctx context.Context, t bailiwick.TenantID) (time.Time, error) {
	var us int64
	if err := s.db.QueryRowContext(ctx, s.text(qEpochBegan), t.Bytes()).Scan(&us); err != nil {
		return time.Time{}, fmt.Errorf("keystore: %w", err)
	}
	if us == 0 {
		return time.Time{}, ErrNoKey
	}
	return time.UnixMicro(us).UTC(), nil
}

// Rotate begins a new epoch of a tenant in one transaction: the next KEK is
// kept, every key is wrapped under it, and the KEKs before it are deleted.
// Content is not touched. It returns ErrNoKey for an unknown tenant.
func (s *Store) Rotate(ctx context.Context, t bailiwick.TenantID, at time.Time, w Rewrap) error {
	err := s.update(ctx, func(tx *sql.Tx) error {
		if !s.sqlite {
			// A key inserted meanwhile under the old epoch would be lost with it.
			if _, err := s.exec(ctx, tx, qLockSubjects); err != nil {
				return err
			}
		}
		keks, keys, err := s.tenant(ctx, tx, t)
		if err != nil {
			return err
		}
		next, err := w.Next(keks)
		if err != nil {
			return err
		}
		if _, err := s.exec(ctx, tx, qInsertKEK, t.Bytes(), next.Epoch, next.Wrapped, at.UnixMicro()); err != nil {
			return err
		}
		for _, k := range keys {
			if k, err = w.Tenant(k); err != nil {
				return err
			}
			if _, err := s.exec(ctx, tx, qRewrapKey, t.Bytes(), k.Purpose, int64(k.Version), k.Epoch, k.Wrapped); err != nil {
				return err
			}
		}
		if err := s.rewrapSubjects(ctx, tx, t, w); err != nil {
			return err
		}
		_, err = s.exec(ctx, tx, qDeleteKEKs, t.Bytes(), next.Epoch)
		return err
	})
	if err != nil || !s.sqlite {
		return err
	}
	return s.forget(ctx)
}

// rewrapSubjects reads all rows before it writes the first, because neither
// engine promises what a query sees of updates made while it runs.
func (s *Store) rewrapSubjects(ctx context.Context, tx *sql.Tx, t bailiwick.TenantID, w Rewrap) error {
	var subjects []SubjectKey
	err := s.rows(ctx, tx, qAllSubjects, func(r *sql.Rows) error {
		var k SubjectKey
		if err := r.Scan(&k.Subject, &k.Version, &k.Epoch, &k.Wrapped); err != nil {
			return err
		}
		subjects = append(subjects, k)
		return nil
	}, t.Bytes())
	if err != nil {
		return err
	}
	for _, k := range subjects {
		if k, err = w.Subject(k); err != nil {
			return err
		}
		if _, err := s.exec(ctx, tx, qRewrapSubject, t.Bytes(), k.Subject.Bytes(), k.Epoch, k.Wrapped); err != nil {
			return err
		}
	}
	return nil
}
