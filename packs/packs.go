// Package packs is for the applications that Bailiwick ships: one YAML file
// each, in the grammar of docs/packs.md, embedded into the binary.
package packs

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// File is one shipped pack as it lies in the source tree.
type File struct {
	Name string // such as "people.yaml"
	Data []byte
}

// Shipped returns every shipped pack, sorted by file name. The caller owns the
// bytes.
func Shipped() []File {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic("packs: " + err.Error()) // the pattern is a constant
	}
	out := make([]File, 0, len(names))
	for _, n := range names {
		data, err := files.ReadFile(n)
		if err != nil {
			panic("packs: " + err.Error()) // an embedded file can always be read
		}
		out = append(out, File{Name: n, Data: data})
	}
	return out
}
