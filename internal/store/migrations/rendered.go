package migrations

import (
	"bytes"
	"io/fs"
	"strings"
)

// rendered is the embedded files with their macros expanded.
type rendered struct {
	fs.FS
	dialect Dialect
	appRole string
}

// Open expands a migration; other files and directories stay as they are.
func (r rendered) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	raw, err := fs.ReadFile(r.FS, name)
	if err != nil {
		return nil, err
	}
	text, err := Render(string(raw), r.dialect, r.appRole)
	if err != nil {
		return nil, &fs.PathError{Op: "render", Path: name, Err: err}
	}
	return &renderedFile{File: f, text: strings.NewReader(text), size: int64(len(text))}, nil
}

// renderedFile reads the expanded text.
type renderedFile struct {
	fs.File
	text *strings.Reader
	size int64
}

// Read reads the expanded text.
func (f *renderedFile) Read(p []byte) (int, error) { return f.text.Read(p) }

// Stat tells the size of the expanded text.
func (f *renderedFile) Stat() (fs.FileInfo, error) {
	i, err := f.File.Stat()
	return renderedInfo{i, f.size}, err
}

type renderedInfo struct {
	fs.FileInfo
	size int64
}

// Size is that of the expanded text.
func (i renderedInfo) Size() int64 { return i.size }

// Sources returns the files of the sequence with their macros expanded.
func (s Sequence) Sources(d Dialect, appRole string) (fs.FS, error) {
	sub, err := fs.Sub(files, string(s))
	if err != nil {
		return nil, err
	}
	return rendered{sub, d, appRole}, nil
}

// Text returns all files of the sequence, expanded, one after the other: what
// a database's schema is determined by.
func (s Sequence) Text(d Dialect, appRole string) (string, error) {
	sources, err := s.Sources(d, appRole)
	if err != nil {
		return "", err
	}
	names, err := fs.Glob(sources, "*.sql")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	for _, name := range names {
		text, err := fs.ReadFile(sources, name)
		if err != nil {
			return "", err
		}
		b.WriteString("-- " + string(s) + "/" + name + "\n")
		b.Write(text)
	}
	return b.String(), nil
}
