package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// isolated makes a world beside the page's own: it sees the document but not
// the page's scripts, and the page's policy does not hold in it.
func isolated(ctx context.Context) (runtime.ExecutionContextID, error) {
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	w, err := chromedp.Call(ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "browsertest"})
	return w.ExecutionContextID, err
}

// axeSource reads the checker; it skips or fails the test without it.
func axeSource(t testing.TB) string {
	t.Helper()
	_, here, _, ok := goruntime.Caller(0)
	if !ok {
		t.Fatal("the place of this file is not known")
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(here), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		require(t, "axe")
	}
	return string(b)
}

// axeRun checks the rules of WCAG 2.2 level A and AA and good practice.
const axeRun = `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
	.then((r) => JSON.stringify(r.violations.map((v) => ({ id: v.id, impact: v.impact, count: v.nodes.length,
		at: v.nodes[0].target.join(" "), why: v.nodes[0].failureSummary }))))`

// Axe fails the test for every accessibility rule that the page breaks. It
// needs timers, so it does nothing where scripts are off: the markup is the
// same there.
func (tab *Tab) Axe() {
	tab.t.Helper()
	if tab.still {
		return
	}
	source := axeSource(tab.t)
	var broken []struct {
		ID, Impact, At, Why string
		Count               int
	}
	tab.call("axe", func(ctx context.Context) error {
		world, err := isolated(ctx)
		if err != nil {
			return err
		}
		if _, err := eval(ctx, world, source+";0"); err != nil {
			return err
		}
		raw, err := eval(ctx, world, axeRun)
		if err != nil {
			return err
		}
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &broken)
	})
	for _, v := range broken {
		tab.t.Errorf("axe on %s: %s (%s) x%d at %s: %s", tab.where(), v.ID, v.Impact, v.Count, v.At, strings.ReplaceAll(v.Why, "\n", " "))
	}
}

func eval(ctx context.Context, world runtime.ExecutionContextID, script string) (json.RawMessage, error) {
	r, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ContextID: world, AwaitPromise: yes(), ReturnByValue: yes(),
	})
	if err != nil {
		return nil, err
	}
	if r.ExceptionDetails != nil {
		return nil, fmt.Errorf("script: %s", r.ExceptionDetails.Text)
	}
	return json.RawMessage(r.Result.Value), nil
}
