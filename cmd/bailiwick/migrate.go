package main

import (
	"errors"
	"fmt"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
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
		if err := migrateDatabase(inv.ctx, c.Database, c.DatabaseOwner); err != nil {
			return fmt.Errorf("--database: %w", err)
		}
		fmt.Fprintln(inv.out, "The database is at this version.")
	}
	files := c.Database == "" // whether any workspace may be in a file
	if len(c.Cells) > 0 {
		if err := c.Check(); err != nil {
			return err
		}
		inFiles, err := prepareCells(inv)
		if err != nil {
			return err
		}
		fmt.Fprintln(inv.out, "The cells are prepared.")
		if files = files || inFiles; untouched(&c) {
			return nil // the first workspace makes the rest
		}
	}
	if !files {
		return nil
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
		err := h.parts.Store.View(inv.ctx, t.ID, func(store.TenantTx) error { return nil })
		if t.State != tenant.Active && bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
			continue // half made, without a store yet
		}
		if err != nil {
			return fmt.Errorf("workspace %d of %d (%s): %w", i+1, len(tenants), t.ID, err)
		}
	}
	_, err = fmt.Fprintf(inv.out, "The directory and %s are at this version.\n", counted(len(tenants), "workspace"))
	return err
}
