package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// freePort is an address that can be listened on now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// lines collects output that is written while it is read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestServe holds that a server says when it is ready, that the health check
// agrees, that it refuses to share its directory, and that it stops without
// an error.
func TestServe(t *testing.T) {
	data, admin := filepath.Join(t.TempDir(), "data"), freePort(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	log, ended := &lines{}, make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--admin-listen", admin}, nil, io.Discard, log)
	}()
	for !strings.Contains(log.String(), `"msg":"ready"`) {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, log)
		case <-time.After(5 * time.Millisecond):
		}
	}
	if !strings.Contains(log.String(), "root key was made") {
		t.Error("a new root key was made and nobody was told")
	}
	if out, err := command(t, nil, "healthcheck", "--admin-listen", admin); err != nil || strings.TrimSpace(out) != "ready" {
		t.Errorf("healthcheck: %v: %s", err, out)
	}
	refused(t, "in use by another process", "--data", data)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the stop: %v", err)
	}
	if _, err := command(t, nil, "healthcheck", "--admin-listen", admin); err == nil {
		t.Error("the health check passed after the stop")
	}
	if out, err := command(t, nil, "version"); err != nil || !strings.Contains(out, "bailiwick") {
		t.Errorf("version: %v: %s", err, out)
	}
}
