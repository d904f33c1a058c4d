package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/server"
	"bailiwick/internal/store/storetest"
)

// TestKillImport kills the program in the middle of imports and resumes them:
// every row makes one record, whichever side of the kill it was on.
func TestKillImport(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		c := server.Config{Data: t.TempDir()}
		killImport(t, c, "--data", c.Data)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := server.Config{Data: t.TempDir(), Database: storetest.Database(t).AppURL}
		killImport(t, c, "--data", c.Data, "--database", c.Database)
	})
}

func killImport(t *testing.T, c server.Config, args ...string) {
	Binary(t)
	ctx := context.Background()
	parts, closeAll := Open(t, c, &Log{})
	w := Prepared(parts)
	w.Workspace(t, "acme", nil)
	by := w.User(t, "acme", "ida", "DE", "risk-manager")
	closeAll()

	const rows, runs = 2000, 3
	spec := custody.ImportSpec{
		Type: "risk", Source: "API", Mode: custody.ImportCreate, Header: []string{"title", "status"},
		Mapping: map[string]string{"title": "title", "status": "status"},
	}
	r := rand.New(rand.NewPCG(3, 9))
	halfway := 0
	for run := range runs {
		spec.ID, spec.Rows = bailiwick.ImportID{}, nil
		var body strings.Builder
		body.WriteString("title,status\n")
		for i := range rows {
			title := fmt.Sprintf("Risk r%dz%d", run, i)
			spec.Rows = append(spec.Rows, []string{title, "open"})
			fmt.Fprintf(&body, "%s,open\n", title)
		}
		p := Launch(t, args...)
		client := newClient()
		q := Request{By: by, Method: "POST", Path: "/api/v1/imports?type=risk&map=title%3Dtitle&map=status%3Dstatus", Body: body.String(),
			Header: map[string]string{"Content-Type": "text/csv"}}
		at := r.IntN(rows / 2)
		go func() {
			for !underWay(client, p.Addr, by, run, at) {
				time.Sleep(5 * time.Millisecond)
			}
			p.Kill()
		}()
		_, err := send(ctx, client, p.Addr, q)
		p.Kill()
		client.CloseIdleConnections()

		parts, closeAll := Open(t, c, &Log{})
		list, lerr := parts.Door.Imports(ctx, by.Actor)
		if lerr != nil {
			t.Fatal(lerr)
		}
		if len(list) > run && list[0].State == custody.ImportRunning {
			halfway++
			t.Logf("killed after %d of %d rows (%v)", list[0].Created, rows, err != nil)
			spec.ID = list[0].ID
		} else if len(list) > run {
			closeAll()
			continue // the kill came too late
		}
		closeAll()
		resume(t, q, spec, rows, args)
		parts, closeAll = Open(t, c, &Log{})
		if n := distinctTitles(t, parts, by.Actor); n != rows*(run+1) {
			t.Errorf("after %d imports of %d rows there are %d records", run+1, rows, n)
		}
		closeAll()
	}
	if halfway == 0 {
		t.Error("no import was killed halfway")
	}
}

// distinctTitles counts the risks of a workspace and holds that no title is
// there twice.
func distinctTitles(t *testing.T, parts server.Parts, by bailiwick.Actor) int {
	t.Helper()
	ctx := context.Background()
	seen := map[string]bool{}
	qry := custody.Query{Type: "risk", Limit: 200, SkipTotal: true}
	for {
		page, err := parts.Door.List(ctx, by, qry)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range page.Items {
			title := string(rec.Cell("title").Value)
			if seen[title] {
				t.Errorf("%s is there twice", rec.Ref)
			}
			seen[title] = true
		}
		if qry.Cursor = page.Next; qry.Cursor == "" {
			break
		}
	}
	return len(seen)
}

// underWay reports whether the import after so many others has made more than
// so many records, or the program has ended.
func underWay(client *http.Client, addr string, by *Person, others, made int) bool {
	a, err := send(context.Background(), client, addr, Request{By: by, Method: "GET", Path: "/api/v1/imports"})
	if err != nil {
		return true
	}
	var list struct{ Items []struct{ Created int } }
	return json.Unmarshal(a.Body, &list) == nil && len(list.Items) > others && list.Items[0].Created > made
}

// resume starts the program again and sends the file once more, with the name
// of the run, twice at the same moment: what the run has written is not
// written again.
func resume(t *testing.T, q Request, spec custody.ImportSpec, rows int, args []string) {
	t.Helper()
	p := Launch(t, args...)
	defer p.Kill()
	client := newClient()
	defer client.CloseIdleConnections()
	if spec.ID.IsZero() { // the kill came before the run began
		a, err := send(context.Background(), client, p.Addr, q)
		if err != nil || a.Status != 201 {
			t.Errorf("started again: %v, %d %.300s", err, a.Status, a.Body)
		}
		return
	}
	q.Path += "&resume=" + spec.ID.String()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			a, err := send(context.Background(), client, p.Addr, q)
			if err != nil || a.Status != 201 && a.Status != 409 {
				t.Errorf("resumed: %v, %d %.300s", err, a.Status, a.Body)
			}
		})
	}
	both.Wait()
	a, err := send(context.Background(), client, p.Addr, Request{By: q.By, Method: "GET", Path: "/api/v1/imports"})
	state, _ := member(a.Body, "items.0.state")
	created, _ := member(a.Body, "items.0.created")
	if err != nil || state != `"done"` || created != strconv.Itoa(rows) {
		t.Errorf("after resuming: %v %.300s", err, a.Body)
	}
}
