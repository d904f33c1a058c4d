package logformat_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bailiwick/logformat"
)

var update = flag.Bool("update", false, "write golden files that are missing; those that exist are never changed")

func id(b byte) (out logformat.ID) {
	for i := range out {
		out[i] = b + byte(i)
	}
	return out
}

func hash(b byte) (out logformat.Hash) {
	for i := range out {
		out[i] = b + byte(i)
	}
	return out
}

// small has only what every entry must have.
func small(k logformat.Kind) logformat.Entry {
	e := logformat.Entry{
		ID: id(1), Time: time.Date(2026, 11, 23, 10, 11, 12, 123456000, time.UTC), Tenant: id(0x20), Kind: k,
		ActorKind: "nobody", Outcome: logformat.Done,
	}
	if k == logformat.Sealed {
		e.Commitment = hash(3)
	}
	return e
}

// full has every member that its kind may have.
func full(k logformat.Kind) logformat.Entry {
	e := small(k)
	e.ActorKind, e.Actor, e.ActorCountry = "user", id(0x30).String(), "DE"
	e.ActorRoles, e.Purpose, e.Reference, e.Session = []string{"hr", "member"}, "provide-service", "GR-17", id(0x40)
	e.Object, e.Revision = logformat.Object{Type: "person", Record: id(0x50)}, 4
	e.Subjects = []logformat.Pseudonym{logformat.Pseudonym(id(0x60)), logformat.Pseudonym(id(0x70))}
	e.Fields, e.Categories = []string{"full_name", "affected[2].injury"}, []string{"contact", "health"}
	e.Count, e.Root, e.Import = 100, hash(0x80), id(0x90)
	e.ConfigVersion, e.PolicyVersion, e.Level = 7, 2, "tenant-configuration"
	e.Rules, e.Reason, e.Before, e.After, e.Detail = []string{"health-eea", "default:contact"}, "rule", "open", "closed", "csv"
	return e
}

// TestGolden decodes what every kind looks like on disk, for ever.
func TestGolden(t *testing.T) {
	for _, k := range logformat.Kinds() {
		for form, e := range map[string]logformat.Entry{"small": small(k), "full": full(k)} {
			b, err := e.Encode()
			if err != nil {
				t.Fatalf("%s: %v", k, err)
			}
			path := filepath.Join("testdata", "v1", string(k)+"."+form+".json")
			golden, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) && *update {
				golden, err = b, os.WriteFile(path, b, 0o644)
			}
			if err != nil {
				t.Errorf("%s: %v (run with -update for a new kind)", k, err)
				continue
			}
			if d := cmp.Diff(string(golden), string(b)); d != "" {
				t.Errorf("%s: the encoding has changed (-golden +now):\n%s", path, d)
			}
			got, err := logformat.Decode(golden)
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			if d := cmp.Diff(e, got); d != "" {
				t.Errorf("%s decodes as another entry:\n%s", path, d)
			}
		}
	}
	files, err := filepath.Glob("testdata/v1/*.json")
	if err != nil || len(files) != 2*len(logformat.Kinds()) {
		t.Errorf("%d golden files for %d kinds, %v: a kind was taken away", len(files), len(logformat.Kinds()), err)
	}
}

// TestLargest: an entry at every limit fits a bundle.
func TestLargest(t *testing.T) {
	long := func(n, limit int) (out []string) {
		for range n {
			out = append(out, strings.Repeat("x", limit))
		}
		return out
	}
	e := full(logformat.RecordChanged)
	text := strings.Repeat("x", 64)
	e.Actor, e.Reference, e.Object.Type, e.Reason, e.Before, e.After, e.Detail = text, text, text, text, text, text, text
	e.ActorRoles = long(logformat.MaxRoles, 64)
	e.Fields = long(logformat.MaxFields, 128)
	e.Categories = long(logformat.MaxCategories, 64)
	e.Rules = long(logformat.MaxRules, 128)
	e.Subjects = make([]logformat.Pseudonym, logformat.MaxSubjects)
	for i := range e.Subjects {
		e.Subjects[i] = logformat.Pseudonym(id(1))
	}
	e.Revision, e.Count, e.ConfigVersion, e.PolicyVersion = 1<<62, 1<<62, 1<<62, 1<<62
	b, err := e.Encode()
	if err != nil || len(b) > logformat.MaxEncoded {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	t.Logf("%d of %d bytes", len(b), logformat.MaxEncoded)
	if _, err := logformat.Decode(b); err != nil {
		t.Error(err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	many := func(n int) []string { return strings.Split(strings.Repeat("x ", n-1)+"x", " ") }
	for member, change := range map[string]func(*logformat.Entry){
		"id":            func(e *logformat.Entry) { e.ID = logformat.ID{} },
		"time":          func(e *logformat.Entry) { e.Time = e.Time.Add(1) },
		"tenant":        func(e *logformat.Entry) { e.Tenant = logformat.ID{} },
		"kind":          func(e *logformat.Entry) { e.Kind = "record.burnt" },
		"actor_kind":    func(e *logformat.Entry) { e.ActorKind = "" },
		"actor":         func(e *logformat.Entry) { e.Actor = "zoe@example.com" },
		"actor_country": func(e *logformat.Entry) { e.ActorCountry = "de" },
		"actor_roles":   func(e *logformat.Entry) { e.ActorRoles = []string{""} },
		"purpose":       func(e *logformat.Entry) { e.Purpose = "marketing" },
		"reference":     func(e *logformat.Entry) { e.Reference = strings.Repeat("x", 65) },
		"type":          func(e *logformat.Entry) { e.Object.Type = "a person" },
		"revision":      func(e *logformat.Entry) { e.Revision = -1 },
		"subjects":      func(e *logformat.Entry) { e.Subjects = make([]logformat.Pseudonym, 1) },
		"fields":        func(e *logformat.Entry) { e.Fields = many(logformat.MaxFields + 1) },
		"categories":    func(e *logformat.Entry) { e.Categories = many(logformat.MaxCategories + 1) },
		"count":         func(e *logformat.Entry) { e.Count = -1 },
		"config":        func(e *logformat.Entry) { e.ConfigVersion = -1 },
		"policy":        func(e *logformat.Entry) { e.PolicyVersion = -1 },
		"level":         func(e *logformat.Entry) { e.Level = "mood" },
		"outcome":       func(e *logformat.Entry) { e.Outcome = "" },
		"rules":         func(e *logformat.Entry) { e.Rules = []string{`a"b`} },
		"reason":        func(e *logformat.Entry) { e.Reason = "because <" },
		"before":        func(e *logformat.Entry) { e.Before = "ä" },
		"after":         func(e *logformat.Entry) { e.After = "a\nb" },
		"detail":        func(e *logformat.Entry) { e.Detail = "a\\b" },
		"commitment":    func(e *logformat.Entry) { e.Commitment = hash(1) },
	} {
		e := full(logformat.RecordChanged)
		change(&e)
		_, err := e.Encode()
		var bad *logformat.ErrEntry
		if !errors.As(err, &bad) || bad.Member != member {
			t.Errorf("%s: %v", member, err)
		}
	}
	e := full(logformat.Sealed)
	e.Commitment = logformat.Hash{}
	if _, err := e.Encode(); err == nil {
		t.Error("a sealed entry without commitment")
	}
}

func TestDecodeRefuses(t *testing.T) {
	e := full(logformat.RecordChanged)
	b, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	change := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("%q is not in the entry", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	for name, bad := range map[string]string{
		"empty":          "",
		"null":           "null",
		"cut":            good[:len(good)-1],
		"space":          " " + good,
		"space inside":   change(`,"kind"`, `, "kind"`),
		"newline":        good + "\n",
		"two":            good + good,
		"unknown member": change(`}`, `,"name":"x"}`),
		"doubled member": change(`,"revision":4`, `,"revision":4,"revision":4`),
		"other order":    change(`,"before":"open","after":"closed"`, `,"after":"closed","before":"open"`),
		"empty member":   change(`,"before":"open"`, `,"before":""`),
		"zero member":    change(`,"count":100`, `,"count":0`),
		"letter case":    change(`"kind"`, `"Kind"`),
		"escape":         change(`"person"`, `"\u0070erson"`),
		"float":          change(`"count":100`, `"count":1e2`),
		"upper hex":      change(`"root":"8081`, `"root":"8081FF`),
		"short time":     change(`.123456Z`, `.123Z`),
		"other zone":     change(`.123456Z`, `.123456+00:00`),
		"unknown kind":   change(`record.changed`, `record.burnt`),
		"short id":       change(`"record":"50515253-`, `"record":"505152-`),
		"too long":       good + strings.Repeat(" ", logformat.MaxEncoded),
	} {
		if got, err := logformat.Decode([]byte(bad)); !errors.Is(err, logformat.ErrEncoding) {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
	if _, err := logformat.Decode([]byte(change(`"v":1`, `"v":2`))); !errors.Is(err, logformat.ErrVersion) {
		t.Errorf("newer version: %v", err)
	}
}

func TestParseID(t *testing.T) {
	want := id(0xa0)
	if got, err := logformat.ParseID(want.String()); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"", strings.ToUpper(want.String()), strings.ReplaceAll(want.String(), "-", ""), want.String() + "0", "-" + want.String()[:35]} {
		if _, err := logformat.ParseID(s); err == nil {
			t.Errorf("%q is taken for an identifier", s)
		}
	}
}
