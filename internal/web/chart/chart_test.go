package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestBarsIsWellFormedAndClean(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	cases := map[string][]Bar{
		"none":    nil,
		"one":     {{Label: "Open", Count: 3, Text: "3", Tone: "high"}},
		"zero":    {{Label: "Open", Count: 0, Text: "0"}},
		"hostile": {{Label: hostile, Count: 1, Text: hostile, Tone: hostile}},
		"huge":    {{Label: strings.Repeat("é", 500), Count: 1 << 50, Text: "many"}, {Count: -4}},
	}
	for name, bars := range cases {
		t.Run(name, func(t *testing.T) {
			got := string(Bars(hostile, bars))
			if (got == "") != (len(bars) == 0) {
				t.Fatalf("drawing of %d bars: %q", len(bars), got)
			}
			if strings.Contains(got, "<script") || strings.Contains(got, "style=") {
				t.Errorf("unsafe drawing: %s", got)
			}
			d := xml.NewDecoder(strings.NewReader(got))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("not well-formed: %v in %s", err, got)
				}
			}
		})
	}
}
