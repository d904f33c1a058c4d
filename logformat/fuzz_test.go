package logformat_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bailiwick/logformat"
)

// FuzzDecode: whatever decodes encodes to the same bytes; nothing panics.
func FuzzDecode(f *testing.F) {
	for _, k := range logformat.Kinds() {
		for _, e := range []logformat.Entry{small(k), full(k)} {
			b, err := e.Encode()
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := logformat.Decode(b)
		if err != nil {
			return
		}
		again, err := e.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%q decodes, and encodes as %q (%v)", b, again, err)
		}
	})
}

// TestRoundTrip encodes and decodes entries of all shapes.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[a-zA-Z0-9._:/\[\]-]{1,64}`)
		maybe := func(label string) string { return rapid.OneOf(rapid.Just(""), code).Draw(t, label) }
		list := func(label string, n int) []string {
			l := rapid.SliceOfN(code, 0, n).Draw(t, label)
			if len(l) == 0 {
				return nil
			}
			return l
		}
		ident := func(label string) (out logformat.ID) {
			copy(out[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
			return out
		}
		e := small(rapid.SampledFrom(logformat.Kinds()).Draw(t, "kind"))
		e.Time = time.UnixMicro(rapid.Int64Range(946684800000000, 253370764799999999).Draw(t, "time")).UTC()
		e.Actor, e.Reference, e.Object.Type = maybe("actor"), maybe("reference"), maybe("type")
		e.Reason, e.Before, e.After, e.Detail = maybe("reason"), maybe("before"), maybe("after"), maybe("detail")
		e.ActorRoles, e.Fields, e.Categories, e.Rules = list("roles", 5), list("fields", 20), list("categories", 9), list("rules", 9)
		e.ActorKind = rapid.SampledFrom(logformat.ActorKinds()).Draw(t, "actor kind")
		e.Purpose = rapid.SampledFrom(append(logformat.Purposes(), "")).Draw(t, "purpose")
		e.Level = rapid.SampledFrom(append(logformat.Levels(), "")).Draw(t, "level")
		e.Object.Record, e.Session, e.Import = ident("record"), ident("session"), ident("import")
		e.Revision, e.Count = rapid.Int64Min(0).Draw(t, "revision"), rapid.Int64Min(0).Draw(t, "count")
		for range rapid.IntRange(0, 4).Draw(t, "subjects") {
			if p := logformat.Pseudonym(ident("subject")); p != (logformat.Pseudonym{}) {
				e.Subjects = append(e.Subjects, p)
			}
		}
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := logformat.Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		if d := cmp.Diff(e, got); d != "" {
			t.Fatal(d)
		}
	})
}
