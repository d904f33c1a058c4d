package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"bailiwick/internal/store"
)

// groupLimit bounds how many functions share a commit.
const groupLimit = 128

// errTurn is what a group member's result is while its function has not
// finished: it stays if the function panics or ends its goroutine.
var errTurn = errors.New("sqlite: the function did not return")

// errBroken fails the members of a group whose transaction the engine rolled
// back on its own, for instance because the disk is full. Running them again
// is safe.
var errBroken = &store.Failure{Kind: store.Conflict, Code: "sqlite group"}

// writer runs the functions of one file's Update. One goroutine owns the
// transaction. It lends it to one waiting caller after the other, each within a
// savepoint of its own, and commits when nobody waits any more: everyone who
// came while the disk was busy shares the next wait for it.
//
// Functions run on the goroutines of their callers, so a panic or a Goexit
// stays where it belongs.
type writer struct {
	db    *sql.DB
	queue chan *turn
	stop  chan struct{} // closed by close
	ended chan struct{} // closed when the goroutine has ended
	once  sync.Once

	groups atomic.Int64 // committed, for tests
}

// turn is one caller's place in the queue.
type turn struct {
	lend   chan *sql.Tx // receives the transaction when it is the caller's turn
	give   chan error   // returns it, with the function's result
	commit chan error   // receives the result of the commit
	state  sync.Mutex
	gone   bool // the caller gave up before its turn
	taken  bool
}

func startWriter(ctx context.Context, db *sql.DB) *writer {
	w := &writer{db: db, queue: make(chan *turn, groupLimit), stop: make(chan struct{}), ended: make(chan struct{})}
	go w.run(context.WithoutCancel(ctx))
	return w
}

// do runs f and returns when its effect is durable.
func (w *writer) do(ctx context.Context, f func(store.Conn) error) error {
	t := &turn{lend: make(chan *sql.Tx, 1), give: make(chan error, 1), commit: make(chan error, 1)}
	select {
	case <-w.stop:
		return store.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.ended:
		return store.ErrClosed
	}
	var tx *sql.Tx
	select {
	case tx = <-t.lend:
	case err := <-t.commit: // the transaction could not begin
		return err
	case <-w.ended:
		return store.ErrClosed
	case <-ctx.Done():
		if t.leave() {
			return ctx.Err()
		}
		select { // the turn came at the same moment
		case tx = <-t.lend:
		case err := <-t.commit:
			return err
		}
	}
	if err := t.use(ctx, tx, f); err != nil {
		return err
	}
	return <-t.commit
}

// use runs f with the lent transaction and gives it back, whatever f does.
func (t *turn) use(ctx context.Context, tx *sql.Tx, f func(store.Conn) error) error {
	err := errTurn
	defer func() { t.give <- err }()
	if err = ctx.Err(); err == nil {
		err = errTurn
		err = f(tx)
	}
	if err == nil {
		err = ctx.Err() // what came too late to be done is not done
	}
	return err
}

// leave gives up the place; false if the turn has come already.
func (t *turn) leave() bool {
	t.state.Lock()
	defer t.state.Unlock()
	t.gone = !t.taken
	return t.gone
}

// come marks the turn as come; false if the caller has left.
func (t *turn) come() bool {
	t.state.Lock()
	defer t.state.Unlock()
	t.taken = !t.gone
	return t.taken
}

func (w *writer) run(ctx context.Context) {
	defer close(w.ended)
	for {
		select {
		case t := <-w.queue:
			w.group(ctx, t)
		case <-w.stop:
			return
		}
	}
}

// group runs one transaction, beginning with t.
func (w *writer) group(ctx context.Context, t *turn) {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		if t.come() {
			t.commit <- closedError(err)
		}
		return
	}
	var members []*turn
	for n := 0; t != nil; n++ {
		if t.come() {
			ok, err := w.turn(ctx, tx, t)
			if err != nil {
				_ = tx.Rollback()
				settle(append(members, ok...), errBroken)
				return
			}
			members = append(members, ok...)
		}
		if t = nil; n < groupLimit {
			t = w.next()
		}
	}
	if len(members) == 0 {
		_ = tx.Rollback()
		return
	}
	err = tx.Commit()
	w.groups.Add(1)
	settle(members, err)
}

// next returns who waits, nil if nobody does. It lets others run once, because
// those whom the last commit released are usually about to come back.
func (w *writer) next() *turn {
	for range 2 {
		select {
		case t := <-w.queue:
			return t
		default:
			runtime.Gosched()
		}
	}
	return nil
}

// turn lends the transaction to one caller. It returns the caller if its work
// is to be committed or has to be run again, and an error if the transaction is
// lost.
func (w *writer) turn(ctx context.Context, tx *sql.Tx, t *turn) ([]*turn, error) {
	if _, err := tx.ExecContext(ctx, qSavepoint); err != nil {
		return []*turn{t}, err
	}
	t.lend <- tx
	failed := <-t.give
	if failed == nil {
		_, err := tx.ExecContext(ctx, qRelease)
		if err == nil {
			return []*turn{t}, nil
		}
		// The function ignored a failure of one of its statements.
		if lost := undo(ctx, tx); lost != nil {
			return []*turn{t}, lost
		}
		t.commit <- err
		return nil, nil
	}
	return nil, undo(ctx, tx)
}

// undo rolls back the work of one turn.
func undo(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, qUndo); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, qRelease)
	return err
}

func settle(members []*turn, err error) {
	for _, m := range members {
		m.commit <- err
	}
}

// close lets the running group finish and refuses what comes later.
func (w *writer) close() error {
	w.once.Do(func() { close(w.stop) })
	<-w.ended
	return w.db.Close()
}
