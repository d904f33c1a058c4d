package schema

import "regexp"

// fieldKey is the form of the keys of packs, types, fields, lists and options.
var fieldKey = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Parse reads a pack.
func Parse(file string, data []byte) (*Pack, error) { return nil, nil }

// Check checks packs that a tenant uses together.
func Check(packs []*Pack) error { return nil }
