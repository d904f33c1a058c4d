package keystore

import (
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNotApart is returned for a keystore in the place of the data.
var ErrNotApart = errors.New("the keystore lies with the data it protects: a backup of the data would hold the keys, and an erased person could be read again; give --keystore a directory or database of its own")

// Apart reports whether the keystore named by spec lies apart from the data,
// which is named by a directory of tenant files ("file:DIR") or a PostgreSQL
// address; it returns ErrNotApart if it does not. A directory must neither
// hold the other nor lie in it; two addresses must not name one database,
// whatever user or options they carry.
func Apart(spec, data string) error {
	kd, kFile, err := parseSpec(spec)
	if err != nil {
		return err
	}
	dd, dFile, err := parseSpec(data)
	if err != nil {
		return err
	}
	switch {
	case kFile != dFile:
		return nil
	case kFile:
		return apartDirs(kd, dd)
	default:
		return apartDatabases(spec, data)
	}
}

func apartDirs(keys, data string) error {
	k, err := realPath(keys)
	if err != nil {
		return err
	}
	d, err := realPath(data)
	if err != nil {
		return err
	}
	if within(k, d) || within(d, k) {
		return ErrNotApart
	}
	return nil
}

// within reports whether p is dir or lies below it.
func within(p, dir string) bool {
	rel, err := filepath.Rel(dir, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// realPath resolves the links of the part of p that exists.
func realPath(p string) (string, error) {
	p, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	rest := ""
	for at := p; ; {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest), nil
		}
		up := filepath.Dir(at)
		if up == at {
			return p, nil
		}
		rest = filepath.Join(filepath.Base(at), rest)
		at = up
	}
}

func apartDatabases(keys, data string) error {
	k, err := pgconn.ParseConfig(keys)
	if err != nil {
		return errors.New("keystore: the PostgreSQL address cannot be read")
	}
	d, err := pgconn.ParseConfig(data)
	if err != nil {
		return errors.New("the PostgreSQL address of the data cannot be read")
	}
	if k.Database != d.Database {
		return nil
	}
	for a := range places(k) {
		if places(d)[a] {
			return ErrNotApart
		}
	}
	return nil
}

// places lists the servers that an address names, one spelling each.
func places(c *pgconn.Config) map[string]bool {
	out := map[string]bool{}
	add := func(host string, port uint16) {
		switch {
		case strings.HasPrefix(host, "/"), host == "localhost", host == "::1", host == "127.0.0.1":
			host = "local" // a socket or the loopback: one machine, told apart by the port
		}
		out[net.JoinHostPort(strings.ToLower(host), strconv.Itoa(int(port)))] = true
	}
	add(c.Host, c.Port)
	for _, f := range c.Fallbacks {
		add(f.Host, f.Port)
	}
	return out
}
