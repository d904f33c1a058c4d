package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"

	"bailiwick/internal/server"
)

// values finds the value of a key that is not on the command line: in the
// environment, in a file named by the environment, or in the configuration
// file, in this order. It remembers where it found what.
type values struct {
	env   map[string]string
	file  string // path of the configuration file, or empty
	keys  map[string]*yaml.Node
	found map[string]string
}

// maxConfig bounds the configuration file and the files of secrets.
const maxConfig = 1 << 20

// newValues reads the configuration file that args or the environment name.
func newValues(args, environ []string) (*values, error) {
	v := &values{env: map[string]string{}, keys: map[string]*yaml.Node{}, found: map[string]string{}}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, "BAILIWICK_") {
			v.env[name] = value
		}
	}
	v.file = v.env["BAILIWICK_CONFIG"]
	for i, a := range args {
		if path, ok := strings.CutPrefix(a, "--config="); ok {
			v.file = path
		} else if a == "--config" && i+1 < len(args) {
			v.file = args[i+1]
		}
	}
	if v.file == "" {
		return v, nil
	}
	text, err := readBounded(v.file)
	if err != nil {
		return nil, fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	return v, v.parse(text)
}

// parse reads the keys of a configuration file. JSON is YAML too.
func (v *values) parse(text []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("%s is neither YAML nor JSON: %w", v.file, err)
	}
	if len(doc.Content) == 0 {
		return nil // empty
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return fmt.Errorf("%s:%d: want keys and values, such as \"listen: 127.0.0.1:8080\"", v.file, top.Line)
	}
	var errs []error
	for i := 0; i+1 < len(top.Content); i += 2 {
		k := top.Content[i]
		if v.keys[k.Value] != nil {
			errs = append(errs, fmt.Errorf("%s:%d: the key %q stands twice", v.file, k.Line, k.Value))
		}
		v.keys[k.Value] = top.Content[i+1]
	}
	return errors.Join(errs...)
}

// otherVariables have our prefix and are no keys: what tests must not skip, the
// file with the keys, and the token of import.
var otherVariables = []string{"BAILIWICK_REQUIRE", "BAILIWICK_CONFIG", "BAILIWICK_TOKEN"}

// check refuses keys and variables that no flag knows: a typing error must not
// silently leave a default in force.
func (v *values) check(app *kong.Application) error {
	known := map[string]bool{}
	secret := map[string]bool{}
	for _, f := range app.AllFlags(false) {
		for _, flag := range f {
			known[flag.Name] = flag.Name != "help" && flag.Name != "config"
			secret[flag.Name] = flag.Tag.Has("secret")
		}
	}
	var errs []error
	for k, node := range v.keys {
		if !known[k] {
			errs = append(errs, fmt.Errorf("%s:%d: there is no key %q; \"bailiwick config print\" lists them", v.file, node.Line, k))
		}
	}
	for name := range v.env {
		key, isFile := strings.CutSuffix(name, "_FILE")
		if slices.Contains(otherVariables, key) || known[keyOf(name)] || isFile && secret[keyOf(key)] {
			continue
		}
		errs = append(errs, fmt.Errorf("the environment variable %s belongs to no key; \"bailiwick config print\" lists them", name))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// Validate is for kong.Resolver; check has done it.
func (v *values) Validate(*kong.Application) error { return nil }

// Resolve is for kong.Resolver: the value of a flag that the command line does
// not give. The interface says any.
func (v *values) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	name := variable(flag.Name)
	if value, ok := v.env[name]; ok {
		if _, both := v.env[name+"_FILE"]; both {
			return nil, fmt.Errorf("%s and %s_FILE are both set: unset one", name, name)
		}
		v.found[flag.Name] = "environment " + name
		return value, nil
	}
	if path, ok := v.env[name+"_FILE"]; ok && flag.Tag.Has("secret") {
		text, err := readBounded(path)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE cannot be read: %w", name, err)
		}
		v.found[flag.Name] = "file named by " + name + "_FILE"
		return strings.TrimSpace(string(text)), nil
	}
	node, ok := v.keys[flag.Name]
	if !ok {
		return nil, nil
	}
	v.found[flag.Name] = fmt.Sprintf("%s:%d", v.file, node.Line)
	switch node.Kind {
	case yaml.ScalarNode:
		return node.Value, nil
	case yaml.SequenceNode:
		var list []any
		for _, n := range node.Content {
			if n.Kind == yaml.MappingNode && flag.Name == "cells" {
				text, err := v.cell(n)
				if err != nil {
					return nil, err
				}
				list = append(list, text)
				continue
			}
			if n.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("%s:%d: %s wants a list of texts", v.file, n.Line, flag.Name)
			}
			list = append(list, n.Value)
		}
		return list, nil
	default:
		return nil, fmt.Errorf("%s:%d: %s wants a value or a list", v.file, node.Line, flag.Name)
	}
}

// cell is the text of a cell that the configuration file gives with keys.
func (v *values) cell(n *yaml.Node) (string, error) {
	is := map[string]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if !slices.Contains([]string{"name", "region", "data", "database"}, key.Value) || value.Kind != yaml.ScalarNode || value.Value == "" {
			return "", fmt.Errorf("%s:%d: a cell has name, region, and data (a directory) or database (a URL)", v.file, key.Line)
		}
		is[key.Value] = value.Value
	}
	place := is["database"]
	if is["data"] != "" {
		place = "file:" + is["data"]
	}
	if is["name"] == "" || is["region"] == "" || (is["data"] == "") == (is["database"] == "") {
		return "", fmt.Errorf("%s:%d: a cell has name, region, and either data (a directory) or database (a URL)", v.file, n.Line)
	}
	return is["name"] + ":" + is["region"] + ":" + place, nil
}

// origins says of every key where its value came from.
func (v *values) origins(c *kong.Context) map[string]string {
	out := map[string]string{}
	for _, f := range c.Flags() {
		out[f.Name] = "default"
		if from, ok := v.found[f.Name]; ok {
			out[f.Name] = from
		}
	}
	for _, p := range c.Path {
		if p.Flag != nil && !p.Resolved {
			out[p.Flag.Name] = "flag --" + p.Flag.Name
		}
	}
	return out
}

// variable is the environment variable of a key, keyOf its reverse.
func variable(key string) string { return server.Key{Name: key}.Variable() }

func keyOf(variable string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, "BAILIWICK_"), "_", "-"))
}

// readBounded reads a small file.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxConfig {
		return nil, fmt.Errorf("%s is larger than 1 MiB", path)
	}
	return os.ReadFile(path)
}
