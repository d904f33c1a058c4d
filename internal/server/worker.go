package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/jobrun"
)

const (
	jobPoll    = 20 * time.Second // how often it is looked whether a job is due
	tenantTime = 5 * time.Minute  // longest work on one tenant
	jobLease   = 2 * tenantTime   // extended before each tenant
	jobRetry   = 10 * time.Minute // after a failure, if the interval is not shorter
	giveBack   = 5 * time.Second  // for giving a job back when the server stops
)

// ErrJobTaken is returned by RunJob when another process has the job.
var ErrJobTaken = errors.New("another process is running this job")

// errLeaseLost ends a run whose job another process has meanwhile.
var errLeaseLost = errors.New("the lease of the job was lost")

// work runs the jobs that are due, one after the other, until ctx ends. On
// several processes over one database a job is run by the one that gets its
// lease. Should a lease be outlived nevertheless - a process that slept - two
// run the same job, which costs time and harms nothing: see Job.
func (s *Server) work(ctx context.Context) {
	look := time.NewTicker(jobPoll)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			s.runDue(ctx)
		}
	}
}

// runDue runs what is due at this instant. Failures are logged, not returned.
func (s *Server) runDue(ctx context.Context) {
	for i := range s.jobs {
		j := &s.jobs[i]
		if ctx.Err() != nil {
			return
		}
		if s.parts.Clock.Now().Before(s.jobNext[j.Name]) {
			continue
		}
		err := s.runJob(ctx, j, false)
		if err != nil && !errors.Is(err, ErrJobTaken) && ctx.Err() == nil {
			s.log.LogAttrs(ctx, slog.LevelError, "a job failed", slog.String("job", j.Name),
				slog.String("code", string(bailiwick.ErrorCode(err))))
		}
	}
}

// RunJob runs a job now, due or not, and returns when it is done. It returns
// ErrJobTaken if another process is at it, and bailiwick.NotFound for a name
// that is not in the table. It must not be called while Run runs.
func (s *Server) RunJob(ctx context.Context, name string) error {
	for i := range s.jobs {
		if s.jobs[i].Name == name {
			return s.runJob(ctx, &s.jobs[i], true)
		}
	}
	return bailiwick.NotFound()
}

// runJob runs one job under its lease and notes how it went.
func (s *Server) runJob(ctx context.Context, j *Job, now bool) error {
	if j.Local {
		err := s.perform(ctx, j, func(context.Context) error { return nil })
		s.jobNext[j.Name] = s.parts.Clock.Now().Add(j.Interval)
		s.metrics.ran(j.Name, err, s.parts.Clock.Now())
		return err
	}
	if err := s.claim(ctx, j, now); err != nil {
		return err
	}
	err := s.perform(ctx, j, func(ctx context.Context) error { return s.keep(ctx, j) })
	if errors.Is(err, errLeaseLost) {
		return ErrJobTaken
	}
	at := s.parts.Clock.Now()
	next := at.Add(j.Interval)
	if err != nil {
		next = at.Add(min(j.Interval, jobRetry))
	}
	if ctx.Err() != nil {
		next = at // stopped, not failed: whoever is there may take it at once
	} else {
		s.metrics.ran(j.Name, err, at)
	}
	s.jobNext[j.Name] = next
	return errors.Join(err, s.release(ctx, j, err == nil, at, next))
}

// claim takes the lease of a job that is due, or of any if now is set.
func (s *Server) claim(ctx context.Context, j *Job, now bool) error {
	at := s.parts.Clock.Now()
	due := at
	if now {
		due = at.Add(2 * j.Interval)
	}
	var got bool
	var rows []jobrun.Row
	err := s.parts.Store.UpdateDirectory(ctx, func(tx store.DirectoryTx) (err error) {
		if got, err = jobrun.Claim(ctx, tx, j.Name, s.holder, at.UnixMicro(), due.UnixMicro(), at.Add(jobLease).UnixMicro()); err != nil || got {
			return err
		}
		rows, err = jobrun.List(ctx, tx)
		return err
	})
	if err != nil || got {
		return err
	}
	for _, r := range rows {
		if r.Job == j.Name {
			// Done or being done elsewhere: look again when it is due, but not
			// later than a stopped process would have given it back.
			s.jobNext[j.Name] = time.UnixMicro(max(r.Due, min(r.Lease, at.Add(jobRetry).UnixMicro()))).UTC()
			s.metrics.seen(j.Name, r.Done)
		}
	}
	return ErrJobTaken
}

// keep extends the lease of a job.
func (s *Server) keep(ctx context.Context, j *Job) error {
	at := s.parts.Clock.Now()
	var held bool
	err := s.parts.Store.UpdateDirectory(ctx, func(tx store.DirectoryTx) (err error) {
		held, err = jobrun.Extend(ctx, tx, j.Name, s.holder, at.UnixMicro(), at.Add(jobLease).UnixMicro())
		return err
	})
	if err == nil && !held {
		return errLeaseLost
	}
	return err
}

// release gives the lease back, also when ctx has ended.
func (s *Server) release(ctx context.Context, j *Job, success bool, at, next time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBack)
	defer cancel()
	return s.parts.Store.UpdateDirectory(ctx, func(tx store.DirectoryTx) error {
		if success {
			return jobrun.Done(ctx, tx, j.Name, s.holder, at.UnixMicro(), next.UnixMicro())
		}
		return jobrun.Release(ctx, tx, j.Name, s.holder, next.UnixMicro())
	})
}

// perform calls the function of a job. A panic is a failure of this job, not
// the end of the server.
func (s *Server) perform(ctx context.Context, j *Job, keep func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &bailiwick.Error{Code: bailiwick.CodeInternal, Message: "The job failed on our side."}
			s.log.LogAttrs(ctx, slog.LevelError, "panic", slog.String("job", j.Name),
				slog.String("panic", fmt.Sprintf("%T", p)), slog.String("stack", string(debug.Stack())))
		}
	}()
	if j.once != nil {
		return j.once(ctx)
	}
	return s.forEach(ctx, j, keep)
}
