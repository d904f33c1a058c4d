package guard

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var backticked = regexp.MustCompile("`([A-Za-z]+)`")

// forbiddenWords reads the last column of the glossary's table.
func forbiddenWords(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for _, l := range strings.Split(string(text), "\n") {
		cells := strings.Split(l, "|")
		if len(cells) != 6 {
			continue
		}
		for _, m := range backticked.FindAllStringSubmatch(cells[4], -1) {
			words[m[1]] = strings.TrimSpace(cells[2])
		}
	}
	if len(words) < 10 {
		t.Fatalf("the glossary yields %d forbidden words: its table cannot be read", len(words))
	}
	return words
}

// TestGlossary holds that one thing has one word: names declared in the code
// do not contain a word that the glossary gives up. Compound names count word
// by word ("AccountPage" contains "Account").
func TestGlossary(t *testing.T) {
	never := forbiddenWords(t)
	// Account is the word for a person's own settings page and for a bank's
	// account, which is a field of the people pack; what the glossary bans is
	// an account in the sense of a customer.
	delete(never, "Account")
	each(t, func(s *source) {
		if s.exempt() {
			return
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			for _, id := range declared(n) {
				for w, instead := range never {
					if containsWord(id.Name, w) {
						t.Errorf("%s:%d declares %s: the glossary says %s", s.path, line(id), id.Name, instead)
					}
				}
			}
			return true
		})
	})
}

// declared returns the names that a node declares for others to read.
func declared(n ast.Node) []*ast.Ident {
	switch d := n.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{d.Name}
	case *ast.TypeSpec:
		return []*ast.Ident{d.Name}
	case *ast.ValueSpec:
		return d.Names
	case *ast.StructType:
		var out []*ast.Ident
		for _, f := range d.Fields.List {
			out = append(out, f.Names...)
		}
		return out
	}
	return nil
}

// containsWord reports whether a Go name has w as one of its words.
func containsWord(name, w string) bool {
	if strings.EqualFold(name, w) {
		return true
	}
	for i := 0; i+len(w) <= len(name); i++ {
		if name[i:i+len(w)] != w {
			continue
		}
		if end := i + len(w); end == len(name) || name[end] < 'a' || name[end] > 'z' {
			return true
		}
	}
	return strings.HasPrefix(name, strings.ToLower(w[:1])+w[1:]) && (len(name) == len(w) || name[len(w)] < 'a' || name[len(w)] > 'z')
}
