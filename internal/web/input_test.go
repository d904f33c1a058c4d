package web

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/web/static"
)

func TestLocalPath(t *testing.T) {
	cases := map[string]string{
		"":                              "/",
		"/records/risk?tab=mine":        "/records/risk?tab=mine",
		"//evil.example":                "/",
		"https://evil.example/":         "/",
		"javascript:alert(1)":           "/",
		"/\\evil.example":               "/",
		"/a\r\nSet-Cookie: x=y":         "/",
		"records":                       "/",
		"/" + strings.Repeat("a", 3000): "/",
	}
	for in, want := range cases {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%.40q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "//a", "/\t/a", "http://a", "/records/risk?f.status=open"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := localPath(s)
		u, err := url.Parse(p)
		if err == nil && (u.Host != "" || u.Scheme != "") {
			t.Errorf("leads to another host")
		}
		if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") {
			t.Errorf("no path of this host")
		}
	})
}

func TestTakeTheirs(t *testing.T) {
	in := url.Values{
		"pick.f.title": {"theirs"}, "f.title": {"mine"}, "pick.f.status": {"mine"}, "f.status": {"open"},
		"pick.f.affected": {"theirs"}, "g.affected.rows": {"1"}, "g.affected.0.person": {"x"}, "f.other": {"y"},
	}
	takeTheirs(in)
	got := slices.Sorted(maps.Keys(in))
	for _, gone := range []string{"f.title", "g.affected.rows", "g.affected.0.person"} {
		if slices.Contains(got, gone) {
			t.Errorf("%s was kept", gone)
		}
	}
	for _, stays := range []string{"f.status", "f.other"} {
		if !slices.Contains(got, stays) {
			t.Errorf("%s was lost", stays)
		}
	}
}

func TestFileName(t *testing.T) {
	cases := map[string]string{
		"risks.csv": "risks.csv", `C:\Users\ana\risks.csv`: "risks.csv", "../../etc/passwd": "passwd",
		"": "file", "/": "file", "a\x00b\n.csv": "ab.csv",
	}
	for in, want := range cases {
		if got := fileName(in); got != want {
			t.Errorf("fileName(%q) = %q, want %q", in, got, want)
		}
	}
	if n := utf8.RuneCountInString(fileName(strings.Repeat("é", 500))); n > 80 {
		t.Errorf("a name of %d characters", n)
	}
}

// upload makes the body of an upload form.
func uploadForm(t testing.TB, typ, name string, data []byte) (*multipart.Reader, []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("type", typ); err != nil {
		t.Fatal(err)
	}
	p, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return multipart.NewReader(bytes.NewReader(b.Bytes()), w.Boundary()), b.Bytes()
}

func TestReadUpload(t *testing.T) {
	r, _ := uploadForm(t, "risk", `..\risks.csv`, []byte("Title\nOne\n"))
	typ, name, data, err := readUpload(r)
	if err != nil || typ != "risk" || name != "risks.csv" || string(data) != "Title\nOne\n" {
		t.Errorf("got %q %q %q %v", typ, name, data, err)
	}
	big, _ := uploadForm(t, "risk", "big.csv", make([]byte, UploadLimit+1000))
	if _, _, data, err := readUpload(big); err != nil || len(data) != UploadLimit+1 {
		t.Errorf("a file that is too large: %d bytes, %v", len(data), err)
	}
}

func FuzzReadUpload(f *testing.F) {
	_, body := uploadForm(f, "risk", "a.csv", []byte("a,b\n1,2\n"))
	f.Add(body, "x")
	f.Add([]byte("--x\r\n\r\n--x--"), "x")
	f.Fuzz(func(_ *testing.T, body []byte, boundary string) {
		_, _, data, err := readUpload(multipart.NewReader(bytes.NewReader(body), boundary))
		if err == nil {
			_, _ = readRows(data)
		}
	})
}

// still is a clock that a test moves.
type still struct{ at time.Time }

func (c *still) Now() time.Time { return c.at }

func TestUploadsBelongToOnePerson(t *testing.T) {
	clock := &still{time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	u := newUploads(clock)
	someone := func(tenant, user byte) bailiwick.Actor {
		return bailiwick.NewActor(bailiwick.ActorSpec{
			Kind: bailiwick.User, Tenant: bailiwick.TenantID{ID: bailiwick.ID{tenant}}, User: bailiwick.UserID{ID: bailiwick.ID{user}},
			Purpose: bailiwick.ProvideService,
		})
	}
	mine := someone(1, 1)
	id, err := u.put(&upload{tenant: mine.Tenant(), user: mine.User(), bytes: 10})
	if err != nil {
		t.Fatal(err)
	}
	if u.get(mine, id) == nil {
		t.Error("the person's own file is gone")
	}
	for name, a := range map[string]bailiwick.Actor{"a colleague": someone(1, 2), "the same user id elsewhere": someone(2, 1), "nobody": {}} {
		if u.get(a, id) != nil {
			t.Errorf("%s gets the file", name)
		}
	}
	for i := range tenantUploads - 1 { // a tenant uses up its share ...
		if _, err := u.put(&upload{tenant: mine.Tenant()}); err != nil {
			t.Fatalf("file %d: %v", i, err)
		}
	}
	if _, err := u.put(&upload{tenant: mine.Tenant()}); bailiwick.ErrorCode(err) != bailiwick.CodeLimited {
		t.Errorf("more than the share is kept: %v", err)
	}
	other := someone(2, 1).Tenant() // ... and not that of others
	if _, err := u.put(&upload{tenant: other, bytes: UploadLimit}); err != nil {
		t.Errorf("one tenant locks another out: %v", err)
	}
	if _, err := u.put(&upload{tenant: other, bytes: UploadLimit + 1}); bailiwick.ErrorCode(err) != bailiwick.CodeLimited {
		t.Errorf("more bytes than the share are kept: %v", err)
	}
	u.get(mine, id).spend(&custody.Import{}) // what is imported takes no room
	if _, err := u.put(&upload{tenant: mine.Tenant(), user: mine.User()}); err != nil || u.get(mine, id) != nil {
		t.Errorf("a file that is imported keeps its place: %v", err)
	}
	if id, err = u.put(&upload{tenant: bailiwick.TenantID{ID: bailiwick.ID{3}}, user: mine.User()}); err != nil {
		t.Fatal(err)
	}
	mine = someone(3, 1)
	clock.at = clock.at.Add(uploadLife + time.Second)
	if u.get(mine, id) != nil {
		t.Error("a file is kept for longer than an hour")
	}
}

// TestUploadsGiveWay: tenants that fill the room together give way to one that
// holds less, and a file at work never does.
func TestUploadsGiveWay(t *testing.T) {
	clock := &still{time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	u := newUploads(clock)
	tenant := func(n int) bailiwick.TenantID { return bailiwick.TenantID{ID: bailiwick.ID{byte(n + 1)}} }
	for n := range 8 {
		for range tenantUploads {
			if _, err := u.put(&upload{tenant: tenant(n), bytes: tenantUploadBytes / tenantUploads, running: n < 7}); err != nil && n < 4 {
				t.Fatal(err)
			}
		}
	}
	if _, err := u.put(&upload{tenant: tenant(8), bytes: UploadLimit}); bailiwick.ErrorCode(err) != bailiwick.CodeLimited {
		t.Errorf("files at work gave way: %v", err)
	}
	for _, f := range u.m {
		f.running = false
	}
	id, err := u.put(&upload{tenant: tenant(8), bytes: UploadLimit})
	if err != nil {
		t.Fatalf("the ninth tenant is locked out: %v", err)
	}
	total := 0
	for _, f := range u.m {
		total += f.bytes
	}
	if total > maxUploadBytes || len(u.m) > maxUploads || u.m[id] == nil {
		t.Errorf("%d bytes in %d files are kept", total, len(u.m))
	}
}

func TestParseFormIsBounded(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("a=1&", maxInputs+1)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := parseForm(r); bailiwick.ErrorCode(err) != bailiwick.CodeMalformed {
		t.Errorf("a form of too many inputs: %v", err)
	}
}

// TestPagesAreNotKept: no cache may hold a page, and a page travels compressed
// with the same content.
func TestPagesAreNotKept(t *testing.T) {
	s, err := New(nil, nil, nil, &still{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/sign-in", nil)
	plain, packed := httptest.NewRecorder(), httptest.NewRecorder()
	zero := pages()["signin"]
	if err := s.render.show(plain, r, http.StatusOK, "signin", "en", zero); err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if err := s.render.show(packed, r, http.StatusOK, "signin", "en", zero); err != nil {
		t.Fatal(err)
	}
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() >= plain.Body.Len() {
		t.Error("the page is not compressed")
	}
	for _, site := range []string{"cross-site", "same-site"} { // its length would tell of what it repeats
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		if err := s.render.show(w, r, http.StatusOK, "signin", "en", zero); err != nil || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: a page that a foreign site asks for is compressed (%v)", site, err)
		}
	}
	for _, w := range []*httptest.ResponseRecorder{plain, packed} {
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Error("the page may be kept")
		}
	}
	if err := s.render.show(plain, r, http.StatusOK, "no such page", "en", nil); err == nil {
		t.Error("a page that there is not was shown")
	}
	if !strings.HasPrefix(s.assets.URL("app.css"), static.Prefix) {
		t.Error("the style sheet has no address")
	}
}
