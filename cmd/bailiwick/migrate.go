package main

import (
	"errors"
	"fmt"
	"net/url"

	"bailiwick/internal/store"
	"bailiwick/internal/store/postgres"
)

type migrateCommand struct{}

// Run brings the data to the schema of this program. PostgreSQL needs the
// owner for it, which serve never gets; SQLite files are migrated when they
// are first used, so the command only uses each of them once.
func (migrateCommand) Run(inv *invocation) error {
	c := inv.config
	if c.Database != "" || c.DatabaseOwner != "" {
		if c.Database == "" || c.DatabaseOwner == "" {
			return errors.New("migrate needs both --database (the app role, which gets its rights) and --database-owner (who changes the tables)")
		}
		app, err := url.Parse(c.Database)
		if err != nil || app.User.Username() == "" {
			return errors.New("--database must name the app role, as in postgres://app@host/database")
		}
		if err := postgres.Migrate(inv.ctx, c.DatabaseOwner, app.User.Username()); err != nil {
			return err
		}
		_, err = fmt.Fprintln(inv.out, "The database is at this version.")
		return err
	}
	h, err := openExisting(inv)
	if err != nil {
		return err
	}
	defer h.Close()
	tenants, err := h.parts.Tenants.List(inv.ctx)
	if err != nil {
		return err
	}
	for i, t := range tenants {
		if err := h.parts.Store.View(inv.ctx, t.ID, func(store.TenantTx) error { return nil }); err != nil {
			return fmt.Errorf("workspace %d of %d (%s): %w", i+1, len(tenants), t.ID, err)
		}
	}
	_, err = fmt.Fprintf(inv.out, "The directory and %s are at this version.\n", counted(len(tenants), "workspace"))
	return err
}
