package custody

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// Limits of a change of many records at once.
const (
	MaxBulkRows   = 2_000
	MaxBulkFields = 20
)

// bulkKind marks such a run among those of imports.
const bulkKind = "bulk"

// BulkSpec is one change for many records of a type: the same values for all.
type BulkSpec struct {
	Type string
	// IDs are the records; Query selects them instead, where it is set: the
	// whole list, at most MaxBulkRows.
	IDs    []bailiwick.RecordID
	Query  *Query
	Fields map[string]jsonRaw // JSON null clears; at most MaxBulkFields; no groups and nothing computed
	DryRun bool               // judge every record and write nothing
}

// Bulk says what became, or would become, of the records.
type Bulk struct {
	ID      bailiwick.ImportID // by which it is undone; zero for a dry run
	Type    string
	State   ImportState
	Started time.Time
	Rows    int
	Changed int
	Same    int // held the values already
	Refused int
	Errors  []BulkError // of this call, at most 1,000
}

// BulkError is why a record was refused, without any value.
type BulkError struct {
	Ref string // "" for a record that is not there for the actor
	bailiwick.FieldError
}

// Bulk changes many records at once, or judges the change if BulkSpec.DryRun.
// Each record is a save of its own under the actor's rights: one that is refused
// is told of and left as it is. Records are written in batches; UndoImport
// takes the whole back.
//
// Errors: CodeDenied where the actor may change no record of the type, or may
// not filter as Query does; CodeInvalid for fields that cannot be changed so;
// CodeLimited for more than MaxBulkRows records; CodeMalformed for none;
// CodeEvidence.
func (d *Door) Bulk(ctx context.Context, a bailiwick.Actor, spec BulkSpec) (Bulk, error) {
	b := &bulking{door: d, a: a, spec: &spec}
	if err := b.choose(ctx); err != nil {
		return Bulk{}, err
	}
	if err := b.admit(ctx); err != nil {
		return Bulk{}, err
	}
	b.out = Bulk{Type: spec.Type, Rows: len(b.ids), Started: d.clock.Now().UTC(), State: ImportDone}
	if err := b.pass(ctx, d.store.View, true); err != nil {
		return Bulk{}, unavailable(err)
	}
	if b.first != nil {
		if err := b.first.checkUsers(ctx); err != nil {
			return Bulk{}, err
		}
	}
	if spec.DryRun {
		return b.out, b.recordRefusals(ctx)
	}
	b.out = Bulk{Type: spec.Type, Rows: len(b.ids), Started: b.out.Started}
	if err := b.begin(ctx); err != nil {
		return Bulk{}, unavailable(err)
	}
	if err := b.pass(ctx, d.store.Update, false); err != nil {
		return b.out, unavailable(err)
	}
	return b.out, b.recordRefusals(ctx)
}

// bulking is one call of Bulk.
type bulking struct {
	door  *Door
	a     bailiwick.Actor
	spec  *BulkSpec
	s     *sight
	ids   []bailiwick.RecordID
	run   importrun.Run
	first *writing // of a record that would be saved: its users are looked up
	out   Bulk
}

// choose finds the records.
func (b *bulking) choose(ctx context.Context) error {
	if b.spec.Query == nil {
		b.ids = slices.Clone(b.spec.IDs)
		slices.SortFunc(b.ids, func(x, y bailiwick.RecordID) int { return slices.Compare(x.ID[:], y.ID[:]) })
		b.ids = slices.Compact(b.ids)
	} else {
		q := *b.spec.Query
		q.Type, q.Cursor, q.SkipTotal, q.Deleted, q.Sort = b.spec.Type, "", true, false, sortRef
		l, err := b.door.choose(ctx, b.a, &q, access.VerbList, MaxBulkRows+1)
		if err != nil {
			return err
		}
		if l.limited || l.next != "" {
			return tooManyRows()
		}
		for _, row := range l.rows {
			var p packed
			if err := p.decode(row.Bytes); err != nil {
				return unavailable(err)
			}
			b.ids = append(b.ids, p.id)
		}
	}
	switch {
	case len(b.ids) == 0:
		return bailiwick.Malformed("No record is chosen.")
	case len(b.ids) > MaxBulkRows:
		return tooManyRows()
	}
	return nil
}

func tooManyRows() error {
	return &bailiwick.Error{Code: bailiwick.CodeLimited, Message: "At most 2,000 records can be changed at once: narrow the list."}
}

// admit judges verb and fields.
func (b *bulking) admit(ctx context.Context) error {
	err := b.door.store.View(ctx, b.a.Tenant(), func(tx store.TenantTx) (err error) {
		if b.s, err = b.door.sightOf(ctx, tx, b.a, b.spec.Type, "", true); err != nil {
			return err
		}
		if _, ok := b.s.view.May(b.spec.Type, access.VerbChange); !ok || !b.a.InScope(bailiwick.ScopeWrite) {
			return errRefused()
		}
		return nil
	})
	if bailiwick.ErrorCode(err) == bailiwick.CodeDenied && b.s != nil {
		return b.s.refuse(ctx, bailiwick.RecordID{}, "bulk", nil, nil, errRefused())
	}
	if err != nil {
		return unavailable(err)
	}
	if n := len(b.spec.Fields); n < 1 || n > MaxBulkFields {
		return bailiwick.Malformed("A change of many records takes 1 to 20 fields.")
	}
	var wrong []bailiwick.FieldError
	for _, key := range slices.Sorted(maps.Keys(b.spec.Fields)) {
		if fp := b.s.lay.byKey[key]; fp == nil || fp.group != nil || fp.isGroup() || fp.f.Computed() {
			wrong = append(wrong, bailiwick.FieldError{Field: "fields", Rule: "unknown-field", Code: bailiwick.CodeInvalid, Message: "There is a field that there is not, or that cannot be changed for many records at once."})
		}
	}
	if wrong != nil {
		return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "The fields do not fit.", Fields: wrong}
	}
	return nil
}

// begin records the run.
func (b *bulking) begin(ctx context.Context) error {
	now := b.door.clock.Now()
	raw, err := bailiwick.NewID(now, b.door.rand)
	if err != nil {
		return err
	}
	id := bailiwick.ImportID{ID: raw}
	sealed, err := b.door.vault.Seal(ctx, sourceBlock(b.a.Tenant(), id), []byte(bulkKind))
	if err != nil {
		return err
	}
	b.run = importrun.Run{ID: id, TypeNo: b.s.lay.no, User: b.a.User(), Digest: []byte{0}, Source: sealed, State: string(ImportRunning),
		Started: now.UnixMicro(), Total: int64(len(b.ids)), Kind: bulkKind}
	b.out.ID, b.out.State = id, ImportRunning
	return b.door.store.Update(ctx, b.a.Tenant(), func(tx store.TenantTx) error {
		if err := importrun.Insert(ctx, tx, &b.run); err != nil {
			return err
		}
		return b.entry(ctx, tx, logformat.ImportStarted, b.run.Total)
	})
}

func (b *bulking) entry(ctx context.Context, tx store.TenantTx, kind logformat.Kind, count int64) error {
	e := b.s.entry(kind)
	e.Import, e.Count, e.Detail = logformat.ID(b.run.ID.ID), count, bulkKind
	e.Fields = slices.Sorted(maps.Keys(b.spec.Fields))
	_, err := b.door.ledger.Append(ctx, tx, e)
	return err
}

// transaction is Store.View or Store.Update.
type transaction func(ctx context.Context, t bailiwick.TenantID, f func(store.TenantTx) error) error

// pass judges all records, batch by batch, and writes them unless it is a
// rehearsal.
func (b *bulking) pass(ctx context.Context, in transaction, rehearsed bool) error {
	for start := 0; start < len(b.ids); start += importBatch {
		end := min(start+importBatch, len(b.ids))
		had := b.out
		err := in(ctx, b.a.Tenant(), func(tx store.TenantTx) error {
			b.out = had
			for i := start; i < end; i++ {
				if err := b.row(ctx, tx, i, rehearsed); err != nil {
					return err
				}
			}
			if rehearsed {
				return nil
			}
			return b.advance(ctx, tx, end)
		})
		if err != nil {
			b.out = had
			return err
		}
	}
	return nil
}

// advance stores how far the run is.
func (b *bulking) advance(ctx context.Context, tx store.TenantTx, done int) error {
	r := b.run
	r.Done, r.Changed, r.Skipped, r.Rejected = int64(done), int64(b.out.Changed), int64(b.out.Same), int64(b.out.Refused)
	if done == len(b.ids) {
		b.out.State = ImportDone
		r.State, r.Finished = string(ImportDone), b.door.clock.Now().UnixMicro()
		if err := b.entry(ctx, tx, logformat.ImportFinished, r.Changed); err != nil {
			return err
		}
	}
	return importrun.Update(ctx, tx, &r)
}

// row saves one record.
func (b *bulking) row(ctx context.Context, tx store.TenantTx, i int, rehearsed bool) error {
	row, err := record.ByID(ctx, tx, b.ids[i])
	if errors.Is(err, store.ErrNoRows) {
		b.refuse("", bailiwick.NotFound())
		return nil
	}
	if err != nil {
		return err
	}
	draft := &Draft{Type: b.spec.Type, ID: row.ID, Revision: row.Revision, Fields: maps.Clone(b.spec.Fields), Import: b.run.ID}
	w, err := b.door.writingIn(ctx, tx, b.a, draft, row.ID, rehearsed)
	if err == nil {
		w.kind = "changed"
		err = w.prepare(ctx)
	}
	if err != nil {
		return b.judged(w, err)
	}
	if !w.changed {
		b.out.Same++
		return nil
	}
	b.out.Changed++
	if rehearsed {
		if b.first == nil {
			b.first = w
		}
		return nil
	}
	if err := w.write(ctx); err != nil {
		return err
	}
	return importrun.AddRow(ctx, tx, b.run.ID, importrun.Row{No: int64(i + 1), RKey: w.rkey, Revision: w.next.revision, Kind: "changed"})
}

// judged tells a refusal from a failure. The reference is told only of a
// record that the actor may see.
func (b *bulking) judged(w *writing, err error) error {
	var e *bailiwick.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case bailiwick.CodeInvalid, bailiwick.CodeNotPopulatable, bailiwick.CodeUnknownCountry, bailiwick.CodeTooLarge,
		bailiwick.CodeDenied, bailiwick.CodeNotFound, bailiwick.CodeConflict, bailiwick.CodeBasis:
	default:
		return err
	}
	ref := ""
	if w != nil && w.row != nil {
		ref = w.ref(w.rkey)
	}
	b.refuse(ref, e)
	return nil
}

func (b *bulking) refuse(ref string, e *bailiwick.Error) {
	b.out.Refused++
	fields := e.Fields
	if len(fields) == 0 {
		fields = []bailiwick.FieldError{{Rule: string(e.Code), Code: e.Code, Message: e.Message}}
	}
	for _, f := range fields {
		if len(b.out.Errors) < importErrors {
			b.out.Errors = append(b.out.Errors[:len(b.out.Errors):len(b.out.Errors)], BulkError{ref, f})
		}
	}
}

// recordRefusals writes one entry for what the matrix refused.
func (b *bulking) recordRefusals(ctx context.Context) error {
	im := importing{door: b.door, a: b.a, s: b.s, run: b.run}
	for _, e := range b.out.Errors {
		im.errs = append(im.errs, RowError{Field: e.Field, Rule: e.Rule, Code: e.Code})
	}
	return im.recordRefusals(ctx)
}

// BulkRun returns a change of many records that the actor made, without errors.
// CodeNotFound for what is none, and for somebody else's.
func (d *Door) BulkRun(ctx context.Context, a bailiwick.Actor, id bailiwick.ImportID) (Bulk, error) {
	var out Bulk
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		run, err := d.ownRun(ctx, tx, a, id)
		if err != nil {
			return err
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		t := cfg.TypeByNo(run.TypeNo)
		if t == nil || run.Kind != bulkKind {
			return bailiwick.NotFound()
		}
		out = Bulk{ID: id, Type: t.Key, State: ImportState(run.State), Started: time.UnixMicro(run.Started).UTC(), Rows: int(run.Total),
			Changed: int(run.Changed), Same: int(run.Skipped), Refused: int(run.Rejected)}
		return nil
	})
	return out, unavailable(err)
}
