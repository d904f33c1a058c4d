package custody

import (
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bailiwick"
)

var update = flag.Bool("update", false, "write golden files anew")

func samplePacked() *packed {
	id := func(n byte) bailiwick.ID { return bailiwick.ID{15: n} }
	return &packed{
		id: bailiwick.RecordID{ID: id(1)}, entity: bailiwick.EntityID{ID: id(2)}, owner: bailiwick.UserID{ID: id(3)},
		revision: 7, created: 1_700_000_000_000_000, updated: 1_700_000_100_000_000,
		slots:  []packedSlot{{slot: 0, subject: bailiwick.SubjectID{ID: id(4)}, cset: 3}, {slot: 5, field: 12, subject: bailiwick.SubjectID{ID: id(5)}, cset: 1}},
		blocks: []packedBlock{{slot: 0, category: 2, revision: 4, sealed: []byte("sealed one")}, {slot: contentSlot, category: 0, revision: 7, sealed: []byte("sealed two")}},
		clear:  []packedMember{{field: 3, value: []byte(`"DE"`)}, {field: 9, value: []byte(`12`)}},
	}
}

func TestPackedGolden(t *testing.T) {
	path := filepath.Join("testdata", "packed_v1.hex")
	got := hex.EncodeToString(samplePacked().append(nil)) + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the packed format changed: stored rows would not be readable\n got %s\nwant %s", got, want)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(want)))
	if err != nil {
		t.Fatal(err)
	}
	var p packed
	if err := p.decode(raw); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.append(nil), raw) {
		t.Error("decode and append are not inverse")
	}
}

func TestPackedRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &packed{revision: rapid.Int64Range(1, 1<<40).Draw(t, "revision"), created: rapid.Int64Range(0, 1<<52).Draw(t, "created")}
		p.updated = p.created + rapid.Int64Range(0, 1<<40).Draw(t, "updated")
		if rapid.Bool().Draw(t, "deleted") {
			p.deleted = p.updated + 1
		}
		for range rapid.IntRange(0, 4).Draw(t, "slots") {
			p.slots = append(p.slots, packedSlot{slot: rapid.Uint16().Draw(t, "slot"), field: rapid.Uint16().Draw(t, "field"), cset: rapid.Int64Range(0, 1000).Draw(t, "cset")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "blocks") {
			p.blocks = append(p.blocks, packedBlock{slot: rapid.Uint16().Draw(t, "slot"), category: rapid.Uint8Range(0, 63).Draw(t, "cat"), sealed: rapid.SliceOf(rapid.Byte()).Draw(t, "sealed")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "clear") {
			p.clear = append(p.clear, packedMember{field: rapid.Uint16().Draw(t, "field"), value: rapid.SliceOf(rapid.Byte()).Draw(t, "value")})
		}
		raw := p.append(nil)
		var q packed
		if err := q.decode(raw); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(q.append(nil), raw) {
			t.Fatal("decode and append are not inverse")
		}
		for i := range raw { // nothing that is cut short passes
			if err := q.decode(raw[:i]); err == nil {
				t.Fatalf("%d of %d bytes were accepted", i, len(raw))
			}
		}
	})
}

func FuzzPacked(f *testing.F) {
	f.Add(samplePacked().append(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		var p packed
		if p.decode(b) != nil {
			return
		}
		var q packed
		if err := q.decode(p.append(nil)); err != nil {
			t.Fatal("what was decoded does not decode again")
		}
	})
}

func FuzzMembers(f *testing.F) {
	f.Add(appendMembers(nil, samplePacked().clear))
	f.Fuzz(func(t *testing.T, b []byte) {
		ms, err := decodeMembers(nil, b)
		if err != nil {
			return
		}
		if again, err := decodeMembers(nil, appendMembers(nil, ms)); err != nil || len(again) != len(ms) {
			t.Fatal("what was decoded does not decode again")
		}
	})
}
