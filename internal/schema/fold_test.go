package schema_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bailiwick/internal/schema"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Müller": "muller", "STRASSE": "strasse", "Straße": "strasse", "Łódź": "lodz", "Ærø": "aero", "İstanbul": "istanbul",
		"ﬁn": "fin", "ΣΑΣ": "σασ", "Σας": "σασ", "Елена": "елена",
	} {
		if got := schema.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	if diff := cmp.Diff([]string{"anna", "maria", "keller", "2"}, schema.Tokens("Anna-Maria KELLER, anna (2)")); diff != "" {
		t.Error(diff)
	}
	if n := len(schema.Tokens(strings.Repeat("x", 10_000))[0]); n != schema.MaxTokenRunes {
		t.Errorf("a token of %d letters", n)
	}
}

func TestPrefixes(t *testing.T) {
	for in, want := range map[string][]string{
		"ab": nil, "abc": {"abc"}, "müller": {"mül", "müll", "mülle", "müller"},
		"abcdefghij": {"abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"},
	} {
		if diff := cmp.Diff(want, schema.Prefixes(in)); diff != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		once := schema.Fold(s)
		if twice := schema.Fold(once); twice != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, twice)
		}
		for _, tok := range schema.Tokens(s) {
			if again := schema.Tokens(tok); len(again) != 1 || again[0] != tok {
				t.Fatalf("the token %q is not its own token: %q", tok, again)
			}
		}
	})
}
