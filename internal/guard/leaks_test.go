package guard

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// leak is text that must not lie in a repository others will clone. The
// patterns are put together from pieces so that they do not find themselves.
type leak struct {
	pattern *regexp.Regexp
	what    string
}

var leaks = []leak{
	{regexp.MustCompile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----"), "a private key"},
	{regexp.MustCompile(`\bAKIA[0-9A-Z]{16}\b`), "a cloud access key"},
	{regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{30,}\b`), "a code host's token"},
	{regexp.MustCompile(`\bbw_[A-Za-z0-9_-]{30,}\b`), "an API token"},
	{regexp.MustCompile(`(^|[^\w.])/(` + "home" + `|Users|` + "work" + `)/[a-z]`), "a path of somebody's machine"},
	{regexp.MustCompile(`(^|[^\w.])/` + `root/[a-z.]`), "a path of somebody's machine"},
	{regexp.MustCompile(`(?i)\b(goproxy|artifactory|nexus)\.[a-z0-9.-]+\b`), "a package proxy's host"},
}

// texts are the kinds of files that are read.
var texts = []string{".go", ".md", ".yaml", ".yml", ".json", ".html", ".css", ".js", ".mjs", ".sql", ".txt", ".sh", ".csv", ".mod", ".toml", ""}

// TestNothingLeaks holds that the repository holds neither secrets nor traces
// of the machine on which it was written.
func TestNothingLeaks(t *testing.T) {
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "bin" || d.Name() == "out" || d.Name() == ".cache" || d.Name() == "fuzz") {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() || !readable(path) || d.Name() == "go.sum" || d.Name() == "package-lock.json" {
			return nil
		}
		info, err := d.Info()
		if err != nil || info.Size() > 2<<20 {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, l := range strings.Split(string(text), "\n") {
			for _, k := range leaks {
				if k.pattern.MatchString(l) {
					t.Errorf("%s:%d holds what looks like %s", strings.TrimPrefix(path, root+"/"), i+1, k.what)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Fatalf("read %d files: the guard looks in the wrong place", files)
	}
}

func readable(path string) bool {
	ext := filepath.Ext(path)
	for _, e := range texts {
		if e == ext {
			return true
		}
	}
	return false
}
