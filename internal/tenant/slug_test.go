package tenant

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"bailiwick"
)

func TestParseSlug(t *testing.T) {
	for slug, rule := range map[string]string{
		"acme": "", "a-1": "", "nordwind-energie": "", strings.Repeat("a", 63): "",
		"": "label", "ab": "label", "-ab": "label", "ab-": "label", "Acme": "label", "a_b": "label", "1ab": "label", "a.b": "label",
		strings.Repeat("a", 64): "label", "açme": "label", "xn--abc": "punycode", "ab--c": "punycode",
		"www": "reserved", "provider": "reserved", "api": "reserved", "admin": "reserved", "log": "reserved", "mail": "reserved", "static": "reserved",
	} {
		_, err := ParseSlug(slug)
		var e *bailiwick.Error
		got := ""
		if err != nil {
			e = err.(*bailiwick.Error)
			got = e.Fields[0].Rule
		}
		if got != rule {
			t.Errorf("ParseSlug(%q) breaks %q, want %q", slug, got, rule)
		}
	}
}

func TestReservedAreSortedLabels(t *testing.T) {
	if !slices.IsSorted(reserved) {
		t.Error("not sorted")
	}
	for _, r := range reserved {
		if !isLabel(r) {
			t.Errorf("%q is no label", r)
		}
	}
}

func FuzzLabel(f *testing.F) {
	for _, s := range []string{"acme.example.com", "ACME.example.com:80", "[::1]:1", "acme.example.com.", ".example.com", "\u212aelvin.example.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		label, ok := Label(host, "example.com")
		if !ok {
			if label != "" {
				t.Errorf("a refused host has label %q", label)
			}
			return
		}
		if _, err := ParseSlug(label); err != nil {
			t.Errorf("label %q is no slug", label)
		}
		if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("a host beyond ASCII names %q", label)
		}
		if again, ok := Label(label+".example.com", "example.com"); !ok || again != label {
			t.Errorf("label %q does not find itself", label)
		}
	})
}

func FuzzDecode(f *testing.F) {
	d := Document{Packs: []PackFile{{"a.yaml", "x"}}, Entities: []Entity{{Key: "de"}}, Settings: DefaultSettings()}
	b, digest, err := d.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, digest)
	f.Fuzz(func(t *testing.T, b, digest []byte) {
		d, err := DecodeDocument(b, digest)
		if err != nil {
			return
		}
		if _, _, err := d.Encode(); err != nil {
			t.Errorf("decoded and cannot be encoded: %v", err)
		}
	})
}
