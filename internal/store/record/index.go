package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// FieldKey is how index rows name a field.
func FieldKey(typeNo int64, fieldNo uint16) int64 { return typeNo<<16 | int64(fieldNo) }

const (
	qAddInt    = `INSERT INTO record_ints (field, v, rkey) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, field, v, rkey) DO NOTHING`
	qDropInt   = `DELETE FROM record_ints WHERE field = $1 AND v = $2 AND rkey = $3`
	qAddText   = `INSERT INTO record_texts (field, v, rkey) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, field, v, rkey) DO NOTHING`
	qDropText  = `DELETE FROM record_texts WHERE field = $1 AND v = $2 AND rkey = $3`
	qDropTerms = `DELETE FROM record_terms WHERE rkey = $1 AND field = $2`
	qAddLink   = `INSERT INTO record_links (rkey, field, target) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, rkey, field, target) DO NOTHING`
	qDropLinks = `DELETE FROM record_links WHERE rkey = $1 AND field = $2`
)

// AddInt indexes a number of a clear field.
func AddInt(ctx context.Context, tx store.TenantTx, field, v, rkey int64) error {
	return tx.Later(ctx, nil, qAddInt, field, v, rkey)
}

// DropInt takes back what AddInt did.
func DropInt(ctx context.Context, tx store.TenantTx, field, v, rkey int64) error {
	return tx.Later(ctx, nil, qDropInt, field, v, rkey)
}

// AddText indexes a text of a clear field.
func AddText(ctx context.Context, tx store.TenantTx, field int64, v string, rkey int64) error {
	return tx.Later(ctx, nil, qAddText, field, v, rkey)
}

// DropText takes back what AddText did.
func DropText(ctx context.Context, tx store.TenantTx, field int64, v string, rkey int64) error {
	return tx.Later(ctx, nil, qDropText, field, v, rkey)
}

// termBatch is how many tokens one statement takes.
const termBatch = 64

// AddTerms indexes blind tokens of a field: a name has a dozen, so they go in
// few statements.
func AddTerms(ctx context.Context, tx store.TenantTx, field int64, terms [][]byte, rkey int64) error {
	for len(terms) > 0 {
		n := min(len(terms), termBatch)
		var s statement
		s.add("INSERT INTO record_terms (field, term, rkey) VALUES ")
		s.terms(field, terms[:n], rkey)
		s.add(" ON CONFLICT (tenant_id, field, term, rkey) DO NOTHING")
		terms = terms[n:]
		if _, err := tx.Exec(ctx, s.text.String(), s.args...); err != nil {
			return err
		}
	}
	return nil
}

// terms adds "(field, term, rkey), ...", filled up to a power of two by
// repeating the last, so that there are few different texts to prepare.
func (s *statement) terms(field int64, terms [][]byte, rkey int64) {
	n := 1
	for n < len(terms) {
		n *= 2
	}
	for i := range n {
		if i > 0 {
			s.add(", ")
		}
		s.add("(")
		s.arg(field)
		s.add(", ")
		s.arg(terms[min(i, len(terms)-1)])
		s.add(", ")
		s.arg(rkey)
		s.add(")")
	}
}

// DropTerms removes every token of a record's field.
func DropTerms(ctx context.Context, tx store.TenantTx, field, rkey int64) error {
	return tx.Later(ctx, nil, qDropTerms, rkey, field)
}

// SetLinks replaces the record references of a field.
func SetLinks(ctx context.Context, tx store.TenantTx, rkey, field int64, targets []bailiwick.ID) error {
	if err := tx.Later(ctx, nil, qDropLinks, rkey, field); err != nil {
		return err
	}
	for _, t := range targets {
		if err := tx.Later(ctx, nil, qAddLink, rkey, field, t); err != nil {
			return err
		}
	}
	return nil
}
