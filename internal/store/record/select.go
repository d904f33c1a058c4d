package record

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/store"
)

// Everyone, as a set of country sets, means all of them.
var Everyone []int64

// Select chooses records of one type. What it does not name it does not
// restrict, save that CSets must be set whenever some rows are hidden.
type Select struct {
	TypeNo int64
	State  int64
	// CSets are the country sets that may be seen; nil = Everyone, empty = none.
	CSets  []int64
	Of     []EntityRows // and within one of these, unless nil
	Reach  []Reach      // rows within every one of these
	Import bailiwick.ImportID
	All    []Condition // every one must hold
	// After and Before bound the row key, both exclusive; 0 = open.
	After, Before int64
}

// Condition holds for a row for which one of its tests holds.
type Condition []Test

// Test is one look into the index rows of a field.
type Test struct {
	Kind   TestKind
	Field  int64
	CSets  []int64      // rows of these country sets only; nil = Everyone
	Of     []EntityRows // and within one of these, unless nil
	Ints   []int64      // one of these numbers; or a range [Lo, Hi] if Range is set
	Lo, Hi int64        // inclusive
	Texts  []string     // one of these texts
	Term   []byte
	Not    bool // the row must not be found in the index, but be of CSets
}

// TestKind says which index a test looks into.
type TestKind uint8

// The kinds of tests.
const (
	InInts   TestKind = iota // one of Ints
	InRange                  // Lo to Hi
	InTexts                  // one of Texts
	HasTerm                  // the token Term
	HasInt                   // any number
	HasText                  // any text
	Linked                   // a reference to the record whose id is Term
	Involves                 // a reference to the person whose id is Term
	OfCSets                  // no index: the row is of CSets
)

// The pieces that selections are put together from. They are no statements;
// the test of this package prepares every combination on both engines.
const (
	partFrom     = ` FROM records r WHERE r.rkey > `
	partInts     = `r.rkey IN (SELECT i.rkey FROM record_ints i WHERE i.field = `
	partTexts    = `r.rkey IN (SELECT i.rkey FROM record_texts i WHERE i.field = `
	partTerms    = `r.rkey IN (SELECT i.rkey FROM record_terms i WHERE i.field = `
	partLinks    = `r.rkey IN (SELECT i.rkey FROM record_links i WHERE i.field = `
	partSubjects = `r.rkey IN (SELECT i.rkey FROM record_subjects i WHERE i.field = `
)

// statement is a query being put together.
type statement struct {
	text strings.Builder
	args []any // arguments of database/sql
	// byKey keeps the planner on the primary key, in whose order a page is
	// read: through the index of states and country sets it would sort every
	// row of the type. A unary plus is no index expression on either engine.
	byKey string
}

func (s *statement) add(parts ...string) {
	for _, p := range parts {
		s.text.WriteString(p)
	}
}

// arg adds an argument and its placeholder.
func (s *statement) arg(v any) { // v: an argument of database/sql
	s.args = append(s.args, v)
	s.text.WriteByte('$')
	s.text.WriteString(strconv.Itoa(len(s.args)))
}

// list adds "(a, b, ...)", filled up to a power of two by repeating the last,
// so that there are few different texts to prepare.
func list[T any](s *statement, vs []T) {
	n := 1
	for n < len(vs) {
		n *= 2
	}
	s.add("(")
	for i := range n {
		if i > 0 {
			s.add(", ")
		}
		s.arg(vs[min(i, len(vs)-1)])
	}
	s.add(")")
}

// csets adds the restriction to country sets.
func (s *statement) csets(sets []int64) {
	switch {
	case sets == nil:
		s.add("1 = 1")
	case len(sets) == 0:
		s.add("1 = 0")
	default:
		s.add(s.byKey, "r.cset IN ")
		list(s, sets)
	}
}

func (s *statement) where(q *Select) {
	lo, hi := Key(q.TypeNo, 0), Key(q.TypeNo+1, 0)
	s.add(partFrom)
	s.arg(max(lo, q.After))
	s.add(" AND r.rkey < ")
	if q.Before != 0 {
		hi = min(hi, q.Before)
	}
	s.arg(hi)
	s.add(" AND ", s.byKey, "r.state = ")
	s.arg(q.State)
	if q.CSets != nil {
		s.add(" AND ")
		s.csets(q.CSets)
	}
	if q.Of != nil {
		s.add(" AND ")
		s.entities(q.Of)
	}
	for i := range q.Reach {
		s.add(" AND ")
		s.reach(&q.Reach[i])
	}
	if !q.Import.IsZero() {
		s.add(" AND r.import_id = ")
		s.arg(q.Import)
	}
	for _, c := range q.All {
		s.add(" AND (")
		for i, t := range c {
			if i > 0 {
				s.add(" OR ")
			}
			s.test(t)
		}
		if len(c) == 0 {
			s.add("1 = 0")
		}
		s.add(")")
	}
}

func (s *statement) test(t Test) {
	s.add("(")
	s.csets(t.CSets)
	if t.Of != nil {
		s.add(" AND ")
		s.entities(t.Of)
	}
	if t.Kind == OfCSets {
		s.add(")")
		return
	}
	s.add(" AND ")
	if t.Not {
		s.add("NOT ")
	}
	switch t.Kind {
	case InInts, InRange, HasInt:
		s.add(partInts)
	case InTexts, HasText:
		s.add(partTexts)
	case HasTerm:
		s.add(partTerms)
	case Linked:
		s.add(partLinks)
	case Involves:
		s.add(partSubjects)
	}
	s.arg(t.Field)
	switch t.Kind {
	case InInts:
		s.add(" AND i.v IN ")
		list(s, t.Ints)
	case InTexts:
		s.add(" AND i.v IN ")
		list(s, t.Texts)
	case InRange:
		s.add(" AND i.v >= ")
		s.arg(t.Lo)
		s.add(" AND i.v <= ")
		s.arg(t.Hi)
	case HasTerm:
		s.add(" AND i.term = ")
		s.arg(t.Term)
	case Linked:
		s.add(" AND i.target = ")
		s.arg(t.Term)
	case Involves:
		s.add(" AND i.subject_id = ")
		s.arg(t.Term)
	}
	s.add("))")
}

// Packed is what a list reads of a record.
type Packed struct {
	RKey  int64
	Bytes []byte
}

// Rows returns at most limit packed rows in the order of their keys, or
// newest first. It appends to dst.
func Rows(ctx context.Context, tx store.TenantTx, q *Select, newest bool, limit int, dst []Packed) ([]Packed, error) {
	s := statement{byKey: "+"}
	s.add("SELECT r.rkey, r.packed")
	s.where(q)
	s.add(" ORDER BY r.rkey")
	if newest {
		s.add(" DESC")
	}
	s.add(" LIMIT ")
	s.arg(int64(limit))
	rows, err := tx.Query(ctx, s.text.String(), s.args...)
	if err != nil {
		return dst, err
	}
	defer rows.Close()
	var memory []byte // of many rows, so that a list does not allocate for each
	var raw sql.RawBytes
	var p Packed
	dest := []any{&p.RKey, &raw} // pointers for Scan
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return dst, err
		}
		if cap(memory)-len(memory) < len(raw) {
			memory = make([]byte, 0, max(len(raw), min(limit, rowsOfChunk)*(len(raw)+len(raw)/4)))
		}
		from := len(memory)
		memory = append(memory, raw...)
		p.Bytes = memory[from:len(memory):len(memory)]
		dst = append(dst, p)
	}
	return dst, rows.Err()
}

// rowsOfChunk is for about how many rows memory is taken at once.
const rowsOfChunk = 128

// Count returns how many records a selection holds; its bounds on the row key
// count too.
func Count(ctx context.Context, tx store.TenantTx, q *Select) (int64, error) {
	var s statement
	s.add("SELECT count(*)")
	s.where(q)
	var n int64
	err := tx.QueryRow(ctx, s.text.String(), s.args...).Scan(&n)
	return n, err
}
