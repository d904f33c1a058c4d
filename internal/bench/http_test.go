package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"bailiwick/internal/identity"
	"bailiwick/internal/server"
)

// serving is goals 7 and 8: the real server over loopback, against the least
// that net/http can do with an equally long body from the same driver.
func serving(t *testing.T, w *world) {
	on := ", " + w.parts.Store.Engine()
	c := server.Defaults()
	c.TenantRate = 0
	s, err := server.New(c, w.parts)
	must(t, err)
	ours := httptest.NewServer(s)
	defer ours.Close()
	floor := httptest.NewServer(w.least(t))
	defer floor.Close()
	v := &visitor{base: ours.URL, token: w.token, cookie: w.cookie, client: client()}

	person := w.people[len(w.people)/2]
	at := len(w.people)/2 + 1
	get := "/api/v1/records/person/" + person.ID.String()
	n, err := v.get(get)
	must(t, err)
	f := &visitor{base: floor.URL, client: client()}
	for _, callers := range []int{1, 16} {
		with := fmt.Sprintf(", %d callers%s", callers, on)
		rate(t, "7", "HTTP get of a person"+with, 200, together(callers, f, fmt.Sprintf("/get?place=%d&size=%d", at, n)), together(callers, v, get), 0.75)
	}
	for _, typ := range []string{"person", "risk", "measurement"} {
		list := "/api/v1/records/" + typ + "?limit=100"
		n, err := v.get(list)
		must(t, err)
		for _, callers := range []int{1, 16} {
			with := fmt.Sprintf(", %d callers%s", callers, on)
			rate(t, "8", "HTTP list of 100, "+typ+with, 32, together(callers, f, fmt.Sprintf("/list?kind=%s&size=%d", typ, n)), together(callers, v, list), 0.75)
		}
	}
	const most = 300 * time.Millisecond
	among := fmt.Sprintf(" among %d people%s", len(w.people), on)
	within(t, "Show 9", "HTTP, find by three letters"+among, 5, func() error {
		_, err := v.post("/api/v1/records/person/query", `{"text":"mar"}`)
		return err
	}, most)
	within(t, "Show 9", "HTTP, sort by name"+among, 3, func() error {
		_, err := v.get("/api/v1/records/person?sort=full_name")
		return err
	}, most)
	within(t, "Show 9", "the page of the list, sorted by name"+among, 3, func() error {
		_, err := v.page("/records/person?sort=full_name")
		return err
	}, most)
}

// least is the floor: a query and its bytes.
func (w *world) least(t *testing.T) http.Handler {
	send := func(r http.ResponseWriter, q *http.Request, rows []plain, err error) {
		if err != nil || len(rows) == 0 {
			http.Error(r, "failed", http.StatusInternalServerError)
			return
		}
		var size int
		if _, err := fmt.Sscan(q.FormValue("size"), &size); err != nil {
			http.Error(r, "size", http.StatusBadRequest)
			return
		}
		body := make([]byte, 0, size)
		for i := range rows {
			body = append(body, rows[i].doc...)
		}
		if pad := size - len(body); pad > 0 {
			body = append(body, bytes.Repeat([]byte{' '}, pad)...)
		}
		r.Header().Set("Content-Type", "application/json")
		_, _ = r.Write(body[:size])
	}
	m := http.NewServeMux()
	m.HandleFunc("GET /get", func(r http.ResponseWriter, q *http.Request) {
		var place int64
		_, _ = fmt.Sscan(q.FormValue("place"), &place)
		rows, err := w.read(q.Context(), qGetPlain, places["person"]+place)
		send(r, q, rows, err)
	})
	m.HandleFunc("GET /list", func(r http.ResponseWriter, q *http.Request) {
		rows, err := w.listPlain(q.Context(), q.FormValue("kind"))
		send(r, q, rows, err)
	})
	return m
}

// visitor asks one server.
type visitor struct {
	base, token, cookie string
	client              *http.Client
}

func client() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}, Timeout: time.Minute}
}

func (v *visitor) get(path string) (int, error) { return v.do(http.MethodGet, path, "", false) }

func (v *visitor) page(path string) (int, error) { return v.do(http.MethodGet, path, "", true) }

func (v *visitor) post(path, body string) (int, error) {
	return v.do(http.MethodPost, path, body, false)
}

// do returns the length of the answer.
func (v *visitor) do(method, path, body string, page bool) (int, error) {
	r, err := http.NewRequest(method, v.base+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Host = "bench.localhost"
	switch {
	case page:
		r.AddCookie(&http.Cookie{Name: identity.SessionCookie, Value: v.cookie})
	case v.token != "":
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	a, err := v.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	n, err := io.Copy(io.Discard, a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", path, a.StatusCode)
	}
	return int(n), err
}

// together is one request of each of several callers at once, as one call of
// as many requests; its time is divided by them in the ratio anyway.
func together(callers int, v *visitor, path string) timed {
	if callers == 1 {
		return func() error { _, err := v.get(path); return err }
	}
	return func() error {
		var wait sync.WaitGroup
		failed := make(chan error, callers)
		for range callers {
			wait.Go(func() {
				if _, err := v.get(path); err != nil {
					failed <- err
				}
			})
		}
		wait.Wait()
		close(failed)
		return <-failed
	}
}
