package schema

import (
	"slices"
	"strings"

	"bailiwick"
)

// Parse reads a pack in the grammar of docs/packs.md. The error is a Problems
// with everything that is wrong, each with file, line and key. file is used in
// messages only. Links to other packs are left to Check.
func Parse(file string, data []byte) (*Pack, error) {
	p := &parser{reader: reader{file: file}, categories: map[bailiwick.Category]bailiwick.CategoryInfo{}}
	for _, c := range bailiwick.ShippedCategories() {
		p.categories[c.Key] = c
	}
	if root := p.document(data); root != nil {
		p.readPack(p.object(root, "", packKeys...))
	}
	if err := p.problems.orNil(); err != nil {
		return nil, err
	}
	return p.pack, nil
}

// parser is a reader that knows packs.
type parser struct {
	reader
	categories map[bailiwick.Category]bailiwick.CategoryInfo
	pack       *Pack
}

func (p *parser) readPack(o *object) {
	p.pack = &Pack{File: p.file, Title: o.labels("title", MaxLabelRunes, false)}
	o.need("pack")
	p.pack.Key = o.name("pack")
	if v, ok := o.integer("version", 1, 1<<31); ok {
		p.pack.Version = v
	} else if !o.has("version") {
		o.fail("version", "the key is missing")
	}
	if n := o.vals["lists"]; n != nil {
		p.readLists(p.object(n, "lists"))
	}
	n := o.vals["types"]
	if n == nil {
		o.fail("types", "the key is missing")
		return
	}
	types := p.object(n, "types")
	if len(types.keys) == 0 || len(types.keys) > MaxTypes {
		o.fail("types", "1 to %d record types are expected", MaxTypes)
		return
	}
	for _, key := range types.keys {
		if !fieldKey.MatchString(key) {
			types.fail(key, "the key of a type takes small letters, digits, _ and -")
			continue
		}
		p.reserved(types, key)
		p.pack.Types = append(p.pack.Types, p.readType(key, p.object(types.vals[key], join("types", key), typeKeys...)))
	}
}

func (p *parser) readLists(o *object) {
	if len(o.keys) > MaxLists {
		o.fail("", "at most %d lists are allowed", MaxLists)
		return
	}
	for _, key := range o.keys {
		if !fieldKey.MatchString(key) {
			o.fail(key, "the key of a list takes small letters, digits, _ and -")
			continue
		}
		p.reserved(o, key)
		p.pack.Lists = append(p.pack.Lists, p.readList(key, p.object(o.vals[key], join("lists", key))))
	}
}

func (p *parser) readList(key string, o *object) *OptionList {
	list := &OptionList{Key: key}
	if len(o.keys) == 0 || len(o.keys) > MaxOptions {
		o.fail("", "1 to %d options are expected", MaxOptions)
		return list
	}
	labels := map[string]string{}
	for _, k := range o.keys {
		if !fieldKey.MatchString(k) {
			o.fail(k, "the key of an option takes small letters, digits, _ and -")
			continue
		}
		f := p.object(o.vals[k], join(o.path, k), optionKeyList...)
		option := Option{Key: k, Label: f.languages(MaxLabelRunes, false), Tone: f.text("tone")}
		option.Value, option.Valued = f.integer("value", -1_000_000, 1_000_000)
		if option.Tone != "" && !slices.Contains(Tones(), option.Tone) {
			f.fail("tone", "no such tone; known: %v", Tones())
		}
		for lang, text := range option.Label {
			folded := lang + " " + Fold(text)
			if other, ok := labels[folded]; ok {
				f.fail(lang, "option %s has the same text", other)
			}
			labels[folded] = k
		}
		list.Options = append(list.Options, option)
	}
	list.index()
	return list
}

// reserved keeps the keys of tenants out of packs.
func (p *parser) reserved(o *object, key string) {
	if !p.flat && strings.HasPrefix(key, OwnPrefix) {
		o.fail(key, "keys that begin with %s are those that a customer adds", OwnPrefix)
	}
}
