package browsertest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	clog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Tab is one person's window: cookies of its own, one page at a time. It is
// for one goroutine. Everything that goes wrong fails the test.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	trouble  []string
	expected []string // trouble that a story provokes on purpose
	bytes    float64  // received since the last Open
	loading  bool     // whether a page is on its way
	still    bool     // whether scripts are off
	foreign  []string // addresses asked for on other hosts
}

// Tab opens a window of the wide size. When the test ends it is closed and its
// console is judged.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	tab := &Tab{t: t, ctx: ctx}
	// The first action binds the window to its context: one with a deadline
	// would close it.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("a window does not open: %v", err)
	}
	t.Cleanup(func() {
		tab.judge()
		closeTab()
	})
	tab.Size(1280, 900)
	tab.call("the log", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, clog.Enable, cdp.Empty{})
		return err
	})
	tab.call("the network", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
		return err
	})
	if err := chromedp.Listen(ctx, tab.listen); err != nil {
		t.Fatal(err)
	}
	return tab
}

// listen notes what a page must not do.
func (tab *Tab) listen(ev any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := ev.(type) {
	case *clog.EventEntryAdded:
		if e.Entry.Level != clog.EntryLevelVerbose && e.Entry.Level != clog.EntryLevelInfo {
			tab.trouble = append(tab.trouble, "log: "+e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		tab.trouble = append(tab.trouble, "the page wrote to the console")
	case *runtime.EventExceptionThrown:
		tab.trouble = append(tab.trouble, "exception: "+e.ExceptionDetails.Text)
	case *page.EventFrameStartedLoading:
		tab.loading = true
	case *page.EventFrameStoppedLoading:
		tab.loading = false
	case *network.EventLoadingFinished:
		tab.bytes += e.EncodedDataLength
	case *network.EventRequestWillBeSent:
		if host := hostOf(e.Request.URL); host != "" && !strings.HasSuffix(host, "localhost") {
			tab.foreign = append(tab.foreign, host)
		}
	}
}

func hostOf(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	return host
}

// Expect says that the story provokes a line of the console that contains
// text, such as the status of a refused form.
func (tab *Tab) Expect(text string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.expected = append(tab.expected, text)
}

// judge fails the test for trouble that was not expected.
func (tab *Tab) judge() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, line := range tab.trouble {
		known := false
		for _, text := range tab.expected {
			known = known || strings.Contains(line, text)
		}
		if !known {
			tab.t.Errorf("browser: %s", line)
		}
	}
	for _, host := range tab.foreign {
		tab.t.Errorf("browser: a request to another site: %s", host)
	}
}

// call does one thing within the tab's patience.
func (tab *Tab) call(what string, f func(context.Context) error) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := f(ctx); err != nil {
		tab.t.Fatalf("%s: %v (on %s)", what, err, tab.where())
	}
}

// where is the address of the page, without what its query holds.
func (tab *Tab) where() string {
	ctx, cancel := context.WithTimeout(tab.ctx, 5*time.Second)
	defer cancel()
	url, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "an unknown page"
	}
	path, _, _ := strings.Cut(url, "?")
	return path
}

// URL returns the address of the page.
func (tab *Tab) URL() string {
	tab.t.Helper()
	var url string
	tab.call("address", func(ctx context.Context) (err error) {
		url, err = chromedp.Run(ctx, chromedp.Location())
		return err
	})
	return url
}

// Open goes to an address.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	tab.mu.Lock()
	tab.bytes = 0
	tab.mu.Unlock()
	tab.call("open "+url, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.Navigate(url))
	})
}

// Bytes returns what was received over the wire since the last Open.
func (tab *Tab) Bytes() int {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return int(tab.bytes)
}

// Size sets the window's size in pixels.
func (tab *Tab) Size(width, height int) {
	tab.t.Helper()
	tab.call("size", func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.EmulateViewport(int64(width), int64(height)))
	})
}

// Dark chooses the system's appearance.
func (tab *Tab) Dark(on bool) {
	tab.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	tab.call("appearance", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		return err
	})
}

// NoScript turns the scripts of pages off.
func (tab *Tab) NoScript() {
	tab.t.Helper()
	tab.still = true
	tab.call("no scripts", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

// Language sets what the browser asks for.
func (tab *Tab) Language(lang string) {
	tab.t.Helper()
	tab.call("language", func(ctx context.Context) error {
		agent, err := chromedp.Run(ctx, chromedp.Evaluate[string]("navigator.userAgent"))
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: lang})
		return err
	})
}

// Screenshot writes the whole page as a PNG file.
func (tab *Tab) Screenshot(path string) {
	tab.t.Helper()
	var png []byte
	tab.call("screenshot", func(ctx context.Context) (err error) {
		png, err = chromedp.Run(ctx, chromedp.FullScreenshot(100))
		return err
	})
	if err := os.WriteFile(path, png, 0o600); err != nil {
		tab.t.Fatal(err)
	}
}

// Text returns the visible text of the page's main part.
func (tab *Tab) Text() string {
	tab.t.Helper()
	var text string
	tab.call("text", func(ctx context.Context) (err error) {
		text, err = visible(ctx, "main")
		return err
	})
	return text
}

// settle waits until the page that an act may have asked for is there.
func (tab *Tab) settle(ctx context.Context) error {
	for {
		time.Sleep(70 * time.Millisecond) // until a navigation has begun, if there is one
		tab.mu.Lock()
		loading := tab.loading
		tab.mu.Unlock()
		if !loading {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// See waits until the page's main part holds every text.
func (tab *Tab) See(texts ...string) {
	tab.t.Helper()
	until := time.Now().Add(patience / 3)
	for {
		missing := ""
		have := tab.Text()
		for _, s := range texts {
			if !strings.Contains(have, s) {
				missing = s
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(until) {
			tab.t.Fatalf("%q is not on %s:\n%s", missing, tab.where(), clip(have))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Miss fails the test if the page's main part holds a text.
func (tab *Tab) Miss(text string) {
	tab.t.Helper()
	if strings.Contains(tab.Text(), text) {
		tab.t.Fatalf("%q is on %s", text, tab.where())
	}
}

func clip(s string) string {
	if len(s) > 1500 {
		return s[:1500] + fmt.Sprintf(" ... (%d bytes)", len(s))
	}
	return s
}
