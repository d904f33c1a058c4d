package keystore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"bailiwick"
)

// insertion is one call of InsertSubjects that waits for its turn.
type insertion struct {
	tenant bailiwick.TenantID
	keys   []SubjectKey
	at     time.Time
	done   bool
	err    error
}

// queue holds the insertions that wait while another is being committed.
type queue struct {
	mu      sync.Mutex
	waiting []*insertion
}

func (q *queue) add(i *insertion) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, i)
}

func (q *queue) take() []*insertion {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting
	q.waiting = nil
	return all
}

// InsertSubjects keeps the keys of new subjects in one transaction. A subject
// that has a key keeps it; one whose key was destroyed gets none and the call
// returns ErrShredded. All keys are wrapped under one epoch; if a rotation has
// ended it meanwhile, nothing is kept and the call returns ErrStale. At most
// [MaxBatch].
//
// On SQLite calls that come while another commits are committed together: the
// commit waits for the disk, and many people may be entered at once.
func (s *Store) InsertSubjects(ctx context.Context, t bailiwick.TenantID, keys []SubjectKey, at time.Time) error {
	if len(keys) > MaxBatch {
		return fmt.Errorf("keystore: more than %d subjects at once", MaxBatch)
	}
	if len(keys) == 0 {
		return nil
	}
	i := &insertion{tenant: t, keys: keys, at: at}
	if !s.sqlite {
		return s.update(ctx, func(tx *sql.Tx) error { return s.insert(ctx, tx, i) })
	}
	s.inserts.add(i)
	s.write.Lock()
	defer s.write.Unlock()
	if i.done { // by whoever had the lock before
		return i.err
	}
	group := s.inserts.take()
	// One caller's cancellation must not undo what the others wait for.
	err := s.commit(context.WithoutCancel(ctx), func(tx *sql.Tx) error {
		for _, i := range group {
			i.err = s.insert(context.WithoutCancel(ctx), tx, i)
			if i.err != nil && !errors.Is(i.err, ErrShredded) && !errors.Is(i.err, ErrStale) {
				return i.err
			}
		}
		return nil
	})
	for _, i := range group {
		i.done = true
		if err != nil {
			i.err = err
		}
	}
	return i.err
}

// insert writes the keys of one call, or nothing if it returns ErrShredded or
// (on SQLite, where nothing can come between) ErrStale.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, i *insertion) error {
	for _, k := range i.keys {
		n, err := s.count(ctx, tx, qShredded, i.tenant.Bytes(), k.Subject.Bytes())
		if err != nil {
			return err
		}
		if n > 0 {
			return ErrShredded
		}
	}
	if s.sqlite {
		if err := s.checkEpoch(ctx, tx, i); err != nil {
			return err
		}
	}
	for _, k := range i.keys {
		_, err := s.exec(ctx, tx, qInsertSubject, i.tenant.Bytes(), k.Subject.Bytes(), int64(k.Version), k.Epoch, k.Wrapped, i.at.UnixMicro())
		if err != nil {
			return err
		}
	}
	if s.sqlite {
		return nil
	}
	return s.checkEpoch(ctx, tx, i) // asked last: the insert has waited for a rotation under way
}

func (s *Store) checkEpoch(ctx context.Context, tx *sql.Tx, i *insertion) error {
	n, err := s.count(ctx, tx, qHasEpoch, i.tenant.Bytes(), i.keys[0].Epoch)
	if err == nil && n == 0 {
		err = ErrStale
	}
	return err
}

// count runs a query for one number.
func (s *Store) count(ctx context.Context, tx *sql.Tx, q string, args ...any) (n int64, err error) {
	if err := tx.QueryRowContext(ctx, s.text(q), args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("keystore: %w", err)
	}
	return n, nil
}
