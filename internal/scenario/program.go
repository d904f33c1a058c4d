package scenario

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program builds the binary once for all tests of the package; the directory
// is removed by TestMain.
var program = sync.OnceValues(func() (string, error) {
	built = true
	dir, err := os.MkdirTemp("", "bailiwick-scenario-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "bailiwick")
	args := []string{"build", "-o", path}
	if raceEnabled {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "bailiwick/cmd/bailiwick")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// built says that program has run.
var built bool

// Binary returns the path of the real program, built from the tree.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Process is the program at work.
type Process struct {
	Addr   string // of the public listener
	Stderr *Log   // everything it wrote for its operators
	cmd    *exec.Cmd
	ended  chan struct{}
}

// environ is the environment of the program without settings of ours, so that
// the machine's own do not leak into a test.
func environ() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "TMPDIR=" + os.TempDir()}
}

// Launch starts "serve" on a data directory and returns when it is ready. The
// process is killed when the test ends, if it still runs.
func Launch(t testing.TB, args ...string) *Process {
	t.Helper()
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--tenant-rate", "0"}, args...)
	p := &Process{Stderr: &Log{}, ended: make(chan struct{}), cmd: exec.Command(Binary(t), args...)}
	p.cmd.Env = environ()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = write
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() { p.Kill(); <-p.ended })
	ready := make(chan string, 1)
	go p.read(read, ready)
	select {
	case p.Addr = <-ready:
	case <-p.ended:
		time.Sleep(50 * time.Millisecond) // for what it said last
		t.Fatalf("the program ended before it was ready:\n%s", p.Stderr)
	case <-time.After(time.Minute):
		t.Fatalf("the program is not ready after a minute:\n%s", p.Stderr)
	}
	return p
}

// read keeps what the program says and looks for the line that it is ready.
func (p *Process) read(from *os.File, ready chan<- string) {
	defer func() { _ = from.Close() }()
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadBytes('\n')
		_, _ = p.Stderr.Write(line)
		var l struct{ Msg, Listen string }
		if json.Unmarshal(line, &l) == nil && l.Msg == "ready" {
			ready <- l.Listen
		}
		if err != nil {
			return
		}
	}
}

// Kill ends the process at once, as a power failure would: nothing of it runs
// any more when Kill returns.
func (p *Process) Kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.ended
}

// Command runs the program to its end and returns what it printed and how it
// ended. It fails the test if the program does not end within a minute.
func Command(t testing.TB, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, Binary(t), args...)
	cmd.Env = append(environ(), env...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		t.Fatalf("%v does not end:\n%s", args, errOut.String())
	case errors.As(err, &exit):
		status = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return out.String(), errOut.String(), status
}
