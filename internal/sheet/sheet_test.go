package sheet_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bailiwick"
	"bailiwick/internal/sheet"
)

func TestReadCSV(t *testing.T) {
	cases := map[string]struct {
		in     string
		header []string
		rows   [][]string
	}{
		"commas":               {"a,b\n1,2\n", []string{"a", "b"}, [][]string{{"1", "2"}}},
		"mark and semicolons":  {"\ufeffa;b\r\n1;2,5\r\n", []string{"a", "b"}, [][]string{{"1", "2,5"}}},
		"tabs":                 {"a\tb\n1\t2", []string{"a", "b"}, [][]string{{"1", "2"}}},
		"quotes":               {"a,b\n\"x \"\"y\"\"\n,z\",2\n", []string{"a", "b"}, [][]string{{"x \"y\"\n,z", "2"}}},
		"separator in a quote": {"\"a;b;c\",d\n1,2\n", []string{"a;b;c", "d"}, [][]string{{"1", "2"}}},
		"blank lines":          {"\na,b\n\n1,2\n\n", []string{"a", "b"}, [][]string{{"1", "2"}}},
		"short row":            {"a,b\n1\n", []string{"a", "b"}, [][]string{{"1", ""}}},
		"empty surplus":        {"a,b,\n1,2,,\n", []string{"a", "b"}, [][]string{{"1", "2"}}},
		"old line ends":        {"a,b\r1,2\r", []string{"a", "b"}, [][]string{{"1", "2"}}},
		"guarded cells":        {"a,b\n'=1,'s-Gravenhage\n", []string{"a", "b"}, [][]string{{"=1", "'s-Gravenhage"}}},
		"empty quoted row":     {"a\n\"\"\n", []string{"a"}, [][]string{{""}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := sheet.ReadCSV([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(sheet.Table{Header: c.header, Rows: c.rows}, sheet.Table{Header: got.Header, Rows: got.Rows}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	limits := sheet.Limits{Bytes: 100, Rows: 2, Columns: 3, CellBytes: 10}
	cases := map[string]struct {
		in          string
		rule        string
		row, column int
	}{
		"nothing":         {"", sheet.RuleEmpty, -1, 0},
		"blank":           {"\n\n", sheet.RuleEmpty, -1, 0},
		"same title":      {"a,a\n", sheet.RuleHeader, 0, 2},
		"blank title":     {"a,,b\n", sheet.RuleHeader, 0, 2},
		"long row":        {"a,b\n1,2\n1,2,3\n", sheet.RuleColumns, 2, 3},
		"many rows":       {"a\n1\n2\n3\n", sheet.RuleRows, 3, 0},
		"many columns":    {"a,b,c,d\n", sheet.RuleManyCols, 0, 4},
		"long cell":       {"a,b\n1,12345678901\n", sheet.RuleCellBytes, 1, 2},
		"large file":      {"a\n" + strings.Repeat("\n", 120), sheet.RuleTooLarge, -1, 0},
		"quote not ended": {"a,b\n1,\"2\n", sheet.RuleQuote, 1, 2},
		"quote inside":    {"a,b\n1,2\"3\n", sheet.RuleQuote, 1, 2},
		"text after it":   {"a,b\n\"1\"x,2\n", sheet.RuleQuote, 1, 1},
		"not UTF-8":       {"a,b\n1,\xff\n", sheet.RuleEncoding, 1, 2},
		"NUL":             {"a,b\n1,\x00\n", sheet.RuleEncoding, 1, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := readAll(c.in, limits)
			var e *sheet.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if e.Rule != c.rule || e.Row != c.row || e.Column != c.column {
				t.Errorf("%+v, want %s in row %d, column %d", *e, c.rule, c.row, c.column)
			}
			if code := bailiwick.ErrorCode(err); code != bailiwick.CodeMalformed && code != bailiwick.CodeTooLarge {
				t.Errorf("code %s", code)
			}
		})
	}
}

func readAll(in string, limits sheet.Limits) error {
	r, err := sheet.NewReader(strings.NewReader(in), limits)
	for err == nil {
		_, err = r.Next()
	}
	return err
}

func TestErrorDoesNotShowTheCell(t *testing.T) {
	_, err := sheet.ReadCSV([]byte("a,b\n\"canary\"x,2\n"))
	if err == nil || strings.Contains(err.Error(), "canary") || err.Error() != "row 1, column 1 (line 2): a quotation mark is in the wrong place or not closed" {
		t.Errorf("%v", err)
	}
}

func TestGuard(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "text": "text", "=1+1": "'=1+1", "+49": "'+49", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"'x": "''x", "＝1": "'＝1",
	} {
		if got := sheet.Guard(in); got != want {
			t.Errorf("Guard(%q) = %q, want %q", in, got, want)
		}
		if got := sheet.Unguard(want); got != in {
			t.Errorf("Unguard(%q) = %q, want %q", want, got, in)
		}
	}
}

func TestWrittenIsReadUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 6).Draw(t, "columns")
		cell := rapid.StringOfN(rapid.SampledFrom([]rune("aä,;\t\"\r\n'=+-@＝ x")), 0, 8, -1)
		want := sheet.Table{}
		for i := range columns {
			want.Header = append(want.Header, string(rune('a'+i)))
		}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			want.Rows = append(want.Rows, rapid.SliceOfN(cell, columns, columns).Draw(t, "row"))
		}
		got, err := sheet.ReadCSV(written(t, want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Rows, got.Rows); diff != "" {
			t.Fatal(diff)
		}
	})
}

// failer is what a test and a property check share.
type failer interface{ Fatal(args ...any) }

func written(t failer, table sheet.Table) []byte {
	var b bytes.Buffer
	w := sheet.NewWriter(&b)
	for _, row := range append([][]string{table.Header}, table.Rows...) {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestKnownExploitedVulnerabilities(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		b, err := os.ReadFile(filepath.Join(dir, "shared", "data", "kev", "known_exploited_vulnerabilities.csv"))
		if err != nil {
			continue
		}
		table, err := sheet.ReadCSV(b)
		if err != nil || len(table.Rows) != 1404 || len(table.Header) != 11 {
			t.Errorf("%d rows, %d columns, %v", len(table.Rows), len(table.Header), err)
		}
		return
	}
	if strings.Contains(os.Getenv("BAILIWICK_REQUIRE"), "data") {
		t.Fatal("the reference data is missing")
	}
	t.Skip("the reference data is not here")
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\ufeffa;b\r\n\"x\"\"\";2", "a\tb\r1\t'=2", "\"a", ",,", "a\nM\xfcller\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := sheet.ReadCSV(data)
		if err != nil {
			return
		}
		if len(first.Lines) != len(first.Rows) || !slices.IsSorted(first.Lines) {
			t.Fatalf("%d rows on the lines %v", len(first.Rows), first.Lines)
		}
		again, err := sheet.ReadCSV(written(t, first))
		if err != nil {
			t.Fatal(err)
		}
		first.Lines, again.Lines = nil, nil // blank lines are not written
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
