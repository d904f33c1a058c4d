package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// demonstration is Show 1: the program as people build it, from its start to
// three workspaces that answer, and what it takes when nobody does anything.
func demonstration(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "bailiwick")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "bailiwick/cmd/bailiwick")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	info, err := os.Stat(bin)
	must(t, err)
	limit(t, "size of the program", float64(info.Size())/1e6, 40, "MB")

	begin := time.Now()
	run := exec.CommandContext(t.Context(), bin, "demo", "--json", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	out, err := run.StdoutPipe()
	must(t, err)
	must(t, run.Start())
	defer func() { _ = run.Process.Signal(os.Interrupt); _ = run.Wait() }()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	must(t, err)
	ready := time.Since(begin)
	var said struct{ Tenants []struct{ URL string } }
	must(t, json.Unmarshal(line, &said))
	if len(said.Tenants) != 3 {
		t.Fatalf("%d tenants", len(said.Tenants))
	}
	limit(t, "start of the demo until it is ready", ready.Seconds(), 10, "s")
	for _, after := range []time.Duration{2 * time.Second, 30 * time.Second} {
		time.Sleep(after)
		limit(t, fmt.Sprintf("memory (RSS) of the idle demo, %s after", after), resident(t, run.Process.Pid), 80, "MB")
	}
}

// resident is the memory of a process in MB.
func resident(t *testing.T, pid int) float64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(t, err)
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	var kb float64
	_, err = fmt.Sscan(rest, &kb)
	must(t, err)
	return kb * 1024 / 1e6
}

func limit(t *testing.T, what string, have, most float64, unit string) {
	t.Helper()
	add(t, figure{goal: "Show 1", what: what, ours: number(have) + " " + unit, value: number(have) + " " + unit,
		gate: fmt.Sprintf("<= %g %s", most, unit), result: verdict(have <= most)})
}
