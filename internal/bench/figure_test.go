package bench

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	rounds = flag.Int("rounds", 0, "rounds to measure; 0 only tries that everything runs")
	report = flag.String("report", "", "file in whose marked place the table is written, such as docs/performance.md")
	only   = flag.String("figures", "", "measure only figures whose goal contains this text")
)

// figure is one line of the table.
type figure struct {
	goal, what   string
	floor, ours  string // medians as text
	value        string
	gate, result string
}

var figures []figure

// measuring reports whether figures are wanted, or only that the code runs.
func measuring() bool { return *rounds > 0 }

// wanted reports whether a goal was asked for.
func wanted(goal string) bool { return strings.Contains(goal, *only) }

// timed is one side of a comparison.
type timed func() error

// ratio measures ours against floor in turns. per is how often each is called
// in a round. most is the gate on the ratio; 0 means that there is none.
func ratio(t *testing.T, goal, what string, per int, floor, ours timed, most float64) {
	t.Helper()
	if !wanted(goal) {
		return
	}
	a, b, r := turns(t, per, floor, ours)
	f := figure{goal: goal, what: what, floor: duration(median(a)), ours: duration(median(b)), value: spread(r, "x")}
	if most > 0 {
		f.gate, f.result = fmt.Sprintf("<= %gx", most), verdict(median(r) <= most)
	}
	add(t, f)
}

// rate is ratio said the other way round: how often ours answers in the time
// of the floor's answer. least is the gate.
func rate(t *testing.T, goal, what string, per int, floor, ours timed, least float64) {
	t.Helper()
	if !wanted(goal) {
		return
	}
	a, b, r := turns(t, per, floor, ours)
	for i := range r {
		r[i] = 1 / r[i]
	}
	f := figure{goal: goal, what: what, floor: duration(median(a)), ours: duration(median(b)), value: spread(r, "x the rate")}
	if least > 0 {
		f.gate, f.result = fmt.Sprintf(">= %gx", least), verdict(median(r) >= least)
	}
	add(t, f)
}

// within measures an absolute time, for the few goals that are one.
func within(t *testing.T, goal, what string, per int, ours timed, most time.Duration) {
	t.Helper()
	if !wanted(goal) {
		return
	}
	a, _, _ := turns(t, per, ours, nil)
	f := figure{goal: goal, what: what, ours: duration(median(a)), value: duration(slices.Min(a)) + " to " + duration(slices.Max(a))}
	if most > 0 {
		f.gate, f.result = "<= "+duration(float64(most)), verdict(median(a) <= float64(most))
	}
	add(t, f)
}

// turns returns the nanoseconds of one call of each side by round, and their
// ratios. Within a round the calls take turns too, and the median call counts:
// on a loaded machine the mean is that of the moments when somebody else ran.
// The first round warms up and is not counted.
func turns(t *testing.T, per int, floor, ours timed) (a, b, r []float64) {
	t.Helper()
	n := *rounds
	if !measuring() {
		n, per = 1, 1
	}
	once := func(f timed) float64 {
		if f == nil {
			return 1
		}
		begin := time.Now()
		if err := f(); err != nil {
			t.Fatal(err)
		}
		return float64(time.Since(begin))
	}
	for i := range n + 1 {
		runtime.GC()
		var x, y []float64
		for range per {
			x, y = append(x, once(floor)), append(y, once(ours))
		}
		if i > 0 {
			a, b = append(a, median(x)), append(b, median(y))
			r = append(r, median(y)/median(x))
		}
	}
	return a, b, r
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func spread(v []float64, unit string) string {
	return fmt.Sprintf("%s%s (%s..%s)", number(median(v)), unit, number(slices.Min(v)), number(slices.Max(v)))
}

func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return number(ns) + " ns"
	case ns < 1e6:
		return number(ns/1e3) + " us"
	case ns < 1e9:
		return number(ns/1e6) + " ms"
	}
	return number(ns/1e9) + " s"
}

func verdict(ok bool) string {
	if ok {
		return "pass"
	}
	return "MISS"
}

func add(t *testing.T, f figure) {
	t.Helper()
	if !measuring() {
		return
	}
	t.Logf("%s: %s: %s %s %s", f.goal, f.what, f.value, f.gate, f.result)
	figures = append(figures, f)
}

// table is the figures in Markdown.
func table() string {
	var b strings.Builder
	b.WriteString("| Goal | What | Floor | Ours | Result | Gate | |\n|---|---|---|---|---|---|---|\n")
	for _, f := range figures {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", f.goal, f.what, f.floor, f.ours, f.value, f.gate, f.result)
	}
	return b.String()
}

const (
	beginMark = "<!-- figures: written by make bench -->"
	endMark   = "<!-- end of figures -->"
)

// publish writes the table between the marks of a document.
func publish(path string) error {
	if !filepath.IsAbs(path) {
		path = filepath.Join("..", "..", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(text), beginMark)
	_, tail, also := strings.Cut(rest, endMark)
	if !ok || !also {
		return fmt.Errorf("%s has no place for figures", path)
	}
	said := fmt.Sprintf("\nMeasured %s with `make bench ROUNDS=%d` on %s.\n\n", time.Now().UTC().Format("2 January 2006, 15:04 UTC"), *rounds, machine())
	return os.WriteFile(path, []byte(head+beginMark+"\n"+said+table()+"\n"+endMark+tail), 0o644)
}

// machine describes what it was measured on, without names of hosts.
func machine() string {
	cpu := "unknown processors"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(b), "model name"); ok {
			name, _, _ := strings.Cut(rest, "\n")
			cpu = strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	load := "unknown load"
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(b), " ")
	}
	return fmt.Sprintf("%d x %s, %s/%s, %s, load average %s at the end", runtime.NumCPU(), cpu, runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}
