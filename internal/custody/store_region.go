package custody

import (
	"context"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
)

// storing is where the tenant's store lies, as far as rules ask.
type storing struct {
	asked  bool // whether a rule says where values may lie
	region string
}

// storingOf looks where the tenant is hosted; only where a rule asks. The
// directory is read once for each tenant.
func (d *Door) storingOf(ctx context.Context, t bailiwick.TenantID, m *access.Matrix) (storing, error) {
	if len(m.Stores()) == 0 {
		return storing{}, nil
	}
	region, err := d.tenants.Region(ctx, t)
	return storing{true, region}, unavailable(err)
}

// judgePlace refuses what may not lie where the tenant is hosted (R14.11): it
// is never stored elsewhere.
func (w *writing) judgePlace() {
	if !w.storing.asked {
		return
	}
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok || v.IsEmpty() {
			continue
		}
		if !fp.isGroup() {
			w.refusePlace(fp.f.Key, fp, w.csetOf(&w.next, fp))
			continue
		}
		for i := range w.next.slots {
			if slot := &w.next.slots[i]; slot.field == fp.no {
				for _, m := range fp.members {
					w.refusePlace(fp.f.Key, m, slot.cset)
				}
			}
		}
	}
	if !w.moved {
		return
	}
	// What the writer does not see moves along, here and in other records about
	// the person, so every category is asked about: the answer must not tell
	// what is filled in.
	was, is := w.subject(w.old.slotOf(0).cset), w.subject(w.next.slotOf(0).cset)
	for _, c := range w.lay.cats {
		before, _ := w.cfg.Matrix.MayStore(c, was, w.storing.region)
		if ok, rule := w.cfg.Matrix.MayStore(c, is, w.storing.region); before && !ok {
			w.notHere(w.movingField(), c, rule)
		}
	}
}

func (w *writing) refusePlace(field string, fp *fieldPlan, cset int64) {
	who := w.subject(cset)
	for _, c := range append([]bailiwick.Category{fp.f.Category}, fp.f.Carries...) {
		if ok, rule := w.cfg.Matrix.MayStore(c, who, w.storing.region); !ok {
			w.notHere(field, c, rule)
		}
	}
}

func (w *writing) notHere(field string, c bailiwick.Category, rule string) {
	if slices.ContainsFunc(w.errs, func(e bailiwick.FieldError) bool { return e.Field == field && e.Rule == rule }) {
		return
	}
	w.errs = append(w.errs, bailiwick.FieldError{
		Field: field, Rule: rule, Code: bailiwick.CodeNotPopulatable, Message: w.cfg.Matrix.MayNotStore(c, rule, "en"),
	})
}
