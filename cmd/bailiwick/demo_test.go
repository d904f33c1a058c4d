package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// startDemo runs the demo until the test ends and returns its line of JSON.
func startDemo(t *testing.T, dir string) (line demoLine, stop func() error) {
	t.Helper()
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"demo", "--json", "--listen", "127.0.0.1:0", "--data", dir}, nil, w, io.Discard)
		_ = w.Close()
		ended <- err
	}()
	stop = func() error { cancel(); return <-ended }
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	if !in.Scan() {
		t.Fatalf("the demo ended: %v", stop())
	}
	if err := json.Unmarshal(in.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	return line, stop
}

// TestDemo holds the first five minutes: one command, three workspaces with
// content, a link that signs in once and a token that works; and that the
// demo can be stopped and started again on the same directory.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("fills three workspaces; left out of the short run")
	}
	dir := filepath.Join(t.TempDir(), "demo")
	line, stop := startDemo(t, dir)
	if len(line.Tenants) != 3 || line.Base == "" || line.Provider.URL == "" {
		t.Fatalf("got %d workspaces, base %q, provider %q", len(line.Tenants), line.Base, line.Provider.URL)
	}
	client := apiClient()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, ws := range line.Tenants {
		for _, u := range ws.Users {
			if u.Name == "" || u.Role == "" || u.Country == "" || !strings.HasPrefix(u.SignIn, ws.URL+"/") || !strings.HasPrefix(u.Token, "bw_") {
				t.Errorf("%s: incomplete user %q", ws.Slug, u.Name)
			}
		}
		u := ws.Users[0]
		if got := call(t, client, "GET", ws.URL+"/api/v1/me", u.Token); got != http.StatusOK {
			t.Errorf("%s: the token got %d", ws.Slug, got)
		}
		if got := call(t, client, "POST", u.SignIn, ""); got != http.StatusSeeOther {
			t.Errorf("%s: the link got %d", ws.Slug, got)
		}
		if got := call(t, client, "POST", u.SignIn, ""); got != http.StatusGone {
			t.Errorf("%s: the link worked twice: %d", ws.Slug, got)
		}
	}
	if err := stop(); err != nil {
		t.Fatalf("the stop: %v", err)
	}
	again, stop := startDemo(t, dir)
	if len(again.Tenants) != 3 || again.Tenants[0].Users[0].SignIn == line.Tenants[0].Users[0].SignIn {
		t.Error("the second start did not make new links for the same workspaces")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

// call sends a request without a body and returns the status.
func call(t *testing.T, client *http.Client, method, address, token string) int {
	t.Helper()
	var body io.Reader
	if method == "POST" {
		body = strings.NewReader(url.Values{}.Encode())
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// TestImportCommand holds the way of the real catalogues: a dry run, the
// import, and the undo, through the API of a running demo.
func TestImportCommand(t *testing.T) {
	kev := "../../../shared/data/kev/known_exploited_vulnerabilities.csv"
	if _, err := os.Stat(kev); err != nil {
		if strings.Contains(os.Getenv("BAILIWICK_REQUIRE"), "data") {
			t.Fatal(err)
		}
		t.Skip("the catalogue of known vulnerabilities is not there")
	}
	line, stop := startDemo(t, filepath.Join(t.TempDir(), "demo"))
	defer func() { _ = stop() }()
	ws := line.Tenants[0]
	token := ""
	for _, u := range ws.Users {
		if u.Role == "risk manager" {
			token = u.Token
		}
	}
	common := []string{"--url", ws.URL, "--type", "vulnerability", "--token-file", file(t, "token", token)}
	out, err := command(t, nil, append([]string{"import", kev, "--dry-run"}, common...)...)
	if err != nil || !strings.Contains(out, "1404 rows: 1404 would be created") || !strings.Contains(out, "nothing was written") {
		t.Fatalf("dry run: %v: %s", err, out)
	}
	out, err = command(t, nil, append([]string{"import", kev}, common...)...)
	if err != nil || !strings.Contains(out, "1404 rows: 1404 created") {
		t.Fatalf("import: %v: %s", err, out)
	}
	if again, err := command(t, nil, append([]string{"import", kev, "--dry-run"}, common...)...); err != nil || !strings.Contains(again, "already here by cve_id: 1404 rows") {
		t.Errorf("dry run of the same: %v: %s", err, again)
	}
	id := strings.Fields(out[strings.Index(out, "--undo ")+len("--undo "):])[0]
	if out, err = command(t, nil, append([]string{"import", "--undo", id}, common...)...); err != nil || !strings.Contains(out, "1404 deleted") {
		t.Errorf("undo: %v: %s", err, out)
	}
	bad := file(t, "bad.csv", "CVE ID,Vendor\nnot-a-cve,\n")
	if out, err := command(t, nil, append([]string{"import", bad}, common...)...); err == nil || !strings.Contains(out, "line 2") || strings.Contains(out, "not-a-cve") {
		t.Errorf("bad rows: %v: %s", err, out)
	}
}
