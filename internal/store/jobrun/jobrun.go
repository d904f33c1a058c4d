// Package jobrun holds the SQL of the registered jobs: which process has one
// at present, when it is next due and when it last succeeded.
//
// A lease is fenced: extending and ending name the holder, so that a process
// that slept past its lease changes nothing. Times are Unix microseconds.
package jobrun

import (
	"context"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
)

// Row is what is known of a job.
type Row struct {
	Job   string
	Lease int64 // until when a process has it; 0 = nobody
	Due   int64
	Done  int64 // last success; 0 = never
}

const qEnsure = `INSERT INTO job_runs (job, holder, lease, due, done) VALUES ($1, $2, 0, 0, 0) ON CONFLICT (job) DO NOTHING`

const qClaim = `UPDATE job_runs SET holder = $2, lease = $3 WHERE job = $1 AND lease <= $4 AND due <= $5`

// Claim takes a job that nobody has at the instant now and that is due by due,
// and keeps it until lease. It reports whether holder has the job.
func Claim(ctx context.Context, tx store.DirectoryTx, job string, holder bailiwick.ID, now, due, lease int64) (bool, error) {
	if _, err := tx.Exec(ctx, qEnsure, job, holder); err != nil {
		return false, fmt.Errorf("claim job: %w", err)
	}
	n, err := tx.Exec(ctx, qClaim, job, holder, lease, now, due)
	if err != nil {
		return false, fmt.Errorf("claim job: %w", err)
	}
	return n == 1, nil
}

const qExtend = `UPDATE job_runs SET lease = $3 WHERE job = $1 AND holder = $2 AND lease > $4`

// Extend keeps the job until lease. It reports whether holder still had it.
func Extend(ctx context.Context, tx store.DirectoryTx, job string, holder bailiwick.ID, now, lease int64) (bool, error) {
	n, err := tx.Exec(ctx, qExtend, job, holder, lease, now)
	if err != nil {
		return false, fmt.Errorf("extend job: %w", err)
	}
	return n == 1, nil
}

const qDone = `UPDATE job_runs SET lease = 0, due = $3, done = $4 WHERE job = $1 AND holder = $2`

// Done gives the job back after a success at the instant now.
func Done(ctx context.Context, tx store.DirectoryTx, job string, holder bailiwick.ID, now, due int64) error {
	if _, err := tx.Exec(ctx, qDone, job, holder, due, now); err != nil {
		return fmt.Errorf("end job: %w", err)
	}
	return nil
}

const qRelease = `UPDATE job_runs SET lease = 0, due = $3 WHERE job = $1 AND holder = $2`

// Release gives the job back without a success.
func Release(ctx context.Context, tx store.DirectoryTx, job string, holder bailiwick.ID, due int64) error {
	if _, err := tx.Exec(ctx, qRelease, job, holder, due); err != nil {
		return fmt.Errorf("release job: %w", err)
	}
	return nil
}

const qList = `SELECT job, lease, due, done FROM job_runs ORDER BY job`

// List returns every job that was ever run here, by name.
func List(ctx context.Context, tx store.DirectoryTx) ([]Row, error) {
	rows, err := tx.Query(ctx, qList)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(&r.Job, &r.Lease, &r.Due, &r.Done); err != nil {
			return nil, fmt.Errorf("list jobs: %w", err)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return out, nil
}
