package custody

import (
	"context"
	"math/bits"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// entry begins an entry of the activity record about the sight's type.
func (s *sight) entry(kind logformat.Kind) logformat.Entry {
	e := ledger.By(s.a)
	e.Kind, e.Outcome = kind, logformat.Done
	e.Object.Type = s.lay.t.Key
	e.ConfigVersion = s.cfg.Version
	e.Level = access.LevelTenant
	return e
}

// pseudonyms names the persons of a record in an entry.
func (d *Door) pseudonyms(ctx context.Context, tenant bailiwick.TenantID, p *packed) ([]logformat.Pseudonym, error) {
	var out []logformat.Pseudonym
	for i, slot := range p.slots {
		if i == logformat.MaxSubjects {
			break
		}
		b, err := d.vault.Pseudonym(ctx, tenant, slot.subject)
		if bailiwick.ErrorCode(err) == vault.ErrShredded.Code {
			continue
		}
		if err != nil {
			return nil, unavailable(err)
		}
		out = append(out, logformat.Pseudonym(b))
	}
	return out, nil
}

// reading collects what a read is about to open, so that the entry can be
// written before the first block is decrypted.
type reading struct {
	rows       []readRow
	categories uint64
	forced     bool // an export is recorded whatever it opens
	recorded   bool // whether a category whose reading is always recorded is among them
	first      *packed
}

// add notes that categories of a record will be opened.
func (r *reading) add(s *sight, p *packed, categories uint64) {
	if categories == 0 && !r.forced {
		return
	}
	r.recorded = r.recorded || categories&s.lay.recorded != 0
	r.categories |= categories
	r.rows = append(r.rows, readRow{p.id, p.revision, categories})
	if r.first == nil {
		r.first = p
	}
}

// readRow is what will be opened of one record. Most reads need no entry, so
// the references are made only when one does.
type readRow struct {
	id         bailiwick.RecordID
	revision   int64
	categories uint64
}

// references are the leaves of the entry's root, one per record.
func (r *reading) references(s *sight) [][]byte {
	refs := make([][]byte, len(r.rows))
	names := make([]string, 0, 8)
	for i, row := range r.rows {
		names = names[:0]
		for set := row.categories; set != 0; set &= set - 1 {
			names = append(names, string(s.lay.cats[bits.TrailingZeros64(set)]))
		}
		refs[i] = logformat.Reference(logformat.ID(row.id.ID), row.revision, names)
	}
	return refs
}

// must reports whether the read needs an entry.
func (r *reading) must(s *sight) bool {
	if len(r.rows) == 0 {
		return false
	}
	if r.categories&s.lay.asks.categories != 0 && len(s.reasons)+len(s.approvals) > 0 {
		return true // seen for a reason or by an approval (R14.2)
	}
	return r.forced || r.recorded || s.cfg.Settings.LogOrdinaryReads || s.a.Kind() == bailiwick.Staff || s.a.Kind() == bailiwick.Job
}

// record writes the entry of a read, if it needs one, and returns when it is
// durable. The caller decrypts afterwards.
func (r *reading) record(ctx context.Context, s *sight, kind logformat.Kind) error {
	if !r.must(s) {
		return nil
	}
	e := s.entry(kind)
	for _, c := range s.cfg.Matrix.CategoriesOf(r.categories) {
		e.Categories = append(e.Categories, string(c))
	}
	e.Count, e.Root = int64(len(r.rows)), logformat.Root(r.references(s))
	if len(s.reasons) > 0 && r.categories&s.lay.asks.categories != 0 {
		e.Reference = s.reasons[len(s.reasons)-1].String()
	}
	if kind == logformat.RecordRead && r.first != nil {
		e.Object.Record, e.Revision = logformat.ID(r.first.id.ID), r.first.revision
		who, err := s.door.pseudonyms(ctx, s.a.Tenant(), r.first)
		if err != nil {
			return err
		}
		e.Subjects = who
	}
	return s.door.append(ctx, s.a, e)
}

// append writes one entry in a transaction of its own. A failure of the
// transaction is a failure of the evidence: what it was for must not happen.
func (d *Door) append(ctx context.Context, a bailiwick.Actor, e logformat.Entry) error {
	err := d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		_, err := d.ledger.Append(ctx, tx, e)
		return err
	})
	if err != nil && bailiwick.ErrorCode(err) != bailiwick.CodeEvidence {
		return &bailiwick.Error{Code: bailiwick.CodeEvidence, Message: "The activity record could not be written, so nothing was done.", Err: err}
	}
	return err
}

// refuse records a refusal and returns it, or the failure to record it.
func (s *sight) refuse(ctx context.Context, id bailiwick.RecordID, detail string, fields, rules []string, refusal *bailiwick.Error) error {
	e := s.entry(logformat.AccessRefused)
	e.Outcome, e.Reason, e.Detail = logformat.Refused, string(refusal.Code), detail
	e.Object.Record = logformat.ID(id.ID)
	e.Fields = fields[:min(len(fields), logformat.MaxFields)]
	e.Rules = rules[:min(len(rules), logformat.MaxRules)]
	if len(rules) > 0 && !slices.ContainsFunc(rules, func(r string) bool { return !strings.HasPrefix(r, "default:") }) {
		e.Level = access.LevelDefault
	}
	if err := s.door.append(ctx, s.a, e); err != nil {
		return err
	}
	return refusal
}

// errRefused is the one refusal of a verb.
func errRefused() *bailiwick.Error {
	return bailiwick.Denied("Your role does not allow this.")
}

// RefusedField is the one refusal of a filter, sort or group on a field that
// the viewer may see nowhere, that is masked, or that there is not (R14.7). A
// face that refuses a field by itself uses it too: other words would tell
// which of these it is.
func RefusedField() *bailiwick.Error {
	return bailiwick.Denied("This field cannot be used to filter, sort or group here. The API takes filters on fields that are not readable at rest by POST only, at the same address with /query.")
}

func errHidden() *bailiwick.Error { return RefusedField() }

// unavailable wraps a failure of the keys or the store: bailiwick errors keep
// their code.
func unavailable(err error) error {
	if err == nil || bailiwick.ErrorCode(err) != bailiwick.CodeInternal {
		return err
	}
	return &bailiwick.Error{Code: bailiwick.CodeInternal, Message: "Something failed on our side; nothing was changed.", Err: err}
}
