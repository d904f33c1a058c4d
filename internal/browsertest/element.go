package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// find returns the element with a role and an accessible name: what a screen
// reader would find. It waits for one; the first of several counts.
func (tab *Tab) find(ctx context.Context, role, name string) (cdp.BackendNodeID, error) {
	until := time.Now().Add(patience / 3)
	for {
		id, err := find1(ctx, role, name)
		if err == nil || time.Now().After(until) {
			return id, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func find1(ctx context.Context, role, name string) (cdp.BackendNodeID, error) {
	doc, err := chromedp.Call(ctx, dom.GetDocument, dom.GetDocumentParams{})
	if err != nil {
		return 0, err
	}
	found, err := chromedp.Call(ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		BackendNodeID: doc.Root.BackendNodeID, Role: role, AccessibleName: name,
	})
	if err != nil {
		return 0, err
	}
	for _, n := range found.Nodes {
		if !n.Ignored && n.BackendDOMNodeID != 0 {
			return n.BackendDOMNodeID, nil
		}
	}
	return 0, fmt.Errorf("there is no %s named %q", role, name)
}

// Click clicks the element with a role ("button", "link", "radio", ...) and a
// name, and waits until a page stands.
func (tab *Tab) Click(role, name string) {
	tab.t.Helper()
	tab.call(fmt.Sprintf("click %s %q", role, name), func(ctx context.Context) error {
		id, err := tab.find(ctx, role, name)
		if err != nil {
			return err
		}
		if err := clickOn(ctx, id); err != nil {
			return err
		}
		return tab.settle(ctx)
	})
}

func clickOn(ctx context.Context, id cdp.BackendNodeID) error {
	if _, err := chromedp.Call(ctx, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: id}); err != nil {
		return err
	}
	quads, err := chromedp.Call(ctx, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: id})
	if err != nil {
		return err
	}
	if len(quads.Quads) == 0 || len(quads.Quads[0]) < 8 {
		return fmt.Errorf("the element has no place on the page")
	}
	q := quads.Quads[0]
	return chromedp.Do(ctx, chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2))
}

// Fill types text into the control with a label, in place of what was there.
func (tab *Tab) Fill(label, text string) {
	tab.t.Helper()
	tab.call("fill "+label, func(ctx context.Context) error {
		id, err := tab.control(ctx, label)
		if err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, dom.Focus, dom.FocusParams{BackendNodeID: id}); err != nil {
			return err
		}
		// Dates and times have no text to type over; their value is set.
		const set = `function (v) {
			if (/^(date|datetime-local)$/.test(this.type)) { this.value = v; }
			else { this.select(); return true; }
			this.dispatchEvent(new Event("input", { bubbles: true }));
			this.dispatchEvent(new Event("change", { bubbles: true }));
			return false; }`
		var typed bool
		if err := on(ctx, id, set, &typed, text); err != nil || !typed {
			return err
		}
		_, err = chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// control finds a text control by its label.
func (tab *Tab) control(ctx context.Context, label string) (cdp.BackendNodeID, error) {
	var last error
	until := time.Now().Add(patience / 3)
	for {
		for _, role := range []string{"textbox", "searchbox", "Date", "DateTime", "spinbutton", "combobox"} {
			id, err := find1(ctx, role, label)
			if err == nil {
				return id, nil
			}
			last = err
		}
		if time.Now().After(until) {
			return 0, fmt.Errorf("there is no control labelled %q: %w", label, last)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Choose picks an option, by its text, in the select with a label.
func (tab *Tab) Choose(label, option string) {
	tab.t.Helper()
	tab.call("choose "+label, func(ctx context.Context) error {
		id, err := tab.find(ctx, "combobox", label)
		if err != nil {
			return err
		}
		const pick = `function (want) {
			const o = [...this.options].find((o) => o.text.trim() === want);
			if (!o) return false;
			this.value = o.value;
			this.dispatchEvent(new Event("input", { bubbles: true }));
			this.dispatchEvent(new Event("change", { bubbles: true }));
			return true; }`
		var ok bool
		if err := on(ctx, id, pick, &ok, option); err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("there is no option %q", option)
		}
		return tab.settle(ctx)
	})
}

// Has reports whether an element with a role and a name is on the page now.
func (tab *Tab) Has(role, name string) bool {
	tab.t.Helper()
	has := false
	tab.call("look", func(ctx context.Context) error {
		_, err := find1(ctx, role, name)
		has = err == nil
		return nil
	})
	return has
}

// Press types keys, such as "/" or "\r", into whatever has the focus, and waits
// until a page stands.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.call("press", func(ctx context.Context) error {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
			return err
		}
		return tab.settle(ctx)
	})
}

// PressShift types a key with the Shift key held down.
func (tab *Tab) PressShift(key string) {
	tab.t.Helper()
	tab.call("press with shift", func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierShift)))
	})
}

// on calls a function on an element, in a world of its own so that it works
// where the page's scripts are off.
func on(ctx context.Context, id cdp.BackendNodeID, function string, result any, args ...string) error {
	world, err := isolated(ctx)
	if err != nil {
		return err
	}
	obj, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: id, ExecutionContextID: world})
	if err != nil {
		return err
	}
	p := runtime.CallFunctionOnParams{FunctionDeclaration: function, ObjectID: obj.Object.ObjectID, ReturnByValue: yes()}
	for _, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			return err
		}
		p.Arguments = append(p.Arguments, &runtime.CallArgument{Value: b})
	}
	r, err := chromedp.Call(ctx, runtime.CallFunctionOn, p)
	if err != nil {
		return err
	}
	if r.ExceptionDetails != nil {
		return fmt.Errorf("script: %s", r.ExceptionDetails.Text)
	}
	return json.Unmarshal(r.Result.Value, result)
}

func yes() *bool {
	v := true
	return &v
}

// Value returns what the control with a label holds.
func (tab *Tab) Value(label string) string {
	tab.t.Helper()
	var value string
	tab.call("value of "+label, func(ctx context.Context) error {
		id, err := tab.control(ctx, label)
		if err != nil {
			return err
		}
		return on(ctx, id, `function () { return this.value; }`, &value)
	})
	return value
}
