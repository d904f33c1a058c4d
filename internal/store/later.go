package store

import "context"

// Later runs a statement of whose result only the failure matters. On
// PostgreSQL it waits for the next statement, or for the commit, and travels
// with it: a save of thirty statements costs a few round trips instead of
// thirty. Statements keep their order, so what comes after sees what it did.
//
// If it fails, the transaction is undone, and what reports it (a later
// statement or Update itself) returns failed(err); a nil failed returns err as
// it is. args must not be changed before the transaction ends.
func (t TenantTx) Later(ctx context.Context, failed func(error) error, q string, args ...any) error { // any: values of database/sql
	if failed == nil {
		failed = func(err error) error { return err }
	}
	_, err := t.t.exec(context.WithValue(ctx, laterKey{}, failed), q, args)
	if err != nil {
		return failed(err)
	}
	return nil
}

type laterKey struct{}

// IsLater reports whether the statement of a context came by Later, and how its
// failure is to be reported. Drivers ask; one that runs every statement at once
// need not.
func IsLater(ctx context.Context) (failed func(error) error, ok bool) {
	failed, ok = ctx.Value(laterKey{}).(func(error) error)
	return failed, ok
}
