package record

import (
	"context"

	"bailiwick"
	"bailiwick/internal/store"
)

// Head is what a reader has to know before it may judge a record: the
// configuration in force and the number of the newest country set.
type Head struct {
	Version int64
	Digest  []byte
	LastSet int64
}

// A record that there is not leaves its columns empty: who asks still needs
// the head to answer. Each column costs, so there are no more than a reader
// needs; the packed bytes hold the rest.
const qHeadAndByID = `SELECT c.version, c.digest, (SELECT COALESCE(MAX(no), 0) FROM country_sets),
	COALESCE(r.rkey, 0), COALESCE(r.state, 0), COALESCE(r.cset, 0), r.owner_id, r.unit_id, r.packed
	FROM (SELECT version, digest FROM configurations ORDER BY version DESC LIMIT 1) c LEFT JOIN records r ON r.id = $1`

// HeadAndByID is configuration.Head and ByID for the price of one query, in
// which a read of one record consists. Of the row it fills RKey, ID, State,
// CSet, Owner, Unit and Packed; it is nil if there is no such record.
// store.ErrNoRows means that the tenant has no configuration.
func HeadAndByID(ctx context.Context, tx store.TenantTx, id bailiwick.RecordID) (Head, *Row, error) {
	var h Head
	r := Row{ID: id}
	err := tx.QueryRow(ctx, qHeadAndByID, id).Scan(&h.Version, &h.Digest, &h.LastSet, &r.RKey, &r.State, &r.CSet, &r.Owner, &r.Unit, &r.Packed)
	if err != nil || r.RKey == 0 {
		return h, nil, err
	}
	return h, &r, nil
}
