package schema_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"bailiwick/internal/schema"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(samplePack))
	f.Add([]byte(badField("kind: text, category: business")))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := schema.Parse("fuzz.yaml", data)
		if (p == nil) == (err == nil) {
			t.Fatal("neither a pack nor an error, or both")
		}
		if err == nil {
			_ = schema.Check([]*schema.Pack{p}) // must not panic
		}
	})
}

// jsonSeeds and textSeeds reach every kind.
var (
	jsonSeeds = []string{
		`null`, `"a"`, `"\u0041\u030a"`, `12`, `-0`, `"12.50"`, `12.5`, `true`, `"large"`, `["large","small"]`, `"2026-11-24"`,
		`"2026-11-24T09:30:00.5+02:00"`, `"DE"`, `"a@EXAMPLE.com"`, `"+49 30 1"`, `"https://example.com/"`, `"` + idA + `"`,
		`["` + idB + `","` + idA + `"]`, `[{"who":"` + idA + `","note":"x","ok":null}]`, `"\ud800"`, `{}`, `[`,
	}
	textSeeds = []string{"", " a ", "Groß, small", "ja", "-1.5", "2026-11-24", "2026-11-24T09:30Z", "deutschland", "x@y.example", "+1 (2) 345", "http://example.com", idA + "," + idB}
)

func FuzzFromJSON(f *testing.F) {
	fields := sample(f).All()
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, field := range fields {
			v, bad := field.Kind.FromJSON(field, raw)
			holds(t, field, v, bad)
		}
	})
}

func FuzzFromText(f *testing.F) {
	fields := sample(f).All()
	for _, s := range append(textSeeds, jsonSeeds...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, field := range fields {
			v, bad := field.Kind.FromText(field, text)
			holds(t, field, v, bad)
		}
	})
}

// FuzzStored hands every kind bytes that it never made: what a damaged store
// could return.
func FuzzStored(f *testing.F) {
	fields := sample(f).All()
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, raw []byte) {
		for _, field := range fields {
			v := schema.Value(raw)
			_, _ = field.Kind.Text(field, v, "de"), field.Kind.Edit(field, v)
			_, _ = field.Kind.Words(field, v), field.Kind.SortKey(field, v, "fr")
			_, _ = schema.Indexes(field, v), schema.References(v)
			if len(field.Group) > 0 {
				_ = schema.JoinRows(field, schema.Rows(field, v))
			}
		}
	})
}

// failing is what *testing.T and *rapid.T share.
type failing interface {
	Fatalf(format string, args ...any)
}

// holds checks the contract of Kind for what a kind returned.
func holds(t failing, f *schema.Field, v schema.Value, bad *schema.Violation) {
	name := f.Kind.Name()
	if bad != nil {
		if v != nil || schema.Rules()[bad.Rule] == "" || bad.Message == "" {
			t.Fatalf("%s: violation of %q", name, bad.Rule)
		}
		return
	}
	if v.IsEmpty() {
		return
	}
	if !json.Valid(v) || !utf8.Valid(v) {
		t.Fatalf("%s: %q is not JSON", name, []byte(v))
	}
	again, bad := f.Kind.FromJSON(f, json.RawMessage(v))
	if bad != nil || string(again) != string(v) {
		t.Fatalf("%s: %q becomes %q when read again (%v)", name, []byte(v), []byte(again), bad)
	}
	again, bad = f.Kind.FromText(f, f.Kind.Edit(f, v))
	if bad != nil || string(again) != string(v) {
		t.Fatalf("%s: %q becomes %q when edited (%v)", name, []byte(v), []byte(again), bad)
	}
}

func TestRoundTripsOfRandomValues(t *testing.T) {
	fields := sample(t).All()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		raw, err := json.Marshal(text)
		if err != nil {
			t.Fatalf("%v", err)
		}
		for _, f := range fields {
			v, bad := f.Kind.FromText(f, text)
			holds(t, f, v, bad)
			v, bad = f.Kind.FromJSON(f, raw)
			holds(t, f, v, bad)
		}
		n := rapid.Int64().Draw(t, "number")
		for _, f := range fields {
			raw, _ := json.Marshal(n)
			v, bad := f.Kind.FromJSON(f, raw)
			holds(t, f, v, bad)
		}
	})
}
