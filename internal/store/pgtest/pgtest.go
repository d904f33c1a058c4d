// Package pgtest gives tests databases of a real PostgreSQL, and is used by
// tests only.
//
// One private server per machine and user serves all test binaries that run at
// the same time. It lives in a temporary directory, listens on a socket there
// and on no port, and stops by itself half a minute after the last test binary
// that used it has ended, however that ended: each holds a shared lock on a
// file for as long as it lives, and the process that watches the server waits
// for the exclusive one.
//
// BAILIWICK_TEST_POSTGRES names another server instead, by the URL of a
// superuser. Without either, tests skip, unless BAILIWICK_REQUIRE contains
// "postgres": then they fail.
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that the tests use as superuser
)

// The roles of every test database.
const (
	Owner = "bailiwick_owner" // owns the tables; runs migrations
	App   = "bailiwick_app"   // what the program connects as
)

// Database is a database of one test. The roles of its URLs need no password.
type Database struct {
	Name     string
	AdminURL string // as a superuser
	OwnerURL string // as Owner
	AppURL   string // as App
}

// Required reports whether BAILIWICK_REQUIRE names the tool, so that a test
// must fail rather than skip without it.
func Required(tool string) bool {
	return slices.Contains(strings.Split(os.Getenv("BAILIWICK_REQUIRE"), ","), tool)
}

// New returns an empty database that is dropped when the test ends.
func New(t testing.TB) Database {
	t.Helper()
	return fromTemplate(t, connect(t), "template0")
}

// Migrated returns a copy of a database that build has prepared, which is
// built once per server and version. version must change whenever build would
// make another result; it is hashed, any text will do.
func Migrated(t testing.TB, version string, build func(Database) error) Database {
	t.Helper()
	s := connect(t)
	name, err := s.template(version, build)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return fromTemplate(t, s, name)
}

var databases atomic.Int64

func fromTemplate(t testing.TB, s *server, template string) Database {
	t.Helper()
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), databases.Add(1))
	if err := s.create(name, template); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(name); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return s.database(name)
}

func connect(t testing.TB) *server {
	t.Helper()
	if testing.Short() && !Required("postgres") {
		t.Skip("PostgreSQL is left out in short mode")
	}
	s, err := shared()
	if err != nil {
		if Required("postgres") {
			t.Fatalf("pgtest: %v", err)
		}
		t.Skipf("no PostgreSQL: %v", err)
	}
	return s
}

// server is a running PostgreSQL. It is spoken to over a connection per act
// rather than a kept one, so that test binaries which look for leaked
// goroutines find none of this package's.
type server struct {
	admin *url.URL
}

func newServer(admin string) (*server, error) {
	u, err := url.Parse(admin)
	if err != nil {
		return nil, fmt.Errorf("the URL of the server cannot be read")
	}
	return &server{u}, nil
}

// connected opens a connection as superuser for do and closes it.
func (s *server) connected(do func(ctx context.Context, c *sql.Conn) error) error {
	db, err := sql.Open("pgx", s.admin.String())
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	return do(ctx, c)
}

func (s *server) ping() error {
	return s.connected(func(ctx context.Context, c *sql.Conn) error { return c.PingContext(ctx) })
}

func (s *server) exec(q string) error {
	return s.connected(func(ctx context.Context, c *sql.Conn) error {
		_, err := c.ExecContext(ctx, q)
		return err
	})
}

// roles makes the roles; two binaries may try at once.
func (s *server) roles() error {
	for _, r := range []string{Owner, App} {
		err := s.exec("CREATE ROLE " + r + " LOGIN NOSUPERUSER NOBYPASSRLS")
		if err != nil && !strings.Contains(err.Error(), "42710") && !strings.Contains(err.Error(), "23505") {
			return err
		}
	}
	return nil
}

func (s *server) create(name, template string) error {
	return s.exec("CREATE DATABASE " + name + " OWNER " + Owner + " TEMPLATE " + template)
}

func (s *server) drop(name string) error {
	return s.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
}

func (s *server) database(name string) Database {
	as := func(user string) string {
		u := *s.admin
		u.Path = "/" + name
		if user != "" {
			u.User = url.User(user)
		}
		return u.String()
	}
	return Database{Name: name, AdminURL: as(""), OwnerURL: as(Owner), AppURL: as(App)}
}

// Exec runs statements as the role of one of the database's URLs.
func (d Database) Exec(roleURL, statements string) error {
	db, err := sql.Open("pgx", roleURL)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), statements)
	return err
}
