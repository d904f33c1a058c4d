package server

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/tenant"
)

// Job is one row of the table of jobs: everything that the house does without
// being asked. A job looks at the present state and does what is due by it, so
// that it can be stopped anywhere, run again, and run twice without harm.
type Job struct {
	Name       string
	Does       string // one sentence, for operators
	Purpose    bailiwick.Purpose
	Categories []bailiwick.Category // whose content it may open; nil = none
	Interval   time.Duration
	// Local says that the job tends the memory of this process: every process
	// runs it, without a lease.
	Local bool

	// One of these is set: each works on one served tenant at a time, once on
	// the whole installation.
	each func(ctx context.Context, t tenant.Tenant) error
	once func(ctx context.Context) error
}

// Every is the interval as people write it, such as "1h" or "1m".
func (j *Job) Every() string {
	return strings.TrimSuffix(strings.TrimSuffix(j.Interval.String(), "0s"), "0m")
}

const (
	keyEpoch   = 7 * 24 * time.Hour // after this the keys of a tenant are wrapped anew
	halfMade   = 15 * time.Minute   // a tenant that takes longer to make was left half made
	hourly     = time.Hour
	eachMoment = time.Minute
)

// jobTable is THE table of jobs. A job that opens content would get its Actor
// here, under its purpose; none of these does.
func (s *Server) jobTable() []Job {
	p := s.parts
	jobs := []Job{
		{Name: "ended-access", Does: "Deletes sessions, API tokens, links and counted guesses that have ended.",
			Interval: hourly, each: func(ctx context.Context, t tenant.Tenant) error { return p.Identity.Sweep(ctx, t.ID) }},
		{Name: "lone-countries", Does: "Puts countries of users in force that one person stated a day ago, in workspaces in which one person may decide alone.",
			Interval: hourly, each: func(ctx context.Context, t tenant.Tenant) error { return p.Identity.SettleAlone(ctx, t.ID) }},
		{Name: "ended-views", Does: "Deletes sealed views, refused rows of imports and Idempotency-Keys that have ended.",
			Interval: hourly, each: func(ctx context.Context, t tenant.Tenant) error { return p.Door.Sweep(ctx, t.ID) }},
		{Name: "quarantine", Does: "Lists what may not be held any more, so that it is decided in time; it opens none of it.",
			Interval: eachMoment, each: func(ctx context.Context, t tenant.Tenant) error { return p.Door.Reconcile(ctx, t.ID) }},
		{Name: "reminders", Does: "Tells people once of exceptions that end and of what has to be decided in quarantine.",
			Interval: hourly, each: func(ctx context.Context, t tenant.Tenant) error { return p.Door.Remind(ctx, t.ID) }},
		{Name: "key-rotation", Does: "Wraps the keys of a workspace anew once a week, and deletes the key that wrapped them.",
			Interval: hourly, each: func(ctx context.Context, t tenant.Tenant) error {
				_, err := p.Vault.RotateAfter(ctx, t.ID, keyEpoch)
				return err
			}},
		{Name: "due-changes", Does: "Puts approved changes of the configuration into force when their time has come.",
			Interval: eachMoment, each: func(ctx context.Context, t tenant.Tenant) error {
				_, err := p.Proposals.ActivateDue(ctx, jobActor(t.ID, "due-changes"))
				return err
			}},
		{Name: "half-made", Does: "Reports workspaces whose creation was interrupted.",
			Interval: hourly, once: s.reportHalfMade},
		{Name: "key-cache", Does: "Drops keys from memory whose time is over.", Local: true,
			Interval: eachMoment, once: func(context.Context) error { p.Vault.Sweep(); return nil }},
		{Name: "counted-refusals", Does: "Writes the refusals that were counted rather than recorded one by one.", Local: true,
			Interval: eachMoment, once: func(ctx context.Context) error { return s.recordCounted(ctx, false) }},
	}
	jobs = append(jobs, s.mailJobs()...)
	for i := range jobs {
		jobs[i].Purpose = bailiwick.ProvideService
	}
	return jobs
}

// Jobs returns the table of jobs, for those who document or list it: run one
// with Server.RunJob.
func Jobs() []Job { return (&Server{}).jobTable() }

// jobActor is a job at work on one tenant. It has no role, so no door opens a
// record to it.
func jobActor(t bailiwick.TenantID, name string) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.Job, Tenant: t, Purpose: bailiwick.ProvideService, JobName: name})
}

// reportHalfMade counts the workspaces that no host reaches because their
// creation was interrupted, and names each to the operator.
func (s *Server) reportHalfMade(ctx context.Context) error {
	tenants, err := s.parts.Tenants.List(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, t := range tenants {
		if t.State == tenant.Active || s.parts.Clock.Now().Sub(t.Created) < halfMade {
			continue
		}
		n++
		s.log.LogAttrs(ctx, slog.LevelWarn, "a workspace is half made: create it again with the same name to finish it",
			slog.String("tenant", t.ID.String()))
	}
	s.metrics.halfMade.Set(float64(n))
	return nil
}

// forEach works through the served tenants. One that fails is named in the log
// and does not keep the others waiting; the job is tried again soon.
func (s *Server) forEach(ctx context.Context, j *Job, keep func(context.Context) error) error {
	tenants, err := s.parts.Tenants.List(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, t := range tenants {
		if t.State != tenant.Active {
			continue
		}
		if err := keep(ctx); err != nil {
			return err
		}
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, tenantTime)
			defer cancel()
			return j.each(ctx, t)
		}()
		if err != nil {
			s.log.LogAttrs(ctx, slog.LevelError, "a job failed for a workspace", slog.String("job", j.Name),
				slog.String("tenant", t.ID.String()), slog.String("code", string(bailiwick.ErrorCode(err))))
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
