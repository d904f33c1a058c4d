package custody

import (
	"context"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/outbox"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/basis"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// BasisKey names a basis: what an application holds of a category for a legal
// entity.
type BasisKey struct {
	Pack     string
	Entity   bailiwick.EntityID
	Category bailiwick.Category
}

// BasisNote is what is recorded. Each is required, at most 200 characters, and
// sealed.
type BasisNote struct {
	Responsible string `json:"responsible"` // who answers for it
	Basis       string `json:"basis"`       // the ground, such as an article of a law or an agreement
	Notice      string `json:"notice"`      // reference of the notice given to the people
}

// BasisLine is one line of the list: recorded or missing.
type BasisLine struct {
	BasisKey
	Fields   []string // of the application that hold the category, as type.field
	Recorded time.Time
	User     bailiwick.UserID // who recorded it
	Note     BasisNote
}

// Missing reports whether no basis is recorded.
func (l *BasisLine) Missing() bool { return l.Recorded.IsZero() }

// Bases lists every category that is not ordinary of every application and
// legal entity, with the basis on which it is held or none (R14.14). CodeDenied
// without the permission "privacy".
func (d *Door) Bases(ctx context.Context, a bailiwick.Actor) ([]BasisLine, error) {
	var out []BasisLine
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = nil
		cfg, err := d.privacy(ctx, tx, a, bailiwick.ScopeRead)
		if err != nil {
			return err
		}
		rows, err := basis.List(ctx, tx, 10_000)
		if err != nil {
			return err
		}
		have := make(map[BasisKey]basis.Basis, len(rows))
		for _, r := range rows {
			have[BasisKey{r.Pack, r.Entity, bailiwick.Category(r.Category)}] = r
		}
		for _, line := range basisLines(cfg) {
			if r, ok := have[line.BasisKey]; ok {
				line.Recorded, line.User = time.UnixMicro(r.Created).UTC(), r.User
				if err := d.openNote(ctx, tx.Tenant(), r.ID, r.Sealed, &line.Note); err != nil {
					return err
				}
			}
			out = append(out, line)
		}
		return nil
	})
	return out, unavailable(err)
}

// basisLines lists what needs a basis under a configuration.
func basisLines(cfg *tenant.Configuration) []BasisLine {
	var out []BasisLine
	for _, p := range cfg.Packs {
		fields := map[bailiwick.Category][]string{}
		note := func(t *schema.Type, f *schema.Field) {
			fields[f.Category] = append(fields[f.Category], t.Key+"."+f.Path())
		}
		for _, t := range p.Types {
			for _, f := range t.Fields {
				note(t, f)
				for _, m := range f.Group {
					note(t, m)
				}
			}
		}
		for _, e := range cfg.Entities {
			for _, c := range cfg.Matrix.Categories() {
				if c.Flag != bailiwick.FlagOrdinary && fields[c.Key] != nil {
					out = append(out, BasisLine{BasisKey: BasisKey{p.Key, e.ID, c.Key}, Fields: fields[c.Key]})
				}
			}
		}
	}
	return out
}

// maxBasisTasks is how many missing bases stand in "my day" at most; the page
// lists them all.
const maxBasisTasks = 20

// basisTasks are the categories without a basis that somebody, of whatever role
// and country, could fill in: who tries would be refused.
func basisTasks(ctx context.Context, tx store.TenantTx, cfg *tenant.Configuration) ([]outbox.Task, error) {
	rows, err := basis.List(ctx, tx, 10_000)
	if err != nil {
		return nil, err
	}
	have := make(map[BasisKey]bool, len(rows))
	for _, r := range rows {
		have[BasisKey{r.Pack, r.Entity, bailiwick.Category(r.Category)}] = true
	}
	var out []outbox.Task
	could := map[bailiwick.EntityID]uint64{}
	for _, l := range basisLines(cfg) {
		if have[l.BasisKey] || len(out) == maxBasisTasks {
			continue
		}
		e, ok := cfg.Entity(l.Entity)
		if !ok {
			continue
		}
		set, ok := could[l.Entity]
		if !ok {
			set = fillable(cfg.Matrix, e.Key)
			could[l.Entity] = set
		}
		if no := cfg.Matrix.CategoryNo(l.Category); no < 0 || set>>no&1 == 0 {
			continue
		}
		key := l.Pack + ":" + e.Key + ":" + string(l.Category)
		out = append(out, outbox.Task{Kind: outbox.BasisMissing, Ref: strings.ReplaceAll(key, ":", "/"), Path: "/bases?line=" + key})
	}
	return out, nil
}

// fillable are the categories that can be filled in about anybody, or about no
// one, at a legal entity.
func fillable(m *access.Matrix, entity string) uint64 {
	set := m.Holdable(access.NoSubject.At(entity)) | m.Holdable(access.Of().At(entity))
	for _, c := range bailiwick.Countries() {
		set |= m.Holdable(access.Of(c.Code).At(entity))
	}
	return set
}

// RecordBasis records a basis in the place of an earlier one. CodeDenied
// without the permission "privacy"; CodeInvalid with Fields; CodeNotFound for
// what needs none; CodeEvidence.
func (d *Door) RecordBasis(ctx context.Context, a bailiwick.Actor, key BasisKey, note BasisNote) error {
	_, err := d.recordBases(ctx, a, note, func(l BasisLine) bool { return l.BasisKey == key })
	return err
}

// RecordBases records one basis for everything that has none, and returns for
// how many lines. It is for whoever fills a workspace with made-up content.
// Errors as of RecordBasis.
func (d *Door) RecordBases(ctx context.Context, a bailiwick.Actor, note BasisNote) (int, error) {
	lines, err := d.Bases(ctx, a)
	if err != nil {
		return 0, err
	}
	missing := map[BasisKey]bool{}
	for _, l := range lines {
		missing[l.BasisKey] = l.Missing()
	}
	n, err := d.recordBases(ctx, a, note, func(l BasisLine) bool { return missing[l.BasisKey] })
	if bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		err = nil
	}
	return n, err
}

func (d *Door) recordBases(ctx context.Context, a bailiwick.Actor, note BasisNote, want func(BasisLine) bool) (int, error) {
	wrong := slices.Concat(checkText("responsible", note.Responsible, true, maxNoteLine),
		checkText("basis", note.Basis, true, maxNoteLine), checkText("notice", note.Notice, true, maxNoteLine))
	n := 0
	err := d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		n = 0
		cfg, err := d.privacy(ctx, tx, a, bailiwick.ScopeAdmin)
		if err != nil {
			return err
		}
		if wrong != nil {
			return invalidNote(wrong)
		}
		for _, l := range basisLines(cfg) {
			if !want(l) {
				continue
			}
			n++
			id, sealed, err := d.sealNote(ctx, tx.Tenant(), note)
			if err != nil {
				return err
			}
			err = basis.Set(ctx, tx, basis.Basis{
				Pack: l.Pack, Entity: l.Entity, Category: string(l.Category), ID: id, User: a.User(),
				Created: d.clock.Now().UnixMicro(), Sealed: sealed,
			})
			if err != nil {
				return err
			}
			e := noteEntry(a, cfg, logformat.BasisRecorded, l.Pack, id, l.Category)
			if _, err := d.ledger.Append(ctx, tx, e); err != nil {
				return err
			}
		}
		if n == 0 {
			return bailiwick.NotFound()
		}
		return nil
	})
	return n, unavailable(err)
}

// basisRule is the rule that an error about a missing basis names.
const basisRule = "basis-not-recorded"

// base asks for a basis for every category that is not ordinary and that the
// draft fills in. It comes after the matrix was asked, so that it answers only
// to who may fill the field in, and it never looks at what is stored: it tells
// of the workspace, not of the record.
func (w *writing) base(ctx context.Context) error {
	var have map[bailiwick.Category]bool
	ask := func(fp *fieldPlan, field string) error {
		if w.lay.recorded>>fp.cat&1 == 0 || w.failed(field) {
			return nil
		}
		if have == nil {
			list, err := basis.Categories(ctx, w.tx, w.lay.t.Pack, w.next.entity)
			if err != nil {
				return err
			}
			have = make(map[bailiwick.Category]bool, len(list))
			for _, c := range list {
				have[bailiwick.Category(c)] = true
			}
		}
		if !have[fp.f.Category] {
			w.errs = append(w.errs, bailiwick.FieldError{
				Field: field, Rule: basisRule, Code: bailiwick.CodeBasis,
				Message: "No basis is recorded for this category in this application and legal entity; the privacy officer records it at /bases.",
			})
		}
		return nil
	}
	for _, fp := range w.lay.fields {
		v, ok := w.given[fp.f.Key]
		if !ok || v.IsEmpty() {
			continue
		}
		if !fp.isGroup() {
			if fp.f.Computed() {
				continue // asked for where its inputs are
			}
			if err := ask(fp, fp.f.Key); err != nil {
				return err
			}
			continue
		}
		for i, row := range schema.Rows(fp.f, v) {
			for _, m := range fp.members {
				if mv, ok := row.Values[m.f.Key]; !ok || mv.IsEmpty() {
					continue
				}
				if err := ask(m, rowField(fp, i, m)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
