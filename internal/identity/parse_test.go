package identity

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"bailiwick"
)

func TestParseEmail(t *testing.T) {
	for typed, want := range map[string]string{
		"a@example.com": "a@example.com", " A.B+c@Example.COM ": "a.b+c@example.com", "jürgen@bücher.example": "jürgen@bücher.example",
		"o'neil@example.com": "o'neil@example.com",
		"":                   "", "a": "", "@example.com": "", "a@": "", "a@b": "", "a b@example.com": "", "a@exa mple.com": "", "a@@example.com": "",
		".a@example.com": "", "a..b@example.com": "", `"a"@example.com`: "", "a@[127.0.0.1]": "", "a@-x.com": "", "a@x..com": "",
		"a\x00@example.com": "", "a\r\n@example.com": "", "<a@example.com>": "", "a\u202e@example.com": "",
		strings.Repeat("a", 65) + "@example.com": "", "a@" + strings.Repeat("b.", 127) + "com": "", "\xff@example.com": "",
	} {
		_, folded, err := parseEmail(typed)
		if folded != want || (err == nil) != (want != "") {
			t.Errorf("parseEmail(%q) = %q, %v; want %q", typed, folded, err, want)
		}
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@example.com", "Ä@İ.example", "a@b@c.d", "\u212a@example.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		shown, folded, err := parseEmail(typed)
		if err != nil {
			if typed != "" && len(typed) > 12 && strings.Contains(err.Error(), typed) {
				t.Error("the error holds the address")
			}
			return
		}
		if len(folded) > maxEmail || !utf8.ValidString(folded) || strings.Count(folded, "@") != 1 {
			t.Errorf("folded %q", folded)
		}
		_, again, err := parseEmail(folded)
		if err != nil || again != folded {
			t.Errorf("folding %q again gives %q, %v", folded, again, err)
		}
		if _, other, err := parseEmail(shown); err != nil || other != folded {
			t.Errorf("what is shown, %q, is another address: %q, %v", shown, other, err)
		}
	})
}

func TestHash(t *testing.T) {
	s := &Service{hashing: make(chan struct{}, 2), dummy: dummyHash}
	ctx := context.Background()
	phc, err := s.hash(ctx, "pässword of some length")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("hash = %q, %v", phc, err)
	}
	for password, want := range map[string]bool{
		"pässword of some length":        true,
		"pa\u0308ssword of some length":  true, // the same letters, composed otherwise
		"pässword of some lengtH":        false,
		"":                               false,
		strings.Repeat("x", 1<<20) + "y": false,
	} {
		if got, err := s.fits(ctx, phc, password); err != nil || got != want {
			t.Errorf("fits = %v, %v; want %v", got, err, want)
		}
	}
	if other, _ := s.hash(ctx, "pässword of some length"); other == phc {
		t.Error("two hashes share a salt")
	}
	for _, none := range []string{"", dummyHash(), "$argon2id$v=19$m=1,t=1,p=1$x$y"} {
		if got, err := s.fits(ctx, none, "anything"); err != nil || got {
			t.Errorf("something fits %q: %v", none, err)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	s.hashing <- struct{}{}
	s.hashing <- struct{}{}
	_, err = s.hash(ended, "whatever it is")
	code(t, err, bailiwick.CodeUnavailable)
}

func FuzzParseHash(f *testing.F) {
	f.Add(dummyHash())
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parseHash(s)
		if err != nil {
			return
		}
		if h.String() != s {
			t.Errorf("%q has a second spelling %q", s, h.String())
		}
		if h.memory > 256*1024 || h.time > 16 || h.threads > 4 || h.threads == 0 || h.time == 0 {
			t.Errorf("parameters out of bounds: %+v", h)
		}
	})
}

func FuzzSecrets(f *testing.F) {
	secret, err := newSecret()
	if err != nil {
		f.Fatal(err)
	}
	token, err := newToken()
	if err != nil {
		f.Fatal(err)
	}
	if !isSecret(secret) || !isToken(token) || isSecret(token) || isToken(secret) {
		f.Fatalf("made %d and %d characters that are not what they are", len(secret), len(token))
	}
	f.Add(secret)
	f.Add(token)
	f.Add("bw_" + strings.Repeat("A", 42) + "\u00e9")
	f.Fuzz(func(t *testing.T, s string) {
		if isSecret(s) && isToken(s) {
			t.Error("both a secret and a token")
		}
		if (isSecret(s) || isToken(s)) && strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Error("characters that a header cannot carry")
		}
	})
}
