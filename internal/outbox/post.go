package outbox

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/inbox"
	"bailiwick/internal/store/message"
	people "bailiwick/internal/store/user"
)

// Limits of what is told.
const (
	MaxTo      = 200                 // addressees of one notice; the first are told
	MaxInbox   = 500                 // lines of one user; older ones go
	MaxWaiting = 100                 // mails that wait for one user; further ones are not written
	MaxPath    = 300                 // bytes
	Kept       = 90 * 24 * time.Hour // how long a line is kept
)

// Notice is what is told to one or more users. It holds references, never
// values: no name, no title, no reason, nothing that somebody typed.
type Notice struct {
	Kind    Kind
	To      []bailiwick.UserID
	Ref     string    // such as "CHG-12" or "PER-7"; may be empty
	Path    string    // of the page about it on the tenant's host, such as "/proposals/CHG-12"
	Due     time.Time // until when something has to be done; zero = no deadline
	At      time.Time // now, by the caller's clock; needed
	Outcome Outcome   // one of the kind's, or empty
}

// Task is something that waits for a person: a line of "my day".
type Task struct {
	Kind    Kind
	Outcome Outcome // one of the kind's, or empty
	Ref     string
	Path    string
	Due     time.Time // zero = no deadline
}

// ref is what a reference looks like: no spaces, so that no sentence or name
// becomes one by mistake.
var ref = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$`)

// check refuses a notice that a programmer got wrong.
func (n *Notice) check() error {
	switch {
	case !n.Kind.Valid():
		return errors.New("outbox: unknown kind of notice")
	case n.Outcome != "" && !slices.Contains(outcomes[n.Kind], n.Outcome):
		return fmt.Errorf("outbox: a notice of kind %s has an outcome that it has not", n.Kind)
	case n.Ref != "" && !ref.MatchString(n.Ref):
		return fmt.Errorf("outbox: a notice of kind %s has a malformed reference", n.Kind)
	case !validPath(n.Path):
		return fmt.Errorf("outbox: a notice of kind %s has a malformed path", n.Kind)
	case n.At.IsZero():
		return fmt.Errorf("outbox: a notice of kind %s has no instant", n.Kind)
	}
	return nil
}

// validPath reports whether p is a path of this host in plain characters.
func validPath(p string) bool {
	return len(p) <= MaxPath && strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") &&
		!strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '\\' || r == '<' || r == '>' || r == '"' })
}

// Post tells users something in the transaction of the act that it is about:
// both are committed, or neither. Each addressee who may sign in gets a line in
// the inbox and a mail, as far as that person wants them; doubles and users
// who are disabled or do not exist are left out. Mail goes out later, by the
// job "mail". An error is the store's, or a programmer's mistake in n.
func Post(ctx context.Context, tx store.TenantTx, n Notice) error {
	if err := n.check(); err != nil {
		return err
	}
	told := map[bailiwick.UserID]bool{}
	for _, u := range n.To {
		if told[u] || len(told) == MaxTo {
			continue
		}
		told[u] = true
		r, err := people.Get(ctx, tx, u)
		if errors.Is(err, store.ErrNoRows) || err == nil && r.Disabled != 0 {
			continue
		}
		if err != nil {
			return err
		}
		if err := n.tell(ctx, tx, u); err != nil {
			return err
		}
	}
	return nil
}

// tell writes the rows of one addressee.
func (n *Notice) tell(ctx context.Context, tx store.TenantTx, u bailiwick.UserID) error {
	choice, err := choiceOf(ctx, tx, u, n.Kind)
	if err != nil {
		return err
	}
	now := n.At.UnixMicro()
	if n.Kind.byInbox(choice) {
		id, err := bailiwick.NewID(n.At, nil)
		if err != nil {
			return err
		}
		if err := inbox.Insert(ctx, tx, inbox.Row{ID: id, User: u, Kind: n.Kind.stored(n.Outcome), Ref: n.Ref, Path: n.Path, Due: micros(n.Due), Created: now}); err != nil {
			return err
		}
		if err := inbox.Bound(ctx, tx, u, MaxInbox); err != nil {
			return err
		}
	}
	if !n.Kind.byMail(choice) {
		return nil
	}
	waiting, err := message.CountOfUser(ctx, tx, u)
	if err != nil || waiting >= MaxWaiting && !n.Kind.Security() {
		return err
	}
	id, err := bailiwick.NewID(n.At, nil)
	if err != nil {
		return err
	}
	return message.Insert(ctx, tx, message.Row{ID: id, User: u, Kind: n.Kind.stored(n.Outcome), Ref: n.Ref, Path: n.Path, Due: micros(n.Due), Created: now, Next: now})
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
