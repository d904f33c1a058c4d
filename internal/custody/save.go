package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/idempotency"
	"bailiwick/internal/store/record"
	"bailiwick/logformat"
)

// Save creates a record (Draft.ID zero) or changes one, and returns it as the
// writer may see it. All that is wrong is told at once.
//
// Errors: CodeInvalid, CodeNotPopulatable and CodeUnknownCountry with Fields;
// CodeDenied if the actor may not create or change the type; CodeNotFound for
// a record that is hidden, deleted or absent; CodeConflict if Draft.Revision
// is not the present one; CodeIdempotency if Draft.Key was used with another
// request; CodeEvidence if the act could not be recorded.
func (d *Door) Save(ctx context.Context, a bailiwick.Actor, draft Draft) (Record, error) {
	w, err := d.save(ctx, a, &draft)
	if err != nil {
		return Record{}, err
	}
	if a.InScope(bailiwick.ScopeRead) {
		out, err := d.Open(ctx, a, draft.Type, w.next.id, "")
		if bailiwick.ErrorCode(err) != bailiwick.CodeNotFound {
			return out, err
		}
	}
	// Who may write but not open learns the reference only.
	return Record{ID: w.next.id, Ref: w.ref(w.rkey), Type: w.lay.t, Revision: w.next.revision, Entity: w.next.entity}, nil
}

// save does the work of Save without rendering the result.
func (d *Door) save(ctx context.Context, a bailiwick.Actor, draft *Draft) (*writing, error) {
	w, err := d.rehearse(ctx, a, draft)
	if err != nil || w.repeated {
		return w, err
	}
	if err := w.checkUsers(ctx); err != nil {
		return nil, err
	}
	if w.row == nil && w.lay.t.Self {
		// Before the transaction, for the keystore is another database. A key
		// whose record is never committed harms nobody.
		if err := d.vault.CreateSubject(ctx, a.Tenant(), w.slots0()); err != nil {
			return nil, unavailable(err)
		}
	}
	id := w.next.id
	err = d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if w, err = d.writingIn(ctx, tx, a, draft, id, false); err != nil {
			return err
		}
		if err = w.repeat(ctx); err != nil || w.repeated {
			return err
		}
		if err = w.prepare(ctx); err != nil {
			return err
		}
		return w.write(ctx)
	})
	if err != nil {
		return nil, w.refusal(ctx, err)
	}
	return w, nil
}

// rehearse judges a save in a read-only transaction, so that the writer's turn
// is not taken up by what is refused anyway, and keys can be made before it.
func (d *Door) rehearse(ctx context.Context, a bailiwick.Actor, draft *Draft) (*writing, error) {
	id := draft.ID
	if id.IsZero() {
		fresh, err := bailiwick.NewID(d.clock.Now(), d.rand)
		if err != nil {
			return nil, unavailable(err)
		}
		id = bailiwick.RecordID{ID: fresh}
	}
	var w *writing
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) (err error) {
		if w, err = d.writingIn(ctx, tx, a, draft, id, true); err != nil {
			return err
		}
		if err = w.repeat(ctx); err != nil || w.repeated {
			return err
		}
		return w.prepare(ctx)
	})
	if err != nil {
		return nil, w.refusal(ctx, err)
	}
	return w, nil
}

// writing is one save on its way through one transaction.
type writing struct {
	*sight
	tx    store.TenantTx
	draft *Draft
	now   int64
	rkey  int64

	row   *record.Row // the present revision; nil for a create
	old   revealed    // the same, with the blocks opened that merging needs
	given map[string]schema.Value
	next  packed

	unit    bailiwick.UnitID // of the new revision
	storing storing          // where it would lie

	parts   map[partKey]*part
	newSets map[string]int64 // country sets that get a number in write
	moved   bool             // whether the record's own person changed country
	codes   string           // the country set of that person
	errs    []bailiwick.FieldError
	changed bool
	kind    string // of the revision, if it is not an ordinary save
	sealing bool   // whether blocks are sealed, or the save is rehearsed only

	repeated bool // an Idempotency-Key was used before: next names its record
	keyMac   []byte
	keyUser  []byte
	keyBody  []byte
}

// partKey names a block.
type partKey struct {
	slot     uint16
	category uint8
}

// part is the new clear content of a block.
type part struct {
	members []packedMember
	touched bool // a field that the writer may not see was written: never "unchanged"
}

func (d *Door) writingIn(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, draft *Draft, id bailiwick.RecordID, committed bool) (*writing, error) {
	s, err := d.sightOf(ctx, tx, a, draft.Type, "", committed)
	if err != nil {
		return nil, err
	}
	w := &writing{sight: s, tx: tx, draft: draft, now: d.clock.Now().UnixMicro(), sealing: !committed, parts: map[partKey]*part{}}
	w.next.id = id
	if w.storing, err = d.storingOf(ctx, a.Tenant(), s.cfg.Matrix); err != nil {
		return nil, err
	}
	if !a.InScope(bailiwick.ScopeWrite) && !(a.InScope(bailiwick.ScopeImport) && !draft.Import.IsZero()) {
		return w, errRefused()
	}
	return w, nil
}

// slots0 is the person that the record is.
func (w *writing) slots0() bailiwick.SubjectID { return bailiwick.SubjectID{ID: w.next.id.ID} }

// repeat looks whether the Idempotency-Key was used before, and with what.
func (w *writing) repeat(ctx context.Context) error {
	if w.draft.Key == "" || !w.draft.ID.IsZero() {
		return nil
	}
	var err error
	if w.keyUser, w.keyMac, w.keyBody, err = w.keyMacs(ctx); err != nil {
		return unavailable(err)
	}
	use, err := idempotency.Find(ctx, w.tx, w.keyUser, w.keyMac)
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if string(use.Request) != string(w.keyBody) {
		return &bailiwick.Error{Code: bailiwick.CodeIdempotency, Message: "The Idempotency-Key was used before with another request."}
	}
	row, err := record.ByID(ctx, w.tx, use.Record)
	if errors.Is(err, store.ErrNoRows) {
		return bailiwick.NotFound()
	}
	if err != nil {
		return err
	}
	w.repeated, w.rkey = true, row.RKey
	w.next.id, w.next.revision, w.next.owner, w.next.entity = row.ID, row.Revision, row.Owner, row.Entity
	return nil
}

// refusal records an error that is a rule's refusal, and leaves others alone.
func (w *writing) refusal(ctx context.Context, err error) error {
	var refused *bailiwick.Error
	if w == nil || w.sight == nil || !errors.As(err, &refused) {
		return unavailable(err)
	}
	if refused.Code != bailiwick.CodeDenied && refused.Code != bailiwick.CodeNotPopulatable {
		return err
	}
	var fields, rules []string
	for _, f := range refused.Fields {
		if f.Code == bailiwick.CodeNotPopulatable {
			fields, rules = append(fields, f.Field), append(rules, f.Rule)
		}
	}
	return w.refuse(ctx, w.draft.ID, "save", fields, rules, refused)
}

// saved begins the entry of the act.
func (w *writing) saved() logformat.Entry {
	e := w.entry(logformat.RecordChanged)
	if w.row == nil {
		e.Kind = logformat.RecordCreated
	}
	e.Object.Record, e.Revision = logformat.ID(w.next.id.ID), w.next.revision
	e.Import = logformat.ID(w.draft.Import.ID)
	for _, fp := range w.lay.fields {
		if _, ok := w.given[fp.f.Key]; ok && len(e.Fields) < logformat.MaxFields {
			e.Fields = append(e.Fields, fp.f.Key)
		}
	}
	return e
}
