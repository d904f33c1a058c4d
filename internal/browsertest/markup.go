package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// What follows finds elements by markup and text, for the few places where
// several elements share a role and a name, or have none.

// ClickText clicks the first visible element that a selector matches and whose
// text contains text.
func (tab *Tab) ClickText(selector, text string) {
	tab.t.Helper()
	tab.clickFound(fmt.Sprintf("click %s with %q", selector, text),
		`[...document.querySelectorAll(%s)].find((e) => e.checkVisibility() && e.textContent.replace(/\s+/g, " ").includes(%s))`, selector, text)
}

// ClickNear clicks the button with a text in the nearest surroundings of the
// input whose name begins with name.
func (tab *Tab) ClickNear(name, text string) {
	tab.t.Helper()
	tab.clickFound(fmt.Sprintf("click %q near %s", text, name),
		`(() => { let e = [...document.querySelectorAll("main input, main select")].find((i) => i.type !== "hidden" && i.name.startsWith(%s));
			for (; e; e = e.parentElement) {
				const b = [...e.querySelectorAll("button")].find((b) => b.textContent.trim().includes(%s));
				if (b) return b;
			} })()`, name, text)
}

func (tab *Tab) clickFound(what, script string, args ...string) {
	tab.t.Helper()
	quoted := make([]any, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			tab.t.Fatal(err)
		}
		quoted[i] = string(b)
	}
	tab.call(what, func(ctx context.Context) error {
		until := time.Now().Add(patience / 3)
		for {
			id, err := object(ctx, fmt.Sprintf(script, quoted...))
			if err == nil && id != "" {
				node, err := chromedp.Call(ctx, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: id})
				if err != nil {
					return err
				}
				if err := clickOn(ctx, node.Node.BackendNodeID); err != nil {
					return err
				}
				return tab.settle(ctx)
			}
			if err == nil && time.Now().After(until) {
				return fmt.Errorf("there is no such element")
			}
			if err != nil && time.Now().After(until) {
				return err
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
}

// object evaluates an expression in a world of its own and returns a handle to
// what it yields; empty for nothing.
func object(ctx context.Context, script string) (runtime.RemoteObjectID, error) {
	world, err := isolated(ctx)
	if err != nil {
		return "", err
	}
	r, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: script, ContextID: world})
	if err != nil {
		return "", err
	}
	if r.ExceptionDetails != nil {
		return "", fmt.Errorf("script: %s", r.ExceptionDetails.Text)
	}
	return r.Result.ObjectID, nil
}

// Attach puts a file into the file control with a label. Such a control is a
// button to screen readers, named after the file too.
func (tab *Tab) Attach(label, path string) {
	tab.t.Helper()
	tab.call("attach "+label, func(ctx context.Context) error {
		quoted, err := json.Marshal(label)
		if err != nil {
			return err
		}
		id, err := object(ctx, `[...document.querySelectorAll("label")].find((l) => l.textContent.trim() === `+string(quoted)+`)?.control`)
		if err != nil || id == "" {
			return fmt.Errorf("there is no such control: %w", err)
		}
		_, err = chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, ObjectID: id})
		return err
	})
}

// visible returns the visible text of the first element that a selector
// matches; empty while there is none.
func visible(ctx context.Context, selector string) (string, error) {
	world, err := isolated(ctx)
	if err != nil {
		return "", err
	}
	quoted, err := json.Marshal(selector)
	if err != nil {
		return "", err
	}
	raw, err := eval(ctx, world, `document.querySelector(`+string(quoted)+`)?.innerText ?? ""`)
	if err != nil {
		return "", err
	}
	var text string
	return text, json.Unmarshal(raw, &text)
}

// TextOf returns the text of the first element that a selector matches.
func (tab *Tab) TextOf(selector string) string {
	tab.t.Helper()
	var text string
	tab.call("text of "+selector, func(ctx context.Context) (err error) {
		text, err = visible(ctx, selector)
		return err
	})
	return text
}

// Type inserts text into whatever has the focus.
func (tab *Tab) Type(text string) {
	tab.t.Helper()
	tab.call("type", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.KeyEvent(text)) })
}

// Reload loads the page again until it holds a text: for work under way, where
// scripts that would do so are off.
func (tab *Tab) Reload(text string) {
	tab.t.Helper()
	tab.call("reload until "+text, func(ctx context.Context) error {
		for {
			have, err := visible(ctx, "main")
			if err == nil && strings.Contains(have, text) {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			time.Sleep(200 * time.Millisecond)
			if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
				return err
			}
		}
	})
}

// Sideways returns by how many pixels the page can be scrolled sideways.
func (tab *Tab) Sideways() int {
	tab.t.Helper()
	return tab.measure(`Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)`)
}

// CutOff returns how many tables of the page are wider than their place.
func (tab *Tab) CutOff() int {
	tab.t.Helper()
	return tab.measure(`[...document.querySelectorAll(".scroll:has(> .table, > .matrix)")].filter((e) => e.scrollWidth > e.clientWidth).length`)
}

// measure evaluates a script that yields a number.
func (tab *Tab) measure(script string) int {
	tab.t.Helper()
	var n int
	tab.call("measure", func(ctx context.Context) error {
		world, err := isolated(ctx)
		if err != nil {
			return err
		}
		raw, err := eval(ctx, world, script)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &n)
	})
	return n
}
