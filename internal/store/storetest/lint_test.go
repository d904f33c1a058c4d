package storetest

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bailiwick/internal/store"
	"bailiwick/internal/store/sqlite"
)

// query is a constant named q... of a package that holds SQL.
type query struct {
	where, name, text string
}

// The places that hold SQL, seen from this directory. Drivers and test helpers
// speak to one engine each and are left out.
const (
	nouns    = ".."
	keystore = "../../vault/keystore"
)

var engineSpecific = []string{"sqlite", "postgres", "storetest", "pgtest", "migrations"}

// queries finds the constants. Constants are concatenated from literals and
// other constants of their package; another form of a q... name is an error.
func queries(t *testing.T, root string) []query {
	t.Helper()
	perDir := map[string][]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(engineSpecific, d.Name()) {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			f, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			perDir[filepath.Dir(path)] = append(perDir[filepath.Dir(path)], f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []query
	for _, dir := range slices.Sorted(maps.Keys(perDir)) {
		consts := constants(perDir[dir])
		for _, name := range slices.Sorted(maps.Keys(consts)) {
			if len(name) < 2 || name[0] != 'q' || name[1] < 'A' || name[1] > 'Z' {
				continue
			}
			text, ok := evaluate(consts[name], consts)
			if !ok {
				t.Errorf("%s: the constant %s is not made of literals and constants of its package", dir, name)
				continue
			}
			out = append(out, query{set.Position(consts[name].Pos()).String(), name, text})
		}
		for _, f := range perDir[dir] {
			unnamed(t, set, f)
		}
	}
	return out
}

// constants returns the string constants and the q... variables of a package.
func constants(files []*ast.File) map[string]ast.Expr {
	out := map[string]ast.Expr{}
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						out[name.Name] = v.Values[i]
					}
				}
			}
		}
	}
	return out
}

func evaluate(e ast.Expr, consts map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return evaluate(e.X, consts)
	case *ast.Ident:
		if c := consts[e.Name]; c != nil {
			return evaluate(c, consts)
		}
	case *ast.BinaryExpr:
		a, okA := evaluate(e.X, consts)
		b, okB := evaluate(e.Y, consts)
		return a + b, okA && okB && e.Op == token.ADD
	}
	return "", false
}

var startsLikeSQL = regexp.MustCompile(`(?s)^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s.*\s(FROM|INTO|SET)\s`)

// builds reports whether the call adds to a statement that is put together from
// pieces. Its text is checked when a test runs it, by the stores of Engines.
func builds(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "add"
}

// unnamed reports SQL text that stands within a function instead of in a
// constant q..., where nothing would find it.
func unnamed(t *testing.T, set *token.FileSet, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && builds(call) {
				return false
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && startsLikeSQL.MatchString(s) {
					t.Errorf("%s: SQL text within a function; name it const q...", set.Position(lit.Pos()))
				}
			}
			return true
		})
	}
}

func TestLint(t *testing.T) {
	nullable := map[string][]string{}
	for table, columns := range sqliteSchema(t) {
		for _, c := range columns {
			if !c.notNull {
				nullable[table] = append(nullable[table], c.name)
			}
		}
	}
	for _, q := range queries(t, nouns) {
		for _, wrong := range lint(q.text, true, func(table string) []string { return nullable[table] }) {
			t.Errorf("%s: %s: %s", q.where, q.name, wrong)
		}
	}
	if _, err := os.Stat(keystore); err != nil {
		t.Skip("no keystore yet")
	}
	for _, q := range queries(t, keystore) {
		if slices.Contains(keystoreOnly, q.name) {
			continue
		}
		for _, wrong := range lint(q.text, false, func(string) []string { return nil }) {
			t.Errorf("%s: %s: %s", q.where, q.name, wrong)
		}
	}
}

// keystoreOnly are the statements of the keystore that one engine alone runs:
// it names tenants itself and has its own tests on both engines.
var keystoreOnly = []string{"qCheckpoint", "qLockSubjects", "qMigrationLock", "qDataTables"}

func TestLintFinds(t *testing.T) {
	nullable := func(table string) []string { return map[string][]string{"r": {"gone"}}[table] }
	for text, bad := range map[string]bool{
		`SELECT a FROM r WHERE a = $1 ORDER BY a`:                                   false,
		`SELECT count(*) FROM r WHERE b IN ($1, $2) -- not = ANY(x)`:                false,
		`SELECT a FROM r WHERE b = 'x::y ANY( tenant_id'`:                           false,
		`INSERT INTO r (a) VALUES ($1) ON CONFLICT (tenant_id, a) DO NOTHING`:       false,
		`SELECT max(a) FROM r`:                                                      false,
		`SELECT a FROM r ORDER BY gone DESC NULLS LAST, a LIMIT 3`:                  false,
		`SELECT a FROM r ORDER BY r.gone DESC, a LIMIT 3`:                           true,
		`SELECT a::text FROM r`:                                                     true,
		`SELECT a FROM r WHERE b = ANY($1)`:                                         true,
		`SELECT a FROM r WHERE b = x'00ff'`:                                         true,
		`SELECT a FROM r WHERE b LIKE $1`:                                           true,
		`SELECT b->>'n' FROM r`:                                                     true,
		`SELECT max(a, $1) FROM r`:                                                  true,
		`INSERT INTO r (a) VALUES ($1) ON CONFLICT DO NOTHING`:                      true,
		`INSERT INTO r (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET tenant_id = 1`: true,
		`SELECT a FROM r FOR UPDATE`:                                                true,
		`SELECT * FROM r`:                                                           true,
		`SELECT r.* FROM r`:                                                         true,
		`SELECT a FROM r WHERE tenant_id = $1`:                                      true,
		`DELETE FROM r WHERE a = ?`:                                                 true,
		`UPDATE r SET at = now()`:                                                   true,
		`SELECT "a" FROM r`:                                                         true,
	} {
		if got := lint(text, true, nullable); (len(got) > 0) != bad {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestPrepare prepares every query on both engines against the migrated
// schema, on PostgreSQL as the app role and down to the check of its rights.
func TestPrepare(t *testing.T) {
	all := queries(t, nouns)
	t.Run("sqlite", func(t *testing.T) {
		tenant, directory := sqliteFiles(t)
		for _, q := range all {
			db := tenant
			if reach(t, q) == store.InDirectory {
				db = directory
			}
			s, err := db.Prepare(sqlite.Numbered(q.text))
			if err != nil {
				t.Errorf("%s: %s: %v", q.where, q.name, err)
				continue
			}
			s.Close()
		}
	})
	t.Run("postgres", func(t *testing.T) {
		ctx := context.Background()
		c, err := pgx.Connect(ctx, Database(t).AppURL)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(ctx)
		for i, q := range all {
			if err := explain(ctx, c, fmt.Sprintf("stmt%d", i), q); err != nil {
				t.Errorf("%s: %s: %v", q.where, q.name, err)
			}
		}
	})
}

func explain(ctx context.Context, c *pgx.Conn, stmt string, q query) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant', $1, true)", newID().String()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "PREPARE "+stmt+" AS "+q.text, pgx.QueryExecModeSimpleProtocol); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRow(ctx, "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = $1", stmt).Scan(&n); err != nil {
		return err
	}
	args := ""
	if n > 0 {
		args = "(" + strings.Repeat("NULL, ", n-1) + "NULL)"
	}
	_, err = tx.Exec(ctx, "EXPLAIN EXECUTE "+stmt+args, pgx.QueryExecModeSimpleProtocol)
	return err
}

// reach tells which database the tables of a query are in; one query cannot be
// for both.
func reach(t *testing.T, q query) store.Reach {
	t.Helper()
	found := map[store.Reach]bool{}
	words := names.FindAllString(strings.ToLower(comments.ReplaceAllString(literals.ReplaceAllString(q.text, "''"), " ")), -1)
	for i, w := range words {
		for _, table := range store.Tables() {
			if w == table.Name && i > 0 && slices.Contains([]string{"from", "into", "update", "join"}, words[i-1]) {
				found[table.Reach] = true
			}
		}
	}
	if len(found) > 1 {
		t.Errorf("%s: %s names tables of a tenant and of the directory", q.where, q.name)
	}
	if found[store.InDirectory] {
		return store.InDirectory
	}
	return store.InTenant
}
