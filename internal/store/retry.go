package store

import (
	"context"
	"math/rand/v2"
	"time"
)

// attempts bounds how often a transaction that lost against another is run.
// With waits of 1, 2, 4 ... ms and as much again at random it gives up after
// about two seconds.
const attempts = 10

// retry runs f again while it fails with a Conflict or Busy failure.
func retry(ctx context.Context, f func() error) error {
	for i := 0; ; i++ {
		err := f()
		if k := FailureKind(err); err == nil || i == attempts-1 || (k != Conflict && k != Busy) {
			return err
		}
		wait := time.Millisecond << i
		t := time.NewTimer(wait + rand.N(wait))
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-t.C:
		}
	}
}
