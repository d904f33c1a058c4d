package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"bailiwick"
	"bailiwick/internal/server"
)

type jobCommand struct {
	List jobList `cmd:"" help:"List the jobs that a server runs by itself."`
	Run  jobRun  `cmd:"" help:"Run one job now, whether it is due or not."`
}

type jobList struct{}

// Run lists the table of jobs.
func (jobList) Run(inv *invocation) error {
	w := tabwriter.NewWriter(inv.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "JOB\tEVERY\tWHAT IT DOES")
	for _, j := range server.Jobs() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", j.Name, j.Every(), j.Does)
	}
	return w.Flush()
}

type jobRun struct {
	Name string `arg:"" help:"Name of the job, as in job list."`
}

// Run runs one job to its end.
func (j *jobRun) Run(inv *invocation) error {
	h, err := openExisting(inv)
	if err != nil {
		return err
	}
	s, err := server.New(inv.config, h.parts)
	if err == nil {
		err = j.explained(s.RunJob(inv.ctx, j.Name))
	}
	if err = errors.Join(err, h.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(inv.out, "The job "+j.Name+" is done.")
	return err
}

// explained is the error of a run as an operator can act on it.
func (j *jobRun) explained(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, server.ErrJobTaken):
		return errors.New("another process is running this job: it will be done without you")
	case bailiwick.ErrorCode(err) == bailiwick.CodeNotFound:
		return fmt.Errorf("there is no job %q: \"bailiwick job list\" lists them", j.Name)
	default:
		return fmt.Errorf("the job %s failed; the log names the workspaces: %w", j.Name, err)
	}
}
