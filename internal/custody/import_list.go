package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
)

// Imports lists the import runs of the types that the actor may import, newest
// first, among the newest 200. CodeDenied without the permission to import.
func (d *Door) Imports(ctx context.Context, a bailiwick.Actor) ([]Import, error) {
	const limit = 200
	var out []Import
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = nil
		if a.Kind() == bailiwick.Nobody {
			return bailiwick.NotFound()
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		view := cfg.Matrix.View(a)
		if !view.Has(access.PermImport) || !a.InScope(bailiwick.ScopeImport) {
			return errRefused()
		}
		runs, err := importrun.List(ctx, tx, limit)
		if err != nil {
			return err
		}
		for _, r := range runs {
			t := cfg.TypeByNo(r.TypeNo)
			if t == nil || !importsType(view, t.Key) {
				continue
			}
			one := importOf(r, t)
			if one.Source, err = d.sourceOf(ctx, view, a.Tenant(), r); err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, unavailable(err)
}

// ImportRun returns a run of an import, also while it is at work, with at most
// limit errors of the rows that it refused: those are told to who ran it, as
// long as Rejects keeps the rows. CodeNotFound, also for a type that the actor
// cannot import; CodeDenied without the permission to import.
func (d *Door) ImportRun(ctx context.Context, a bailiwick.Actor, id bailiwick.ImportID, limit int) (Import, error) {
	var out Import
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		if a.Kind() == bailiwick.Nobody {
			return bailiwick.NotFound()
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		view := cfg.Matrix.View(a)
		if !view.Has(access.PermImport) || !a.InScope(bailiwick.ScopeImport) {
			return errRefused()
		}
		run, err := importrun.Get(ctx, tx, id)
		if errors.Is(err, store.ErrNoRows) {
			return bailiwick.NotFound()
		}
		if err != nil {
			return err
		}
		t := cfg.TypeByNo(run.TypeNo)
		if t == nil || !importsType(view, t.Key) || run.Kind != "import" {
			return bailiwick.NotFound()
		}
		out = importOf(run, t)
		if out.Source, err = d.sourceOf(ctx, view, a.Tenant(), run); err != nil || run.User != a.User() || limit < 1 {
			return err
		}
		s, err := d.sightOf(ctx, tx, a, t.Key, "", true)
		if err != nil {
			return err
		}
		parts, err := importrun.Rejects(ctx, tx, id, d.clock.Now().UnixMicro())
		if err != nil {
			return err
		}
		var back Rejects
		if err := d.openRejects(ctx, s, id, parts, &back); err != nil {
			return err
		}
		out.Errors = back.Errors(limit)
		return nil
	})
	return out, unavailable(err)
}

// sourceOf is the name of a run's file, as far as the viewer may see it.
func (d *Door) sourceOf(ctx context.Context, view *access.View, t bailiwick.TenantID, run *importrun.Run) (string, error) {
	decision := view.Decide(access.Access, sourceCategory, access.NoSubject)
	if !decision.Allowed() || decision.Mask() != access.MaskNone {
		return "", nil
	}
	name, err := d.vault.Open(ctx, sourceBlock(t, run.ID), run.Source, decision)
	return string(name), err
}
