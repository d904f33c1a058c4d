package custody

import (
	"context"
	"maps"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/consent"
	"bailiwick/logformat"
)

// agreed is what the persons of the record in hand have consented to, by the
// number of their country set. Where several persons of a record share a set,
// it is what all of them have consented to: nobody is shown for the consent of
// somebody else.
type agreed map[int64]uint64

// of gives a subject of a country set the consents.
func (g agreed) of(cset int64, who access.Subject) access.Subject {
	if set := g[cset]; set != 0 {
		return who.WithConsents(set)
	}
	return who
}

// consent reads the consents that stand. Where no rule asks for one nothing is
// read.
func (s *sight) consent(ctx context.Context, tx store.TenantTx) error {
	if !s.lay.asks.consent {
		return nil
	}
	s.consents = make(map[bailiwick.SubjectID]uint64)
	return consent.AllStanding(ctx, tx, func(who bailiwick.SubjectID, category string) {
		s.consents[who] |= s.cfg.Matrix.CategorySet(bailiwick.Category(category))
	})
}

// enterRecord takes a record in hand: its legal entity and the consents of its
// persons. What judges a record that was not entered judges without consents.
func (s *sight) enterRecord(p *packed) {
	s.enterEntity(p.entity)
	if len(s.consents) == 0 {
		return
	}
	var now agreed
	seen := map[int64]bool{}
	for i := range p.slots {
		slot := &p.slots[i]
		set := s.consents[slot.subject]
		if seen[slot.cset] {
			set &= now[slot.cset]
		}
		seen[slot.cset] = true
		if set != 0 && now == nil {
			now = agreed{}
		}
		if now != nil {
			now[slot.cset] = set
		}
	}
	s.agree(now)
}

// agree sets what the persons in hand have consented to. What the sight knows
// of the matrix is for that, so it is forgotten where that changes.
func (s *sight) agree(now agreed) {
	if maps.Equal(s.agreed, now) {
		return
	}
	s.agreed = now
	s.agreeing++
	s.grants, s.verdicts, s.at.planes = [3][]grant{}, [3][][]verdict{}, nil
}

// Consent is one consent of a person.
type Consent struct {
	Category  bailiwick.Category
	Given     time.Time
	Withdrawn time.Time // zero = it stands
	User      bailiwick.UserID
	Reference string // of the text that the person agreed to
}

// consentNote is what is sealed.
type consentNote struct {
	Reference string `json:"reference"`
}

const maxConsents = 200

// Consents lists the consents of the person of a record, newest first, at most
// 200. Who may change the record, or holds PermPrivacy and sees it, may look.
// CodeNotFound also for records that are about no one.
func (d *Door) Consents(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID) ([]Consent, error) {
	var out []Consent
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		out = nil
		_, who, err := d.consenting(ctx, tx, a, typ, id, true)
		if err != nil {
			return err
		}
		rows, err := consent.OfSubject(ctx, tx, who, maxConsents)
		if err != nil {
			return err
		}
		for _, r := range rows {
			var note consentNote
			if err := d.openNote(ctx, tx.Tenant(), r.ID, r.Sealed, &note); err != nil {
				return err
			}
			c := Consent{Category: bailiwick.Category(r.Category), Given: time.UnixMicro(r.Given).UTC(), User: r.User, Reference: note.Reference}
			if r.Withdrawn != 0 {
				c.Withdrawn = time.UnixMicro(r.Withdrawn).UTC()
			}
			out = append(out, c)
		}
		return nil
	})
	return out, unavailable(err)
}

// consenting finds the person of a record and judges who asks.
func (d *Door) consenting(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, typ string, id bailiwick.RecordID, committed bool) (*sight, bailiwick.SubjectID, error) {
	var who bailiwick.SubjectID
	if a.Kind() != bailiwick.User || a.User().IsZero() {
		return nil, who, bailiwick.NotFound()
	}
	s, err := d.sightOf(ctx, tx, a, typ, "", committed)
	if err != nil {
		return nil, who, err
	}
	row, err := s.find(ctx, tx, id)
	if err != nil {
		return nil, who, err
	}
	var p packed
	if err := p.decode(row.Packed); err != nil {
		return nil, who, unavailable(err)
	}
	slot := p.slotOf(0)
	if slot == nil || !s.lay.t.Self {
		return nil, who, bailiwick.NotFound()
	}
	if !s.may(access.VerbChange, row) && !s.view.Has(access.PermPrivacy) {
		return nil, who, errRefused()
	}
	return s, slot.subject, nil
}

// RecordConsent records that the person of a record has consented to a
// category and those below it: it meets rules that ask for consent from the
// next request on. The reference, 1 to 200 characters, is sealed. CodeInvalid
// with Fields; otherwise as Consents; CodeEvidence.
func (d *Door) RecordConsent(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, category bailiwick.Category, given time.Time, reference string) error {
	if !a.InScope(bailiwick.ScopeWrite) {
		return errRefused()
	}
	wrong := checkText("reference", reference, true, maxNoteLine)
	if given.IsZero() || given.After(d.clock.Now()) {
		wrong = append(wrong, bailiwick.FieldError{Field: "given", Rule: "range", Code: bailiwick.CodeInvalid, Message: "The day is missing or still to come."})
	}
	note, sealed, err := d.sealNote(ctx, a.Tenant(), consentNote{Reference: reference})
	if err != nil {
		return err
	}
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		s, who, err := d.consenting(ctx, tx, a, typ, id, false)
		if err != nil {
			return err
		}
		bad := wrong
		if n := s.cfg.Matrix.CategoryNo(category); n < 0 || !s.cfg.Matrix.Categories()[n].OfSubject {
			bad = append(bad, bailiwick.FieldError{Field: "category", Rule: "option", Code: bailiwick.CodeInvalid, Message: "There is no such category of data about people."})
		}
		if bad != nil {
			return invalidNote(bad)
		}
		err = consent.Insert(ctx, tx, consent.Consent{ID: note, Subject: who, Category: string(category), Given: given.UnixMicro(), User: a.User(), Sealed: sealed})
		if err != nil {
			return err
		}
		_, err = d.ledger.Append(ctx, tx, noteEntry(a, s.cfg, logformat.ConsentRecorded, typ, id.ID, category))
		return err
	}))
}

// WithdrawConsent ends every consent of the person of a record to a category:
// from the next request on the rules that ask for one withhold it again.
// CodeNotFound if none stands; otherwise as RecordConsent.
func (d *Door) WithdrawConsent(ctx context.Context, a bailiwick.Actor, typ string, id bailiwick.RecordID, category bailiwick.Category) error {
	if !a.InScope(bailiwick.ScopeWrite) {
		return errRefused()
	}
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		s, who, err := d.consenting(ctx, tx, a, typ, id, false)
		if err != nil {
			return err
		}
		n, err := consent.Withdraw(ctx, tx, who, string(category), d.clock.Now().UnixMicro(), a.User())
		if err != nil {
			return err
		}
		if n == 0 {
			return bailiwick.NotFound()
		}
		e := noteEntry(a, s.cfg, logformat.ConsentWithdrawn, typ, id.ID, category)
		e.Count = n
		_, err = d.ledger.Append(ctx, tx, e)
		return err
	}))
}
