package sqlite

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// cachedStatements bounds the prepared statements of a connection; one takes a
// few KiB.
const cachedStatements = 64

// statements are the prepared statements of one connection. Preparing costs
// more than running a point read does. A statement in use is not in the cache,
// so the same query nested in itself prepares a second one.
type statements struct {
	limit  int
	byText map[string]*list.Element
	recent *list.List // of *statement
}

type statement struct {
	text  string
	in    driver.Stmt
	exec  func(context.Context, []driver.NamedValue) (driver.Result, error)
	query func(context.Context, []driver.NamedValue) (driver.Rows, error)
}

// errDriver is returned if modernc's statements no longer take a context.
var errDriver = errors.New("sqlite: the driver's statement lacks an interface")

func newStatements(limit int) *statements {
	return &statements{limit: limit, byText: map[string]*list.Element{}, recent: list.New()}
}

// take returns a statement for the text, prepared if need be; nil if the text
// should not be kept because it is a script.
func (s *statements) take(ctx context.Context, c driver.ConnPrepareContext, text string) (*statement, error) {
	if e := s.byText[text]; e != nil {
		delete(s.byText, text)
		return s.recent.Remove(e).(*statement), nil
	}
	if strings.Contains(text, ";") {
		return nil, nil
	}
	in, err := c.PrepareContext(ctx, Numbered(text))
	if err != nil {
		return nil, err
	}
	e, can := in.(driver.StmtExecContext)
	q, also := in.(driver.StmtQueryContext)
	if !can || !also {
		return nil, errors.Join(errDriver, in.Close())
	}
	return &statement{text, in, e.ExecContext, q.QueryContext}, nil
}

// put keeps a statement for later.
func (s *statements) put(st *statement) {
	if s.byText == nil || s.byText[st.text] != nil {
		_ = st.in.Close()
		return
	}
	s.byText[st.text] = s.recent.PushFront(st)
	if s.recent.Len() > s.limit {
		old := s.recent.Remove(s.recent.Back()).(*statement)
		delete(s.byText, old.text)
		_ = old.in.Close()
	}
}

func (s *statements) close() {
	for e := s.recent.Front(); e != nil; e = e.Next() {
		_ = e.Value.(*statement).in.Close()
	}
	s.byText, s.recent = nil, list.New()
}
