package vault

import (
	"context"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/vault/keystore"
)

// Act is what was done to a thing in the erasure journal. The list is closed.
type Act string

// The acts of the erasure journal.
const (
	ActErase   Act = "erase"   // a subject, everywhere
	ActDispose Act = "dispose" // a record whose time was over
	ActDelete  Act = "delete"  // a record, by a user, for good
	ActShred   Act = "shred"   // a subject's key; written by Shred itself
)

// Journaled is one line of the erasure journal.
type Journaled struct {
	ID     bailiwick.ID // time-ordered; where the next reading goes on
	Act    Act
	Object bailiwick.ID // the subject or record
	At     time.Time
}

// Journal writes to the erasure journal that things are about to be erased:
// opaque identifiers and the time. It is durable when Journal returns, and
// must be called before the erasure, so that a restore of older data can do it
// again. ActShred is refused: Shred writes it.
func (v *Vault) Journal(ctx context.Context, t bailiwick.TenantID, act Act, ids ...bailiwick.ID) error {
	if t.IsZero() || !slices.Contains([]Act{ActErase, ActDispose, ActDelete}, act) {
		return ErrBinding
	}
	rows := make([]keystore.JournalRow, 0, len(ids))
	for _, id := range ids {
		row, err := v.journalRow(act, id)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return v.keys.InsertJournal(ctx, t, rows)
}

// Journaled returns at most limit lines after the line named after (zero: from
// the beginning), oldest first: what a restore applies before it serves.
func (v *Vault) Journaled(ctx context.Context, t bailiwick.TenantID, after bailiwick.ID, limit int) ([]Journaled, error) {
	rows, err := v.keys.Journal(ctx, t, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Journaled, 0, len(rows))
	for _, r := range rows {
		out = append(out, Journaled{ID: r.ID, Act: Act(r.Act), Object: r.Object, At: r.At})
	}
	return out, nil
}

func (v *Vault) journalRow(act Act, object bailiwick.ID) (keystore.JournalRow, error) {
	if object.IsZero() {
		return keystore.JournalRow{}, ErrBinding
	}
	now := v.clock.Now()
	id, err := bailiwick.NewID(now, v.rand)
	return keystore.JournalRow{ID: id, Act: string(act), Object: object, At: now}, err
}
