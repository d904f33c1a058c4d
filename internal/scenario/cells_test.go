package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"bailiwick"
	"bailiwick/internal/store"
	storecell "bailiwick/internal/store/cell"
	"bailiwick/internal/store/sqlite"
	"bailiwick/internal/tenant"
)

// outage is a cell that a test takes away and brings back.
type outage struct {
	store.Driver
	down atomic.Bool
}

func (o *outage) fail() error {
	if o.down.Load() {
		return &store.Failure{Kind: store.Unreachable, Code: "test"}
	}
	return nil
}

func (o *outage) View(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	if err := o.fail(); err != nil {
		return err
	}
	return o.Driver.View(ctx, id, f)
}

func (o *outage) Update(ctx context.Context, id bailiwick.TenantID, f func(store.Conn) error) error {
	if err := o.fail(); err != nil {
		return err
	}
	return o.Driver.Update(ctx, id, f)
}

func (o *outage) Ping(ctx context.Context) error {
	if err := o.fail(); err != nil {
		return err
	}
	return o.Driver.Ping(ctx)
}

// holding lists the places among whose files one holds the bytes.
func holding(t *testing.T, places map[string]string, what []byte) (out []string) {
	t.Helper()
	for name, dir := range places {
		found := false
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			found = found || bytes.Contains(b, what)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if found {
			out = append(out, name)
		}
	}
	return out
}

// TestCellsApart: what is saved in a workspace lies in the files of its cell
// only, and a cell that is down is a trouble of its workspaces alone.
func TestCellsApart(t *testing.T) {
	places := map[string]string{"home": t.TempDir(), "eu1": t.TempDir(), "us1": t.TempDir()}
	outages := map[string]*outage{"eu1": {}, "us1": {}}
	var cells []storecell.Cell
	for name, region := range map[string]string{"eu1": "eu", "us1": "us"} {
		cells = append(cells, storecell.Cell{Name: name, Region: region, Open: func(ctx context.Context) (_ store.Driver, err error) {
			o := outages[name]
			o.Driver, err = sqlite.Open(ctx, sqlite.Options{Dir: places[name]})
			return o, err
		}})
	}
	home, err := sqlite.Open(t.Context(), sqlite.Options{Dir: places["home"]})
	if err != nil {
		t.Fatal(err)
	}
	data := store.New(storecell.Route(home, cells, bailiwick.SystemClock{}))
	t.Cleanup(func() { _ = data.Close() })
	w := Start(t, data, nil)
	people := map[string]*Person{}
	for name, slug := range map[string]string{"home": "home-co", "eu1": "berlin", "us1": "boston"} {
		s := tenant.Spec{Slug: slug, Name: slug, Entities: []tenant.Entity{{Key: slug, Name: slug, Seat: "DE"}}}
		if name != "home" {
			s.Cell, s.Region = name, name[:2]
		}
		made, err := w.Parts.Tenants.Create(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		w.Bases(t, made.ID)
		people[name] = w.User(t, slug, "hanna-"+name, "DE", "hr")
	}
	create := func(name string) Answer {
		return w.Do(t, Request{By: people[name], Method: "POST", Path: "/api/v1/records/person", Body: `{"fields":{"full_name":"Ada Example","country":"DE"}}`})
	}
	for name := range people {
		a := create(name)
		var made struct{ ID string }
		if err := json.Unmarshal(a.Body, &made); a.Status != http.StatusCreated || err != nil {
			t.Fatalf("%s: %d %v %s", name, a.Status, err, a.Body)
		}
		id, err := bailiwick.ParseID(made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := holding(t, places, id[:]); len(got) != 1 || got[0] != name {
			t.Errorf("what is of %s lies in %v", name, got)
		}
	}
	outages["us1"].down.Store(true)
	for name, want := range map[string]int{"home": 201, "eu1": 201, "us1": 503} {
		if a := create(name); a.Status != want {
			t.Errorf("%s: %d, want %d: %s", name, a.Status, want, a.Body)
		}
	}
	for _, c := range data.Cells(t.Context()) {
		if (c.Err != nil) != (c.Name == "us1") {
			t.Errorf("%+v", c)
		}
	}
	outages["us1"].down.Store(false)
	if c := data.Cells(t.Context()); c[0].Err != nil || c[1].Err != nil {
		t.Errorf("when it is back: %+v", c)
	}
	if a := create("us1"); a.Status != http.StatusCreated {
		t.Errorf("when it is back: %d", a.Status)
	}
}
