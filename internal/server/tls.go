package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"bailiwick"
)

// certificate serves the operator's certificate files and reads them again
// when they change, so that a renewal needs no restart.
type certificate struct {
	certFile, keyFile string
	clock             bailiwick.Clock
	mu                sync.Mutex
	current           *tls.Certificate
	modified, checked time.Time
}

// recheck is how long a change of the files may go unnoticed.
const recheck = 10 * time.Second

// newCertificate reads the files once. It fails if they cannot be read or do
// not belong together.
func newCertificate(certFile, keyFile string, clock bailiwick.Clock) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, clock: clock}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("--tls-cert and --tls-key: %w", err)
	}
	return c, nil
}

func (c *certificate) load() error {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.current, c.modified = &pair, c.newest()
	return nil
}

// newest is the later modification time of the two files; zero if one is
// missing, as it is for a moment during a renewal.
func (c *certificate) newest() time.Time {
	a, errA := os.Stat(c.certFile)
	b, errB := os.Stat(c.keyFile)
	if errA != nil || errB != nil {
		return time.Time{}
	}
	if b.ModTime().After(a.ModTime()) {
		return b.ModTime()
	}
	return a.ModTime()
}

// get is tls.Config.GetCertificate. While new files cannot be read the old
// certificate stays in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.clock.Now(); now.Sub(c.checked) >= recheck {
		c.checked = now
		if at := c.newest(); !at.IsZero() && !at.Equal(c.modified) {
			_ = c.load() // a half-written pair: try again at the next check
		}
	}
	if c.current == nil {
		return nil, errors.New("no certificate")
	}
	return c.current, nil
}

// config is the TLS configuration of the public listener.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}
}
