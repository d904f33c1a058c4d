package guard

import (
	"os"
	"path/filepath"
	"sort"
	"testing"

	"golang.org/x/mod/modfile"
)

// dependencies are the modules the project may require directly, each with
// what it is for. A new one needs a line here: somebody has to be able to say
// why the house cannot do without it.
var dependencies = map[string]string{
	"modernc.org/sqlite":                    "the embedded engine, without cgo",
	"github.com/jackc/pgx/v5":               "the PostgreSQL driver",
	"github.com/pressly/goose/v3":           "migrations of both engines",
	"go.yaml.in/yaml/v3":                    "packs, rules and the configuration file, with line numbers",
	"golang.org/x/crypto":                   "argon2id",
	"golang.org/x/mod":                      "signed notes and transparency log proofs (sumdb); go.mod in the guard",
	"golang.org/x/net":                      "reading HTML in tests",
	"golang.org/x/sync":                     "one load for many waiters",
	"golang.org/x/text":                     "collation, folding, language matching",
	"golang.org/x/time":                     "rate limits",
	"github.com/alecthomas/kong":            "the command line",
	"github.com/nicksnyder/go-i18n/v2":      "the message catalogue with plural forms",
	"github.com/prometheus/client_golang":   "metrics for operators",
	"github.com/chromedp/chromedp":          "tests in a browser",
	"github.com/chromedp/cdproto":           "tests in a browser: the protocol's types",
	"github.com/google/go-cmp":              "readable differences in tests",
	"pgregory.net/rapid":                    "property tests",
	"go.uber.org/goleak":                    "tests for leaked goroutines",
	"github.com/cedar-policy/cedar-go":      "second opinion on decisions, and the rival in benchmarks; tests only",
	"github.com/pb33f/libopenapi-validator": "the API held against its own OpenAPI document; tests only",
	"github.com/pb33f/libopenapi":           "reading the OpenAPI document for the above; tests only",
	"github.com/xuri/excelize/v2":           "a second opinion on workbooks; tests only",
	"github.com/wneessen/go-mail":           "composing and sending mail",
	"github.com/emersion/go-smtp":           "a real mail server to receive what is sent; tests only",
	"github.com/go-webauthn/webauthn":       "passkeys",
	"github.com/pquerna/otp":                "one-time codes (RFC 6238)",
	"rsc.io/qr":                             "the code that an authenticator app reads from the screen",
}

// testsOnly are dependencies that must not get into the binary.
var testsOnly = []string{
	"github.com/chromedp/chromedp", "github.com/chromedp/cdproto", "github.com/google/go-cmp", "pgregory.net/rapid", "go.uber.org/goleak",
	"github.com/cedar-policy/cedar-go", "github.com/pb33f/libopenapi-validator", "github.com/pb33f/libopenapi",
	"github.com/emersion/go-smtp", "github.com/xuri/excelize/v2",
}

// TestDependencies holds the allow-list.
func TestDependencies(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		if !r.Indirect && dependencies[r.Mod.Path] == "" {
			t.Errorf("go.mod requires %s, which is not on the list: add it with its reason, or do without", r.Mod.Path)
		}
	}
	if len(mod.Replace) > 0 {
		t.Error("go.mod replaces a module: a fresh clone must build without tricks")
	}
	each(t, func(s *source) {
		if s.exempt() {
			return
		}
		for _, p := range sortedValues(s.imports) {
			for _, d := range testsOnly {
				if under(p, d) {
					t.Errorf("%s imports %s, which is for tests only", s.path, p)
				}
			}
		}
	})
}

func sortedValues(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	sort.Strings(out)
	return out
}
