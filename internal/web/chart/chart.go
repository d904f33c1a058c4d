// Package chart draws the product's charts as inline SVG.
//
// Invariants:
//
//   - A drawing holds classes and presentation attributes only, no style
//     attribute, so that it survives the strict content security policy and
//     follows the theme of the page.
//   - Every text is escaped here; the result is safe to print as it is.
//   - A chart never stands alone: its page shows the same numbers as a table.
package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Bar is one bar. Tone is a class of the style sheet ("low", "critical", ...)
// or empty for the brand colour.
type Bar struct {
	Label string
	Count int64
	Text  string // the number as people of the viewer's language write it
	Tone  string
}

const (
	width   = 400
	lineH   = 34
	labelW  = 124
	numberW = 52
)

// tones are the classes a bar may have; anything else is dropped, so that no
// text of a customer becomes part of an attribute.
var tones = map[string]bool{"low": true, "medium": true, "high": true, "critical": true}

// Bars draws horizontal bars from zero, one line each. title names the drawing
// for screen readers. No bars yield the empty text.
func Bars(title string, bars []Bar) template.HTML {
	if len(bars) == 0 {
		return ""
	}
	top := int64(1)
	for _, b := range bars {
		top = max(top, b.Count)
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="%s">`,
		width, len(bars)*lineH, template.HTMLEscapeString(title))
	for i, b := range bars {
		y := i * lineH
		full := int64(width - labelW - numberW)
		w := full * max(b.Count, 0) / top
		class := "bar"
		if tones[b.Tone] {
			class += " " + b.Tone
		}
		fmt.Fprintf(&s, `<text x="0" y="%d">%s</text>`, y+23, template.HTMLEscapeString(shorten(b.Label)))
		fmt.Fprintf(&s, `<rect class="track" x="%d" y="%d" width="%d" height="22" rx="4"/>`, labelW, y+7, full)
		if b.Count > 0 { // the least that is there can be seen, nothing cannot
			fmt.Fprintf(&s, `<rect class="%s" x="%d" y="%d" width="%d" height="22" rx="4"/>`, class, labelW, y+7, max(w, 3))
		}
		fmt.Fprintf(&s, `<text class="num" x="%d" y="%d">%s</text>`, labelW+int(full)+8, y+23, template.HTMLEscapeString(b.Text))
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String())
}

// shorten keeps a label within its column: about 18 letters fit.
func shorten(label string) string {
	r := []rune(label)
	if len(r) <= 18 {
		return label
	}
	return string(r[:17]) + "…"
}
