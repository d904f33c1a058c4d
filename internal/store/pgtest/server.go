package pgtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// shared returns the server of this machine, started if need be.
var shared = sync.OnceValues(func() (*server, error) {
	if admin := os.Getenv("BAILIWICK_TEST_POSTGRES"); admin != "" {
		s, err := newServer(admin)
		if err != nil {
			return nil, err
		}
		return s, s.roles()
	}
	return private()
})

// watch runs as the server's user. It starts the server, waits until nobody
// holds the lock of users (descriptor 3) and nobody has come back after the
// pause, and stops it, holding the lock so that nobody comes meanwhile.
const watch = `
trap '' HUP INT
"$1/postgres" -D "$2/data" -k "$2" >"$2/log" 2>&1 &
pid=$!
while kill -0 $pid 2>/dev/null; do
  flock -x 3
  flock -u 3
  sleep 30
  if flock -x -n 3; then
    kill -INT $pid
    wait $pid
    rm -rf "$2/data"
    exit 0
  fi
done
rm -rf "$2/data"
`

// settings favour speed; a test database need not survive anything.
const settings = `
listen_addresses = ''
max_connections = 300
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
log_min_messages = fatal
log_min_error_statement = panic
`

// held is the lock of users, until the process ends. It is kept in a variable
// because the garbage collector closes a file that nothing refers to, and the
// server would stop under the tests.
//
//lint:ignore U1000 it is never read
var held *os.File

// private starts or joins the private server.
func private() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("flock"); err != nil {
		return nil, errors.New("the program flock is missing")
	}
	top := filepath.Join(os.TempDir(), fmt.Sprintf("bailiwick-pgtest-%d", os.Getuid()))
	home, who, err := prepare(top)
	if err != nil {
		return nil, err
	}
	if held, err = locked(filepath.Join(top, "users"), syscall.LOCK_SH); err != nil {
		return nil, err
	}
	starting, err := locked(filepath.Join(top, "start"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer starting.Close()
	s, err := newServer("postgres://postgres@/postgres?host=" + home)
	if err != nil {
		return nil, err
	}
	if s.ping() == nil {
		return s, nil
	}
	if err := launch(bin, top, home, who); err != nil {
		return nil, err
	}
	return s, s.await()
}

// binaries finds PostgreSQL's programs: in the path, or where Debian puts the
// newest of them.
func binaries() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("the program initdb was not found")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// prepare makes the directory and, within it, the home of the server. The
// server refuses to run as root: then it runs as the user postgres.
func prepare(top string) (home string, who *syscall.Credential, err error) {
	if err := os.Mkdir(top, 0o711); err != nil && !errors.Is(err, os.ErrExist) {
		return "", nil, err
	}
	info, err := os.Lstat(top)
	if err != nil {
		return "", nil, err
	}
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(st.Uid) != os.Getuid() {
		return "", nil, fmt.Errorf("%s belongs to somebody else", top)
	}
	home = filepath.Join(top, "server")
	if err := os.Mkdir(home, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", nil, err
	}
	if os.Getuid() != 0 {
		return home, nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return "", nil, errors.New("the server does not run as root, and there is no user postgres")
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return home, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(home, uid, gid)
}

// locked opens a file and takes a lock on it that ends with the descriptor.
func locked(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		if err = syscall.Flock(int(f.Fd()), how); err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(err, f.Close())
		}
	}
}

// launch makes a cluster and starts the server under its watch.
func launch(bin, top, home string, who *syscall.Credential) error {
	data := filepath.Join(home, "data")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	run := func(c *exec.Cmd) *exec.Cmd {
		c.Dir = home
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
		c.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setsid: true}
		return c
	}
	init := run(exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"))
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	conf, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = conf.WriteString(settings)
	if err := errors.Join(err, conf.Close()); err != nil {
		return err
	}
	users, err := os.OpenFile(filepath.Join(top, "users"), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer users.Close()
	w := run(exec.Command("sh", "-c", watch, "pgtest", bin, home))
	w.ExtraFiles = []*os.File{users} // descriptor 3
	if err := w.Start(); err != nil {
		return err
	}
	return w.Process.Release()
}

// await waits until the server answers.
func (s *server) await() error {
	var err error
	for range 300 {
		if err = s.ping(); err == nil {
			return s.roles()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the server did not start: %w", err)
}

// template returns the database that build prepared for the version. An
// advisory lock of the server makes other binaries wait for it.
func (s *server) template(version string, build func(Database) error) (name string, err error) {
	name = fmt.Sprintf("template_%x", sha256.Sum256([]byte(version)))[:40]
	return name, s.connected(func(ctx context.Context, c *sql.Conn) error {
		// The lock ends with the connection.
		if _, err := c.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
			return err
		}
		var done bool
		err := c.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&done)
		if err != nil || done {
			return err
		}
		temp := name + "_new"
		if err := errors.Join(s.drop(temp), s.create(temp, "template0")); err != nil {
			return err
		}
		if err := build(s.database(temp)); err != nil {
			return errors.Join(err, s.drop(temp))
		}
		_, err = c.ExecContext(ctx, strings.Join([]string{"ALTER DATABASE", temp, "RENAME TO", name}, " "))
		return err
	})
}
