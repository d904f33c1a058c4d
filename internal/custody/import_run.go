package custody

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/outbox"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// mac digests the source and its mapping, so that a run is resumed with the
// same ones only.
func (im *importing) mac(ctx context.Context) ([]byte, error) {
	var b []byte
	add := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	add(im.spec.Type)
	add(string(im.spec.Mode))
	add(im.spec.KeyField)
	for _, c := range im.columns {
		add(c.header)
		add(c.fp.f.Key)
	}
	for _, row := range im.spec.Rows {
		b = binary.AppendUvarint(b, uint64(len(row)))
		for _, cell := range row {
			add(cell)
		}
	}
	return im.door.vault.Mac(ctx, im.a.Tenant(), "import", b)
}

// rehearse judges every row and writes none.
func (im *importing) rehearse(ctx context.Context) (Import, error) {
	now := im.door.clock.Now()
	im.run = importrun.Run{TypeNo: im.s.lay.no, User: im.a.User(), State: string(ImportDone), Total: int64(len(im.spec.Rows)),
		Started: now.UnixMicro(), Finished: now.UnixMicro()}
	for start := 0; start < len(im.spec.Rows); start += importBatch {
		im.askUsers(ctx, start+1, min(start+importBatch, len(im.spec.Rows)))
		had, counts, present, back := len(im.errs), im.run, im.present, im.back
		err := im.door.store.View(ctx, im.a.Tenant(), func(tx store.TenantTx) error {
			im.errs, im.run, im.present, im.back = im.errs[:had], counts, present, back
			for no := start + 1; no <= min(start+importBatch, len(im.spec.Rows)); no++ {
				if err := im.judgeRow(ctx, tx, no); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return Import{}, unavailable(err)
		}
	}
	return im.result(), im.recordRefusals(ctx)
}

// judgeRow rehearses the save of one row.
func (im *importing) judgeRow(ctx context.Context, tx store.TenantTx, no int) error {
	w, err := im.attempt(ctx, tx, no, bailiwick.RecordID{ID: bailiwick.ID{15: 1}}, true)
	switch {
	case err != nil:
		return err
	case len(im.wrong) > 0:
		im.run.Rejected++
	case w == nil || w.row != nil && !w.changed:
		im.run.Skipped++
	case w.row == nil:
		im.run.Created++
	default:
		im.run.Changed++
	}
	return nil
}

// recordRefusals writes one entry for the rows that the matrix refused.
func (im *importing) recordRefusals(ctx context.Context) error {
	var fields, rules []string
	n := int64(0)
	for _, e := range im.errs {
		if e.Code != bailiwick.CodeNotPopulatable {
			continue
		}
		n++
		if !slices.Contains(fields, e.Field) {
			fields = append(fields, e.Field)
		}
		if !slices.Contains(rules, e.Rule) {
			rules = append(rules, e.Rule)
		}
	}
	if n == 0 {
		return nil
	}
	e := im.s.entry(logformat.AccessRefused)
	e.Outcome, e.Reason, e.Detail = logformat.Refused, string(bailiwick.CodeNotPopulatable), "import"
	e.Count, e.Import = n, logformat.ID(im.run.ID.ID)
	e.Fields, e.Rules = fields[:min(len(fields), logformat.MaxFields)], rules[:min(len(rules), logformat.MaxRules)]
	return im.door.append(ctx, im.a, e)
}

// begin starts a run, or takes up the one that the spec names.
func (im *importing) begin(ctx context.Context) error {
	id := im.spec.ID
	fresh := id.IsZero()
	now := im.door.clock.Now()
	if fresh {
		raw, err := bailiwick.NewID(now, im.door.rand)
		if err != nil {
			return unavailable(err)
		}
		id.ID = raw
	}
	sealed, err := im.door.vault.Seal(ctx, sourceBlock(im.a.Tenant(), id), []byte(im.spec.Source))
	if err != nil {
		return unavailable(err)
	}
	err = im.door.store.Update(ctx, im.a.Tenant(), func(tx store.TenantTx) error {
		if !fresh {
			return im.resume(ctx, tx, id)
		}
		im.run = importrun.Run{
			ID: id, TypeNo: im.s.lay.no, User: im.a.User(), Digest: im.digest, Source: sealed, State: string(ImportRunning),
			Started: now.UnixMicro(), Total: int64(len(im.spec.Rows)),
		}
		if err := importrun.Insert(ctx, tx, &im.run); err != nil {
			return err
		}
		return im.entry(ctx, tx, logformat.ImportStarted, im.run.Total)
	})
	return unavailable(err)
}

// resume takes up an interrupted run.
func (im *importing) resume(ctx context.Context, tx store.TenantTx, id bailiwick.ImportID) error {
	run, err := importrun.Get(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) {
		return bailiwick.NotFound()
	}
	if err != nil {
		return err
	}
	if run.User != im.a.User() || run.State != string(ImportRunning) || !hmac.Equal(run.Digest, im.digest) {
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "This import cannot go on: it is finished, somebody else's, or its source has changed."}
	}
	im.run = *run
	return nil
}

// sourceBlock is where the name of an import's source is sealed: content of
// the tenant about no one.
func sourceBlock(t bailiwick.TenantID, id bailiwick.ImportID) vault.Block {
	return vault.Block{Tenant: t, Record: bailiwick.RecordID(id), Category: sourceCategory, Slot: contentSlot}
}

const sourceCategory bailiwick.Category = "business"

func (im *importing) entry(ctx context.Context, tx store.TenantTx, kind logformat.Kind, count int64) error {
	e := im.s.entry(kind)
	e.Import, e.Count = logformat.ID(im.run.ID.ID), count
	_, err := im.door.ledger.Append(ctx, tx, e)
	return err
}

// batch writes the next rows in one transaction, and with them how far the run
// is: a row is written once, however often the run is interrupted.
func (im *importing) batch(ctx context.Context) error {
	start := int(im.run.Done)
	end := min(start+importBatch, len(im.spec.Rows))
	ids := make([]bailiwick.RecordID, end-start)
	persons := make([]bailiwick.SubjectID, end-start)
	for i := range ids {
		id, err := bailiwick.NewID(im.door.clock.Now(), im.door.rand)
		if err != nil {
			return err
		}
		ids[i].ID, persons[i].ID = id, id
	}
	if im.s.lay.t.Self {
		if err := im.door.vault.CreateSubjects(ctx, im.a.Tenant(), persons); err != nil {
			return err
		}
	}
	im.askUsers(ctx, start+1, end)
	had, known := len(im.errs), []learned(nil)
	var run importrun.Run
	err := im.door.store.Update(ctx, im.a.Tenant(), func(tx store.TenantTx) error {
		im.errs, known, im.back = im.errs[:had], nil, im.rejects()
		now, err := importrun.Get(ctx, tx, im.run.ID)
		if err != nil {
			return err
		}
		run = *now
		if run.Done != int64(start) || run.State != string(ImportRunning) {
			return nil // another call took the run further
		}
		for no := start + 1; no <= end; no++ {
			l, err := im.writeRow(ctx, tx, no, ids[no-start-1], &run)
			if err != nil {
				return err
			}
			if l != nil {
				known = append(known, *l)
			}
		}
		if err := im.keepRejects(ctx, tx, start+1); err != nil {
			return err
		}
		return im.advance(ctx, tx, &run, end)
	})
	if err != nil {
		return err
	}
	im.run = run
	for _, l := range known {
		im.learn(l.value, l.id)
	}
	if im.run.State == string(ImportDone) {
		return im.recordRefusals(ctx)
	}
	return nil
}

// advance stores how far the run is, and ends it after the last row.
func (im *importing) advance(ctx context.Context, tx store.TenantTx, run *importrun.Run, done int) error {
	run.Done = int64(done)
	if done == len(im.spec.Rows) {
		run.State, run.Finished = string(ImportDone), im.door.clock.Now().UnixMicro()
		if err := im.entry(ctx, tx, logformat.ImportFinished, run.Created+run.Changed); err != nil {
			return err
		}
		told := outbox.Notice{Kind: outbox.ImportDone, To: []bailiwick.UserID{im.a.User()}, Path: "/imports", At: im.door.clock.Now()}
		if err := outbox.Post(ctx, tx, told); err != nil {
			return err
		}
	}
	return importrun.Update(ctx, tx, run)
}

// learned is a key that a batch wrote.
type learned struct {
	value []byte
	id    bailiwick.RecordID
}

// writeRow saves one row.
func (im *importing) writeRow(ctx context.Context, tx store.TenantTx, no int, id bailiwick.RecordID, run *importrun.Run) (*learned, error) {
	w, err := im.attempt(ctx, tx, no, id, false)
	switch {
	case err != nil: // nothing of the row is written yet
		return nil, err
	case len(im.wrong) > 0:
		run.Rejected++
		return nil, nil
	case w == nil:
		run.Skipped++
		return nil, nil
	}
	if err := w.write(ctx); err != nil {
		return nil, err
	}
	created := w.row == nil
	if !created && !w.changed {
		run.Skipped++
		return nil, nil
	}
	r := importrun.Row{No: int64(no), RKey: w.rkey, Revision: w.next.revision, Kind: "changed"}
	if created {
		r.Kind = "created"
		run.Created++
	} else {
		run.Changed++
	}
	if err := importrun.AddRow(ctx, tx, run.ID, r); err != nil {
		return nil, err
	}
	if created && im.key != nil {
		return &learned{value: w.given[im.key.f.Key], id: w.next.id}, nil
	}
	return nil, nil
}

// importsType reports whether a viewer who may import may import a type.
func importsType(v *access.View, typ string) bool {
	_, creates := v.May(typ, access.VerbCreate)
	return creates
}
