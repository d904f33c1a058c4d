package vault

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"testing"

	"bailiwick"
)

var update = flag.Bool("update", false, "write testdata/vectors.json if it is missing; an existing one is never changed")

// vector is one sealing with everything that went into it, in hexadecimal, so
// that another program can check it.
type vector struct {
	Use    string `json:"use"`
	Key    string `json:"key"`
	Nonce  string `json:"nonce"`
	AAD    string `json:"aad"`
	Clear  string `json:"clear"`
	Sealed string `json:"sealed"`
}

// fixed returns bytes from, from+1, ...
func fixed(from byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = from + byte(i)
	}
	return b
}

func vectors(t *testing.T) []vector {
	t.Helper()
	id := func(b byte) bailiwick.ID { return bailiwick.ID(fixed(b, 16)) }
	tenant, record, subject := bailiwick.TenantID{ID: id(0x10)}, bailiwick.RecordID{ID: id(0x20)}, bailiwick.SubjectID{ID: id(0x30)}
	content, err1 := derive(fixed(1, keySize), "bailiwick/v1/content", "")
	secret, err2 := derive(fixed(2, keySize), "bailiwick/v1/secret", string(UserProfile))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	var out []vector
	for _, c := range []struct {
		use string
		key []byte
		aad []byte
	}{
		{"block of a subject", fixed(3, keySize), Block{tenant, record, subject, "health", 7, 2}.aad(nil, 1)},
		{"block of no subject", content, Block{tenant, record, bailiwick.SubjectID{}, "business", 1, 0}.aad(nil, 1)},
		{"secret", secret, secretAAD(tenant, UserProfile, id(0x40), 1)},
		{"wrapped KEK", fixed(4, keySize), wrapAAD(labelKEK, tenant, "", 1, 1)},
		{"wrapped tenant key", fixed(5, keySize), wrapAAD(labelTenant, tenant, purposeContent, 1, 1)},
		{"wrapped subject key", fixed(6, keySize), wrapAAD(labelSubject, tenant, string(subject.ID[:]), 1, 9)},
		{"root check", fixed(7, keySize), []byte(labelRoot)},
	} {
		k, err := newKey(c.key, 1)
		if err != nil {
			t.Fatal(err)
		}
		nonce, clear := fixed(0xc0, nonceSize), []byte("clear content")
		sealed, err := sealWith(bytes.NewReader(nonce), &k, clear, c.aad)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, vector{c.use, hex.EncodeToString(c.key), hex.EncodeToString(nonce), hex.EncodeToString(c.aad),
			hex.EncodeToString(clear), hex.EncodeToString(sealed)})
	}
	return out
}

// TestVectors holds the format: what was sealed once must open for ever.
func TestVectors(t *testing.T) {
	const path = "testdata/vectors.json"
	now := vectors(t)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) && *update {
		b, err := json.MarshalIndent(now, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var golden []vector
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) != len(now) {
		t.Fatalf("%d vectors, want %d", len(golden), len(now))
	}
	for i, g := range golden {
		if g != now[i] {
			t.Errorf("%s: the format has changed:\n%+v\n%+v", g.Use, g, now[i])
		}
		k, err := newKey(unhex(t, g.Key), 1)
		if err != nil {
			t.Fatal(err)
		}
		e, err := parseEnvelope(unhex(t, g.Sealed))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.open(nil, &k, unhex(t, g.AAD)); err != nil || !bytes.Equal(got, unhex(t, g.Clear)) {
			t.Errorf("%s: opened %q, %v", g.Use, got, err)
		}
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzEnvelope takes arbitrary bytes for sealed content: nothing panics, what
// parses is put together again to the same bytes, and nothing opens.
func FuzzEnvelope(f *testing.F) {
	k, err := newKey(fixed(1, keySize), 1)
	if err != nil {
		f.Fatal(err)
	}
	good, err := sealWith(bytes.NewReader(fixed(2, nonceSize)), &k, []byte("clear"), []byte("here"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:Overhead-1])
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{format}, 64))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := parseEnvelope(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Error(err)
			}
			return
		}
		again := append([]byte{format, byte(e.version >> 8), byte(e.version)}, e.nonce...)
		if !bytes.Equal(append(again, e.body...), b) {
			t.Error("the envelope lost bytes")
		}
		if _, err := e.open(nil, &k, []byte("elsewhere")); !errors.Is(err, ErrTampered) {
			t.Errorf("opened elsewhere: %v", err)
		}
		if _, err := e.open(nil, &k, []byte("here")); err == nil && !bytes.Equal(b[3:], good[3:]) {
			t.Error("a forgery opened")
		}
	})
}

// TestAADIsInjective: blocks that differ in anything have other associated
// data, also where parts could run into each other.
func TestAADIsInjective(t *testing.T) {
	seen := map[string]string{}
	add := func(name string, b []byte) {
		if twin, ok := seen[string(b)]; ok {
			t.Errorf("%s and %s have the same associated data", name, twin)
		}
		seen[string(b)] = name
	}
	tenant, record := bailiwick.TenantID{ID: bailiwick.ID{1}}, bailiwick.RecordID{ID: bailiwick.ID{2}}
	base := Block{Tenant: tenant, Record: record, Category: "a"}
	add("base", base.aad(nil, 1))
	add("key version", base.aad(nil, 2))
	for name, change := range map[string]func(*Block){
		"tenant":   func(b *Block) { b.Tenant.ID[0]++ },
		"record":   func(b *Block) { b.Record.ID[0]++ },
		"subject":  func(b *Block) { b.Subject.ID[0]++ },
		"category": func(b *Block) { b.Category = "ab" },
		"revision": func(b *Block) { b.Revision = 1 },
		"slot":     func(b *Block) { b.Slot = 1 },
	} {
		b := base
		change(&b)
		add(name, b.aad(nil, 1))
	}
	add("secret", secretAAD(tenant, UserProfile, bailiwick.ID{2}, 1))
	add("secret of another kind", secretAAD(tenant, Credential, bailiwick.ID{2}, 1))
	for _, label := range []string{labelKEK, labelTenant, labelSubject} {
		add(label, wrapAAD(label, tenant, "x", 1, 1))
		add(label+" version", wrapAAD(label, tenant, "x", 2, 1))
		add(label+" epoch", wrapAAD(label, tenant, "x", 1, 2))
		add(label+" owner", wrapAAD(label, tenant, "y", 1, 1))
	}
}
