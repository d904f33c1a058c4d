package logformat_test

import (
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"bailiwick/logformat"
)

// TestRootAgainstTlog compares Root with the tree that a verifier builds.
func TestRootAgainstTlog(t *testing.T) {
	var list [][]byte
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = stored[x]
		}
		return out, nil
	})
	for n := range int64(300) {
		item := []byte(fmt.Sprintf("reference %d", n))
		list = append(list, item)
		hs, err := tlog.StoredHashes(n, item, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hs...)
		want, err := tlog.TreeHash(n+1, reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := logformat.Root(list); tlog.Hash(got) != want {
			t.Fatalf("root of %d: %s, want %x", n+1, got, want)
		}
	}
}

// TestRFC6962 has the values published with Certificate Transparency's own
// tests (the roots of 0, 1, 2, 3 and 8 leaves).
func TestRFC6962(t *testing.T) {
	leaves := [][]byte{}
	for _, s := range []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"} {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, b)
	}
	for n, want := range map[int]string{
		0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	} {
		if got := logformat.Root(leaves[:n]).String(); got != want {
			t.Errorf("root of %d leaves: %s, want %s", n, got, want)
		}
	}
	if got := logformat.LeafHash(nil).String(); got != "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" {
		t.Errorf("hash of the empty leaf: %s", got)
	}
}

func TestReference(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range [][]byte{
		logformat.Reference(id(1), 1, nil), logformat.Reference(id(2), 1, nil), logformat.Reference(id(1), 2, nil),
		logformat.Reference(id(1), 1, []string{"ab", "c"}), logformat.Reference(id(1), 1, []string{"a", "bc"}),
		logformat.Reference(id(1), 1, []string{"abc"}),
	} {
		if seen[string(r)] {
			t.Errorf("two references are the same: %x", r)
		}
		seen[string(r)] = true
	}
}

func TestCommit(t *testing.T) {
	one, two := [32]byte{1}, [32]byte{2}
	a, b := logformat.Commit(one, []byte("entry")), logformat.Commit(two, []byte("entry"))
	if a == b || a == logformat.Commit(one, nil) || a != logformat.Commit(one, []byte("entry")) {
		t.Error("commitments are not bound to nonce and entry")
	}
}

func BenchmarkEncode(b *testing.B) {
	e := full(logformat.RecordChanged)
	buf := make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.AppendEncode(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	e := full(logformat.RecordChanged)
	enc, err := e.Encode()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := logformat.Decode(enc); err != nil {
			b.Fatal(err)
		}
	}
}
