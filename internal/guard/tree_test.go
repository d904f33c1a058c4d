package guard

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the import path of the project's root.
const module = "bailiwick"

// source is one Go file of the project, parsed.
type source struct {
	path string // from the root, slash-separated
	dir  string // of path, "" for the root
	test bool   // a _test.go file
	text []byte
	ast  *ast.File
	// imports maps the name under which the file knows a package to its path.
	imports map[string]string
}

// testOnly are packages that exist for tests: they may do what tests may, and
// nothing but tests may import them.
var testOnly = []string{
	"internal/scenario", "internal/browsertest", "internal/guard", "internal/store/storetest", "internal/store/pgtest", "internal/prove", "scripts", "internal/bench", "bench",
}

// exempt reports whether a file is a test or belongs to a test-only package.
func (s *source) exempt() bool {
	for _, d := range testOnly {
		if under(s.dir, d) {
			return true
		}
	}
	return s.test || strings.HasSuffix(s.dir, "test") || strings.Contains(s.dir, "testdata")
}

// under reports whether dir is parent or lies below it.
func under(dir, parent string) bool {
	return dir == parent || strings.HasPrefix(dir, parent+"/")
}

// root is the top of the project, seen from this package.
const root = "../.."

var fset = token.NewFileSet()

// sources parses every Go file of the project, once.
var sources = sync.OnceValues(func() ([]*source, error) {
	var out []*source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == "out") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		s, err := read(path)
		out = append(out, s)
		return err
	})
	return out, err
})

func read(path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	rel = filepath.ToSlash(rel)
	s := &source{path: rel, test: strings.HasSuffix(rel, "_test.go"), text: text, ast: f, imports: map[string]string{}}
	if i := strings.LastIndexByte(rel, '/'); i >= 0 {
		s.dir = rel[:i]
	}
	for _, im := range f.Imports {
		p, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			return nil, err
		}
		name := p[strings.LastIndexByte(p, '/')+1:]
		if im.Name != nil {
			name = im.Name.Name
		}
		s.imports[name] = p
	}
	return s, nil
}

// each calls f for every file of the project.
func each(t *testing.T, f func(s *source)) {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("found %d files: the guard looks in the wrong place", len(all))
	}
	for _, s := range all {
		f(s)
	}
}

// line is the line of a node in its file.
func line(n ast.Node) int { return fset.Position(n.Pos()).Line }
