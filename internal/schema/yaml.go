package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	fieldKey  = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)
	refPrefix = regexp.MustCompile(`^[A-Z]{2,5}$`)
	yamlLine  = regexp.MustCompile(`line (\d+)`)
)

// reader walks the nodes of a YAML file and collects what is wrong.
type reader struct {
	file     string
	flat     bool // whether lines mean nothing: there is no file
	problems Problems
}

func (r *reader) fail(line int, key, format string, args ...any) {
	if r.flat {
		line = 0
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Key: key, Message: fmt.Sprintf(format, args...)})
}

// document reads the one document of a file; nil when it cannot be read.
func (r *reader) document(data []byte) *yaml.Node {
	if len(data) > MaxPackBytes {
		r.fail(0, "", "the file is larger than %d KiB", MaxPackBytes>>10)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		r.fail(yamlErrorLine(err), "", "the file is not valid YAML")
		return nil
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.fail(0, "", "the file holds more than one document")
		return nil
	}
	before := len(r.problems)
	r.plain(&doc, 0)
	if len(r.problems) > before || len(doc.Content) != 1 {
		return nil
	}
	return doc.Content[0]
}

func yamlErrorLine(err error) int {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// plain refuses what makes YAML more than a tree: anchors and aliases (a small
// file could stand for a huge one), explicit tags, and deep nesting.
func (r *reader) plain(n *yaml.Node, depth int) {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.fail(n.Line, "", "anchors and aliases are not allowed")
		return
	case n.Style&yaml.TaggedStyle != 0:
		r.fail(n.Line, "", "explicit tags are not allowed")
		return
	case depth > 12:
		r.fail(n.Line, "", "the file is nested too deeply")
		return
	}
	for _, c := range n.Content {
		r.plain(c, depth+1)
	}
}

// object is a mapping: its keys in order, each once.
type object struct {
	r    *reader
	path string
	line int
	keys []string
	vals map[string]*yaml.Node
	at   map[string]int // line of each key
}

// object reads a mapping. With known keys any other is refused; without, the
// keys are names that the author chooses. It never returns nil.
func (r *reader) object(n *yaml.Node, path string, known ...string) *object {
	o := &object{r: r, path: path, line: n.Line, vals: map[string]*yaml.Node{}, at: map[string]int{}}
	if n.Kind != yaml.MappingNode {
		r.fail(n.Line, path, "a mapping of keys is expected here")
		return o
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch _, twice := o.vals[k.Value]; {
		case k.Kind != yaml.ScalarNode || k.Tag != "!!str":
			r.fail(k.Line, path, "a key must be text")
		case twice:
			r.fail(k.Line, join(path, k.Value), "the key appears twice, first in line %d", o.at[k.Value])
		case known != nil && !slices.Contains(known, k.Value):
			r.fail(k.Line, join(path, clip(k.Value)), "unknown key; known here: %s", strings.Join(known, ", "))
		default:
			o.keys = append(o.keys, k.Value)
			o.vals[k.Value], o.at[k.Value] = v, k.Line
		}
	}
	return o
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// clip keeps a foreign key from filling a message.
func clip(s string) string { return cut(s, 60) }

// fail reports a problem of the object or, with a key, of that key.
func (o *object) fail(key, format string, args ...any) {
	line := o.line
	if l, ok := o.at[key]; ok {
		line = l
	}
	if key != "" {
		key = join(o.path, key)
	} else {
		key = o.path
	}
	o.r.fail(line, key, format, args...)
}

func (o *object) has(key string) bool { return o.vals[key] != nil }

// text returns a text; the empty text when the key is absent.
func (o *object) text(key string) string {
	n := o.vals[key]
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" {
		o.fail(key, "text is expected")
		return ""
	}
	return n.Value
}

// need is text for a key that must be there.
func (o *object) need(key string) string {
	if !o.has(key) {
		o.fail(key, "the key is missing")
	}
	return o.text(key)
}

// name is text in the form of a key.
func (o *object) name(key string) string {
	s := o.text(key)
	if s != "" && !fieldKey.MatchString(s) {
		o.fail(key, "small letters, digits, _ and - are allowed, a letter first, at most 40")
		return ""
	}
	return s
}

// integer returns a whole number and whether it is there.
func (o *object) integer(key string, low, high int64) (int64, bool) {
	n := o.vals[key]
	if n == nil {
		return 0, false
	}
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil || v < low || v > high {
		o.fail(key, "a whole number between %d and %d is expected", low, high)
		return 0, false
	}
	return v, true
}

// boolean returns true or false; false when the key is absent.
func (o *object) boolean(key string) bool {
	n := o.vals[key]
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || (n.Value != "true" && n.Value != "false") {
		o.fail(key, "true or false is expected")
		return false
	}
	return n.Value == "true"
}

// names returns a list of texts in the form of keys, each once.
func (o *object) names(key string, limit int) []string {
	n := o.vals[key]
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 || len(n.Content) > limit {
		o.fail(key, "a list of 1 to %d keys is expected", limit)
		return nil
	}
	var out []string
	for _, c := range n.Content {
		switch {
		case c.Kind != yaml.ScalarNode || !fieldKey.MatchString(c.Value):
			o.r.fail(c.Line, join(o.path, key), "an entry is not a key")
		case slices.Contains(out, c.Value):
			o.r.fail(c.Line, join(o.path, key), "%s appears twice", c.Value)
		default:
			out = append(out, c.Value)
		}
	}
	return out
}

// labels reads a text in every language; with some, English is enough.
func (o *object) labels(key string, limit int, some bool) Labels {
	n := o.vals[key]
	if n == nil {
		if !some {
			o.fail(key, "the key is missing: a text in %s", strings.Join(Languages(), ", "))
		}
		return nil
	}
	return o.r.object(n, join(o.path, key), Languages()...).languages(limit, some)
}

// languages reads the languages that stand in the object itself.
func (o *object) languages(limit int, some bool) Labels {
	out := Labels{}
	for _, lang := range Languages() {
		if !o.has(lang) {
			if !some || lang == "en" {
				o.fail(lang, "the text in this language is missing")
			}
			continue
		}
		s, bad := cleanText(o.text(lang), limit, false)
		if bad != nil {
			o.fail(lang, "at most %d characters on one line are allowed", limit)
			continue
		}
		out[lang] = s
	}
	return out
}
