package keystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"bailiwick"
)

const (
	qFact       = `SELECT value FROM keystore_facts WHERE name = $1`
	qInsertFact = `INSERT INTO keystore_facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`
	qEmpty      = `SELECT (SELECT count(*) FROM keystore_facts) + (SELECT count(*) FROM tenant_keks)`
	// One statement sees one state: a rotation cannot come between KEKs and keys.
	qTenant = `SELECT '' AS purpose, 0 AS version, epoch, wrapped FROM tenant_keks WHERE tenant_id = $1
UNION ALL SELECT purpose, version, epoch, wrapped FROM tenant_keys WHERE tenant_id = $1 ORDER BY purpose, version, epoch`
	qInsertKEK     = `INSERT INTO tenant_keks (tenant_id, epoch, wrapped, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, epoch) DO NOTHING`
	qInsertKey     = `INSERT INTO tenant_keys (tenant_id, purpose, version, epoch, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6)`
	qSubjectKey    = `SELECT version, epoch, wrapped FROM subject_keys WHERE tenant_id = $1 AND subject_id = $2`
	qInsertSubject = `INSERT INTO subject_keys (tenant_id, subject_id, version, epoch, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, subject_id) DO NOTHING`
	qHasEpoch      = `SELECT count(*) FROM tenant_keks WHERE tenant_id = $1 AND epoch = $2`
	qShredded      = `SELECT count(*) FROM erasure_journal WHERE tenant_id = $1 AND object_id = $2 AND act = 'shred'`
)

// Fact returns a named fact of the keystore, nil if there is none.
func (s *Store) Fact(ctx context.Context, name string) ([]byte, error) {
	var b []byte
	err := s.db.QueryRowContext(ctx, s.text(qFact), name).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("keystore: %w", err)
	}
	return b, nil
}

// InsertFact records a fact; a fact that is already there stays as it is.
func (s *Store) InsertFact(ctx context.Context, name string, value []byte) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		_, err := s.exec(ctx, tx, qInsertFact, name, value)
		return err
	})
}

// Empty reports whether nothing has ever been kept here.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var n int64
	if err := s.db.QueryRowContext(ctx, qEmpty).Scan(&n); err != nil {
		return false, fmt.Errorf("keystore: %w", err)
	}
	return n == 0, nil
}

// InsertTenant keeps the first keys of a tenant. A tenant that has keys
// already keeps those, so that creation can be tried again.
func (s *Store) InsertTenant(ctx context.Context, t bailiwick.TenantID, kek KEK, keys []TenantKey, at time.Time) error {
	return s.update(ctx, func(tx *sql.Tx) error {
		n, err := s.exec(ctx, tx, qInsertKEK, t.Bytes(), kek.Epoch, kek.Wrapped, at.UnixMicro())
		if err != nil || n == 0 {
			return err
		}
		for _, k := range keys {
			if _, err := s.exec(ctx, tx, qInsertKey, t.Bytes(), k.Purpose, int64(k.Version), k.Epoch, k.Wrapped, at.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Tenant returns the keys of a tenant, oldest first; ErrNoKey if it has none.
func (s *Store) Tenant(ctx context.Context, t bailiwick.TenantID) ([]KEK, []TenantKey, error) {
	return s.tenant(ctx, s.db, t)
}

func (s *Store) tenant(ctx context.Context, q querier, t bailiwick.TenantID) (keks []KEK, keys []TenantKey, err error) {
	err = s.rows(ctx, q, qTenant, func(r *sql.Rows) error {
		var k TenantKey
		if err := r.Scan(&k.Purpose, &k.Version, &k.Epoch, &k.Wrapped); err != nil {
			return err
		}
		if k.Purpose == "" {
			keks = append(keks, KEK{k.Epoch, k.Wrapped})
		} else {
			keys = append(keys, k)
		}
		return nil
	}, t.Bytes())
	if err == nil && len(keks) == 0 {
		err = ErrNoKey
	}
	return keks, keys, err
}

// Subject returns the key of a subject: ErrShredded if it was destroyed,
// ErrNoKey if there never was one.
func (s *Store) Subject(ctx context.Context, t bailiwick.TenantID, id bailiwick.SubjectID) (SubjectKey, error) {
	k := SubjectKey{Subject: id}
	err := s.db.QueryRowContext(ctx, s.text(qSubjectKey), t.Bytes(), id.Bytes()).Scan(&k.Version, &k.Epoch, &k.Wrapped)
	switch {
	case err == nil:
		return k, nil
	case !errors.Is(err, sql.ErrNoRows):
		return SubjectKey{}, fmt.Errorf("keystore: %w", err)
	}
	var n int64
	if err := s.db.QueryRowContext(ctx, s.text(qShredded), t.Bytes(), id.Bytes()).Scan(&n); err != nil {
		return SubjectKey{}, fmt.Errorf("keystore: %w", err)
	}
	if n > 0 {
		return SubjectKey{}, ErrShredded
	}
	return SubjectKey{}, ErrNoKey
}

// Subjects returns the keys that exist among those asked for, in no order.
// At most [MaxBatch].
func (s *Store) Subjects(ctx context.Context, t bailiwick.TenantID, ids []bailiwick.SubjectID) ([]SubjectKey, error) {
	if len(ids) > MaxBatch {
		return nil, fmt.Errorf("keystore: more than %d subjects at once", MaxBatch)
	}
	out := make([]SubjectKey, 0, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), inBatch)
		args := make([]any, 0, inBatch+1)
		args = append(args, t.Bytes())
		for i := range inBatch {
			args = append(args, ids[min(i, n-1)].Bytes()) // the rest repeats the last: one text for every number
		}
		ids = ids[n:]
		err := s.rows(ctx, s.db, qSubjectKeys, func(r *sql.Rows) error {
			var k SubjectKey
			if err := r.Scan(&k.Subject, &k.Version, &k.Epoch, &k.Wrapped); err != nil {
				return err
			}
			out = append(out, k)
			return nil
		}, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

var qSubjectKeys = `SELECT subject_id, version, epoch, wrapped FROM subject_keys WHERE tenant_id = $1 AND subject_id IN (` +
	placeholders(2, inBatch) + `)`

// placeholders writes n numbered parameters, the first being $from.
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}
