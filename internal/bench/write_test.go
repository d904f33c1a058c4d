package bench

import (
	"fmt"
	"testing"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
	"bailiwick/internal/store/storetest"
	"bailiwick/logformat"
)

// writes is goal 15: a durable write of a record of 1 KB bare, and with its
// entry in the same transaction; alone, and 20 in a transaction where the wait
// for the disk hides less.
func writes(t *testing.T, s *store.Store) {
	id := storetest.NewTenant(t, s)
	l := ledger.New(nil, nil)
	e := ledger.By(deciderIn(id))
	e.Kind, e.Outcome = logformat.RecordChanged, logformat.Done
	e.Object.Type, e.ConfigVersion, e.Level = "person", 1, "tenant-configuration"
	e.Fields, e.Categories = []string{"full_name", "job_title", "work_email"}, []string{"contact", "employment"}
	body := make([]byte, 1000)
	var key int64
	write := func(rows int, log bool) timed {
		return func() error {
			return s.Update(t.Context(), id, func(tx store.TenantTx) error {
				for range rows {
					key++ // also when the transaction is run again
					fresh, err := bailiwick.NewID(bailiwick.SystemClock{}.Now(), nil)
					if err != nil {
						return err
					}
					r := record.Row{RKey: key, ID: bailiwick.RecordID{ID: fresh}, Revision: 1, Entity: bailiwick.EntityID{ID: fresh}, Kind: "created", Packed: body}
					if err := record.Insert(t.Context(), tx, &r); err != nil {
						return err
					}
					if !log {
						continue
					}
					e.Object.Record, e.Revision = logformat.ID(fresh), 1
					if _, err := l.Append(t.Context(), tx, e); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	on := ", " + s.Engine()
	ratio(t, "15", "one write with its entry"+on, 50, write(1, false), write(1, true), 1.35)
	ratio(t, "15", "20 writes with their entries in a transaction"+on, 10, write(20, false), write(20, true), 0)
}

func deciderIn(id bailiwick.TenantID) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.User, Tenant: id, User: bailiwick.UserID(id),
		Roles: []bailiwick.Role{"hr"}, Country: "DE", Purpose: bailiwick.ProvideService})
}

// saves shows, without a gate, what a whole save through the door costs:
// judged, merged, sealed, indexed, blinded and recorded, against the insert of
// a plain row.
func saves(t *testing.T, w *world) {
	n := len(w.people)
	place := int64(9) << 40
	on := ", " + w.parts.Store.Engine()
	ratio(t, "15", "(for orientation) whole save of a risk"+on, 20, func() error {
		place++
		return w.fill(t.Context(), []plain{{place: place, id: w.viewer.User().Bytes(), kind: "risk", country: "DE", doc: make([]byte, 900)}})
	}, func() error {
		n++
		_, err := w.parts.Door.Save(t.Context(), w.viewer, custody.Draft{Type: "risk", Fields: draft(w.risk(n))})
		return err
	}, 0)
}

// stored is goal 23: bytes of the packed row against those of the document.
func stored(t *testing.T, w *world) {
	for _, typ := range []string{"person", "risk", "measurement"} {
		var clear, packed int64
		must(t, w.parts.Store.View(t.Context(), w.tenant.ID, func(tx store.TenantTx) error {
			no := map[string]int64{}
			c, err := w.parts.Tenants.Configuration(t.Context(), tx)
			if err != nil {
				return err
			}
			no[typ] = c.TypeNo(typ)
			return tx.QueryRow(t.Context(), qPackedBytes, record.Key(no[typ], 0), record.Key(no[typ]+1, 0)).Scan(&packed)
		}))
		rows, err := w.read(t.Context(), qAllPlain, places[typ], places[typ]+1<<40)
		must(t, err)
		for _, r := range rows {
			clear += int64(len(r.doc))
		}
		if !wanted("23") {
			continue
		}
		of := float64(len(rows))
		f := figure{goal: "23", what: "bytes of a stored record, " + typ, floor: fmt.Sprintf("%.0f B", float64(clear)/of), ours: fmt.Sprintf("%.0f B", float64(packed)/of)}
		x := float64(packed) / float64(clear)
		f.value, f.gate, f.result = number(x)+"x", "<= 1.15x", verdict(x <= 1.15)
		add(t, f)
	}
}

const (
	qPackedBytes = `SELECT CAST(sum(length(packed)) AS BIGINT) FROM records WHERE rkey > $1 AND rkey < $2`
	qAllPlain    = `SELECT id, kind, subject, country, doc, created, updated FROM bench_plain WHERE place > $1 AND place < $2`
)
