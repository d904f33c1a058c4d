package custody

import (
	"context"
	"path/filepath"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	"bailiwick/internal/store/cell"
	"bailiwick/internal/store/sqlite"
)

// activate puts more rules into force.
func (h *house) activate(a bailiwick.Actor, rules ...string) {
	h.t.Helper()
	next := h.nextWith(a, rules...)
	err := h.store.Update(context.Background(), h.tenant.ID, func(tx store.TenantTx) error {
		_, err := h.reg.Activate(context.Background(), tx, a, next.Document())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// TestStoreRegionRefuses: what may not lie where the workspace is hosted is
// refused with the rule (R14.11), in a save, an import and a move.
func TestStoreRegionRefuses(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr, officer := h.user(1, "DE", "hr"), h.user(2, "DE", "privacy")
		h.activate(officer, `{id: contact-in-at-home, operation: store-region, category: contact, subject: {in: [IN]}, regions: [in], effect: allow}`,
			`{id: no-health-us, operation: store-region, category: health, subject: {in: [US]}, regions: [elsewhere], effect: deny}`)
		_, err := h.door.Save(ctx, hr, Draft{Type: "person", Fields: fields("full_name", "Ada Example", "country", "IN")})
		is(t, err, bailiwick.CodeNotPopulatable)
		e := err.(*bailiwick.Error)
		if len(e.Fields) != 1 || e.Fields[0].Field != "full_name" || e.Fields[0].Rule != "contact-in-at-home" {
			t.Errorf("%+v", e.Fields)
		}
		h.person(hr, "Ada Example", "US", "health_note", "asthma") // this workspace lies in no region "elsewhere"
		r := h.person(hr, "Ada Example", "DE")
		_, err = h.door.Save(ctx, hr, Draft{Type: "person", ID: r.ID, Revision: r.Revision, Fields: fields("country", "IN")})
		is(t, err, bailiwick.CodeNotPopulatable)
		got, err := h.door.Import(ctx, hr, ImportSpec{Type: "person", Source: "x", Header: []string{"n", "c"}, Mapping: map[string]string{"n": "full_name", "c": "country"},
			Rows: [][]string{{"Bea Example", "DE"}, {"Carl Example", "IN"}}})
		if err != nil || got.Created != 1 || len(got.Errors) == 0 {
			t.Errorf("import: %+v %v", got, err)
		}
		if page := h.list(hr, Query{Type: "person"}); page.Total != 3 {
			t.Errorf("%d people", page.Total)
		}
	})
}

// TestStoreRegionInCells: the same rule refuses a person in a workspace whose
// cell is in the wrong region, and in the right one stores them, in that cell.
func TestStoreRegionInCells(t *testing.T) {
	ctx, home := context.Background(), t.TempDir()
	for _, region := range []string{"in", "us"} {
		t.Run(region, func(t *testing.T) {
			dirs := map[string]string{"in": t.TempDir(), "us": t.TempDir()}
			var cells []cell.Cell
			for in, dir := range dirs {
				cells = append(cells, cell.Cell{Name: in + "1", Region: in, Open: func(ctx context.Context) (store.Driver, error) {
					return sqlite.Open(ctx, sqlite.Options{Dir: dir})
				}})
			}
			d, err := sqlite.Open(ctx, sqlite.Options{Dir: filepath.Join(home, region)})
			if err != nil {
				t.Fatal(err)
			}
			s := store.New(cell.Route(d, cells, bailiwick.SystemClock{}))
			defer s.Close()
			h := newHouseIn(t, s, region+"1", region)
			h.activate(h.user(2, "DE", "privacy"), `{id: contact-in-at-home, operation: store-region, category: contact, subject: {in: [IN]}, regions: [in], effect: allow}`)
			_, err = h.door.Save(ctx, h.user(1, "DE", "hr"), Draft{Type: "person", Fields: fields("full_name", "Ada Example", "country", "IN")})
			if region == "us" {
				is(t, err, bailiwick.CodeNotPopulatable)
			} else if err != nil {
				t.Error(err)
			}
			for in, dir := range dirs {
				there, err := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
				if err != nil || (len(there) == 1) != (in == region) {
					t.Errorf("%s: %d files, %v", in, len(there), err)
				}
			}
			if at, _ := filepath.Glob(filepath.Join(home, region, "tenants", "*.db")); len(at) != 0 {
				t.Error("the workspace lies at home")
			}
		})
	}
}
