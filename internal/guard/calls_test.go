package guard

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// call is a name of a package that may be used in few places only.
type call struct {
	pkg   string   // import path
	names []string // nil = every name, the import itself included
	in    []string // folders (or one file) where it is allowed, tests apart
	why   string
}

var calls = []call{
	{"time", []string{"Now", "Since", "Until"}, []string{"clock.go"}, "take a bailiwick.Clock or an instant, so that time can be tested"},
	{"context", []string{"Background", "TODO"}, []string{"cmd"}, "take the caller's context, so that a stop reaches everything"},
	{"net/http", []string{"DefaultClient", "Get", "Post", "PostForm", "Head", "DefaultServeMux", "Handle", "HandleFunc", "ListenAndServe", "ListenAndServeTLS"}, nil, "it has no time-outs, or is shared by everybody: make a client or server with limits"},
	{"fmt", []string{"Print", "Printf", "Println"}, []string{"cmd"}, "only commands speak to the terminal; return an error or take a *slog.Logger"},
	{"log", nil, nil, "use log/slog, which keeps sealed and personal values out"},
	{"math/rand", nil, nil, "randomness is injected as an io.Reader of crypto/rand"},
	{"math/rand/v2", nil, []string{"internal/store/retry.go", "internal/demo"}, "randomness is injected as an io.Reader of crypto/rand"},
	{"os", []string{"Getenv", "LookupEnv", "Environ"}, []string{"cmd"}, "configuration comes in through server.Config, which knows every key"},
	{"os", []string{"Exit"}, []string{"cmd"}, "only a command ends the process"},
	{"os/exec", nil, nil, "the product is one binary and starts no other"},
	{"unsafe", nil, nil, "no memory tricks in a house that guards data"},
	{"database/sql", nil, []string{"internal/store", "internal/vault/keystore", "sealed.go", "id.go"}, "SQL lives below internal/store and in internal/vault/keystore only"},
	{"bailiwick", []string{"NewActor"}, []string{"actor.go", "internal/identity", "internal/server"}, "people get their Actor from identity, jobs from server; nobody makes one up"},
}

// TestForbiddenCalls holds the list above.
func TestForbiddenCalls(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() {
			return
		}
		for name, path := range s.imports {
			for _, c := range calls {
				if c.pkg != path || allowed(s, c.in) {
					continue
				}
				if c.names == nil {
					t.Errorf("%s imports %s: %s", s.path, path, c.why)
					continue
				}
				for _, n := range uses(s.ast, name, c.names) {
					t.Errorf("%s:%d uses %s.%s: %s", s.path, line(n), name, n.Sel.Name, c.why)
				}
			}
		}
	})
}

func allowed(s *source, in []string) bool {
	for _, a := range in {
		if s.path == a || !strings.HasSuffix(a, ".go") && under(s.dir, a) {
			return true
		}
	}
	return false
}

// uses finds the selectors pkg.name of a file.
func uses(f *ast.File, pkg string, names []string) []*ast.SelectorExpr {
	var out []*ast.SelectorExpr
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
			for _, name := range names {
				if sel.Sel.Name == name {
					out = append(out, sel)
				}
			}
		}
		return true
	})
	return out
}

// TestOneDoor holds that content is opened in custody only. A Decision without
// which the vault opens nothing can come from access alone, so it is enough
// that nobody else has both in hand and calls the opening methods.
func TestOneDoor(t *testing.T) {
	doors := map[string]struct {
		in  []string
		why string
	}{
		"OpenTo":     {[]string{"internal/vault", "internal/custody"}, "content is opened in internal/custody only"},
		"OpenSecret": {[]string{"internal/vault", "internal/identity", "internal/ledger", "internal/outbox", "internal/custody/view.go", "internal/custody/note.go", "internal/proposal"}, "secrets are opened by identity, ledger and outbox only"},
	}
	each(t, func(s *source) {
		if s.exempt() {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := c.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if d, ok := doors[sel.Sel.Name]; ok && !allowed(s, d.in) {
				t.Errorf("%s:%d calls %s: %s", s.path, line(c), sel.Sel.Name, d.why)
			}
			if sel.Sel.Name == "Open" && strings.EqualFold(lastName(sel.X), "vault") && !pkgName(s, sel.X) &&
				!allowed(s, []string{"internal/vault", "internal/custody"}) {
				t.Errorf("%s:%d opens content: that is for internal/custody only", s.path, line(c))
			}
			return true
		})
	})
}

// lastName is the last identifier of an expression such as d.vault.
func lastName(e ast.Expr) string {
	switch v := e.(type) {
	case *ast.Ident:
		return v.Name
	case *ast.SelectorExpr:
		return v.Sel.Name
	}
	return ""
}

// pkgName reports whether an expression is the name of an imported package.
func pkgName(s *source, e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && s.imports[id.Name] != ""
}

var sqlText = regexp.MustCompile(`(?is)^\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX)\s|PRAGMA\s)`)

// TestSQLText holds that a query can only be written where the scope of a
// tenant is part of its type.
func TestSQLText(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() || allowed(s, []string{"internal/store", "internal/vault/keystore"}) {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && sqlText.MatchString(text) {
					t.Errorf("%s:%d holds SQL: write a function in internal/store/<noun>", s.path, line(lit))
				}
			}
			return true
		})
	})
}

// TestNoInit holds that importing a package does nothing.
func TestNoInit(t *testing.T) {
	each(t, func(s *source) {
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !s.test {
				t.Errorf("%s:%d has an init: importing a package must do nothing; use a constructor or sync.OnceValue", s.path, line(f))
			}
		}
	})
}

// TestSkips holds that a skipped test says why.
func TestSkips(t *testing.T) {
	each(t, func(s *source) {
		ast.Inspect(s.ast, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := c.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "SkipNow" || sel.Sel.Name == "Skip" && len(c.Args) == 0 && !pkgName(s, sel.X) && strings.Contains(lastName(sel.X), "t")) {
				if s.exempt() && (lastName(sel.X) == "t" || lastName(sel.X) == "b" || lastName(sel.X) == "tb") {
					t.Errorf("%s:%d skips without a reason", s.path, line(c))
				}
			}
			return true
		})
	})
}
