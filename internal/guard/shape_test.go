package guard

import (
	"bytes"
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The sizes at which a file or function stops being read as one thing.
const (
	maxFile     = 500
	maxTestFile = 800
	maxFunc     = 80
	medianFile  = 200
)

// TestSizes holds the sizes of design section 10.
func TestSizes(t *testing.T) {
	var sizes []int
	each(t, func(s *source) {
		n := bytes.Count(s.text, []byte("\n"))
		limit := maxFile
		if s.exempt() {
			limit = maxTestFile
		} else {
			sizes = append(sizes, n)
		}
		if n > limit {
			t.Errorf("%s has %d lines, limit %d: split it by nouns", s.path, n, limit)
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := fset.Position(f.End()).Line - line(f) + 1; n > maxFunc {
				t.Errorf("%s:%d %s has %d lines, limit %d", s.path, line(f), f.Name.Name, n, maxFunc)
			}
		}
	})
	slices.Sort(sizes)
	if m := sizes[len(sizes)/2]; m > medianFile {
		t.Errorf("the median file has %d lines, aim %d", m, medianFile)
	}
}

// TestPackageComments holds that every package says what it is for.
func TestPackageComments(t *testing.T) {
	type state struct {
		name string
		docs int
	}
	packages := map[string]*state{}
	each(t, func(s *source) {
		if s.test {
			return
		}
		p := packages[s.dir]
		if p == nil {
			p = &state{name: s.ast.Name.Name}
			packages[s.dir] = p
		}
		if s.ast.Doc == nil {
			return
		}
		p.docs++
		want := "Package " + p.name + " "
		if p.name == "main" {
			want = "Command "
		}
		if text := s.ast.Doc.Text(); !strings.HasPrefix(text, want) {
			t.Errorf("%s: the package comment begins %q, want %q", s.path, strings.SplitN(text, "\n", 2)[0], want)
		}
	})
	for dir, p := range packages {
		if p.docs != 1 {
			t.Errorf("package %q has %d package comments, want 1 that says what it is for", dir, p.docs)
		}
		if slices.Contains([]string{"util", "utils", "common", "helpers", "models", "types", "manager"}, p.name) {
			t.Errorf("package %q: the name says nothing; name it after its noun", dir)
		}
	}
}

// interfaceMethods are methods whose signature the standard library dictates.
var interfaceMethods = []string{"Scan", "As", "Sys", "Push", "Pop"}

// TestAny holds that an exported function of the lower floors which takes or
// returns "any" says in its comment why it must.
func TestAny(t *testing.T) {
	each(t, func(s *source) {
		r, ok := roomOf(s.dir)
		if s.exempt() || !ok || r.floor > 3 {
			return
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Recv != nil && slices.Contains(interfaceMethods, f.Name.Name) || !unexportedFree(f) {
				continue
			}
			if hasAny(f.Type) && !strings.Contains(f.Doc.Text()+commentOn(s, line(f)), "any") {
				t.Errorf("%s:%d %s has \"any\" in its signature and no comment that says why", s.path, line(f), f.Name.Name)
			}
		}
	})
}

// unexportedFree reports whether a method's receiver is exported, so that the
// method can be seen from outside.
func unexportedFree(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	e := f.Recv.List[0].Type
	if p, ok := e.(*ast.StarExpr); ok {
		e = p.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}

func hasAny(t *ast.FuncType) bool {
	found := false
	look := func(l *ast.FieldList) {
		if l == nil {
			return
		}
		for _, f := range l.List {
			ast.Inspect(f.Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.Name == "any" {
					found = true
				}
				if i, ok := n.(*ast.InterfaceType); ok && len(i.Methods.List) == 0 {
					found = true
				}
				return true
			})
		}
	}
	look(t.Params)
	look(t.Results)
	return found
}

// commentOn returns the comment at the end of a line.
func commentOn(s *source, at int) string {
	var b strings.Builder
	for _, g := range s.ast.Comments {
		if fset.Position(g.Pos()).Line == at {
			b.WriteString(g.Text())
		}
	}
	return b.String()
}

var todo = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
var issue = regexp.MustCompile(`\bTODO\(#\d+\)`)

// TestTodos holds that what is left undone is written where it is looked for.
func TestTodos(t *testing.T) {
	each(t, func(s *source) {
		for _, g := range s.ast.Comments {
			if text := g.Text(); todo.MatchString(text) && !issue.MatchString(text) && !under(s.dir, "internal/guard") {
				t.Errorf("%s:%d: a note of work to do names its issue: TODO(#12)", s.path, line(g))
			}
		}
	})
}
