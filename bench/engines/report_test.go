package engines

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

const (
	beginMark = "<!-- engines: written by make engines -->"
	endMark   = "<!-- end of engines -->"
)

// write puts the table between the marks of a document.
func write(path, table string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(text), beginMark)
	_, tail, also := strings.Cut(rest, endMark)
	if !ok || !also {
		return fmt.Errorf("%s has no place for figures", path)
	}
	load := "unknown"
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(b), " ")
	}
	said := fmt.Sprintf("Measured %s with `make engines ROUNDS=%d` on %d processors, %s/%s, %s, load average %s at the end.", time.Now().UTC().Format("2 January 2006, 15:04 UTC"),
		*rounds, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
	return os.WriteFile(path, []byte(head+beginMark+"\n"+said+"\n\n"+table+"\n"+endMark+tail), 0o644)
}
