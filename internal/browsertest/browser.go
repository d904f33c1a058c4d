package browsertest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is a running Chromium. Each Tab in it has cookies of its own.
type Browser struct {
	ctx context.Context
}

// require skips a test that lacks a tool, or fails it where the tool must be
// there.
func require(t testing.TB, tool string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("BAILIWICK_REQUIRE"), ","), tool) {
		t.Fatalf("%s is required and not there", tool)
	}
	t.Skipf("%s is not there", tool)
}

// chromium finds the program.
func chromium() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Start runs a browser until the test ends. Start one per test of a package
// and open a Tab per story: starting takes about a second.
func Start(t testing.TB) *Browser {
	t.Helper()
	path := chromium()
	if path == "" {
		require(t, "chromium")
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("force-prefers-reduced-motion", true), chromedp.Flag("hide-scrollbars", true),
	)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, closeBrowser := chromedp.NewContext(alloc)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return &Browser{ctx: ctx}
}

// patience is how long a tab waits for anything.
const patience = 30 * time.Second
