package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

type doctorCommand struct{}

// finding is one line of the doctor's report.
type finding struct {
	state state
	what  string
}

// state is how a check ended.
type state string

const (
	fine    state = "ok   "
	bad     state = "BAD  "
	skipped state = "--   " // could not be done now; nothing is wrong
)

// Run looks at everything that can be looked at and says what to do about
// what is wrong. It fails if something is.
func (doctorCommand) Run(inv *invocation) error {
	var found []finding
	add := func(err error, good string) {
		if err != nil {
			found = append(found, finding{bad, sentence(err)})
		} else {
			found = append(found, finding{fine, good})
		}
	}
	c := inv.config
	add(c.Check(), "the configuration is in order")
	add(privateDir(c.DataDir()), "the data directory "+c.DataDir()+" is for this user only")
	add(privateFile(c.RootKeyFile()), "the root key "+c.RootKeyFile()+" is for this user only")
	if c.UsesTLS() {
		add(certificateDays(c.TLSCert, c.TLSKey), "the certificate is valid for more than two weeks")
	}
	if m, err := c.Mailer(); err == nil && m != nil {
		add(m.Check(inv.ctx), "the mail server answers and lets us in")
	}
	if untouched(&c) {
		// Opening would make data and a root key: looking must leave no trace.
		found = append(found, finding{skipped, "nothing has been made in " + c.DataDir() + " yet; serve or tenant create will (or is --data right?)"})
	} else {
		found = append(found, inside(inv)...)
	}
	faults := 0
	for _, f := range found {
		if f.state == bad {
			faults++
		}
		fmt.Fprintln(inv.out, string(f.state)+f.what)
	}
	if faults > 0 {
		return fmt.Errorf("%d of %d checks found something", faults, len(found))
	}
	return nil
}

// inside looks at what only an opened installation shows.
func inside(inv *invocation) []finding {
	h, err := open(inv)
	if errors.Is(err, errInUse) { // as it is while the server runs
		return []finding{{skipped, "a process has " + inv.config.DataDir() + " open, so what is inside was not looked at; healthcheck asks a running server, and doctor looks inside once it is stopped"}}
	}
	if err != nil {
		return []finding{{bad, sentence(err)}}
	}
	out := append([]finding{{fine, "data and keys can be opened, and the root key fits"}}, cellFindings(inv, h)...)
	out = append(out, workspaces(inv, h)...)
	if err := h.Close(); err != nil {
		return append(out, finding{bad, sentence(err)})
	}
	return append(out, finding{fine, "everything could be closed"})
}

// workspaces opens every workspace once and looks for half-made ones.
func workspaces(inv *invocation, h *house) []finding {
	tenants, err := h.parts.Tenants.List(inv.ctx)
	if err != nil {
		return []finding{{bad, sentence(err)}}
	}
	var out []finding
	for _, t := range tenants {
		if t.State != tenant.Active {
			out = append(out, finding{bad, "the workspace " + t.Slug + " is half made: run \"bailiwick tenant create " + t.Slug + "\" again"})
			continue
		}
		err := h.parts.Store.View(inv.ctx, t.ID, func(tx store.TenantTx) error {
			_, err := h.parts.Tenants.Configuration(inv.ctx, tx)
			return err
		})
		if err != nil {
			out = append(out, finding{bad, "the workspace " + t.Slug + " cannot be opened: " + sentence(err)})
		}
	}
	return append(out, finding{fine, counted(len(tenants), "workspace") + " looked at"})
}

func privateDir(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // it will be made
	case err != nil:
		return fmt.Errorf("the data directory cannot be looked at: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%s is no directory: choose another with --data", path)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s can be read by others: chmod 700 it", path)
	}
	return nil
}

func privateFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // made for a new keystore; opening says if it is missed
	case err != nil:
		return fmt.Errorf("the root key cannot be looked at: %w", err)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s can be read by others: chmod 600 it, and think of the key as known to them", path)
	}
	return nil
}

// certificateDays complains of a certificate that ends within two weeks.
func certificateDays(cert, key string) error {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("--tls-cert and --tls-key cannot be used: %w", err)
	}
	if left := pair.Leaf.NotAfter.Sub(bailiwick.SystemClock{}.Now()); left < 14*24*time.Hour {
		return fmt.Errorf("the certificate ends on %s: renew it", pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return nil
}
