// Package i18n holds every sentence of the screens in English, German and
// French, and writes dates, numbers and countries as people of a language do.
//
// Invariants:
//
//   - Every key exists in every language; a test compares the catalogues.
//   - A text is plain: templates escape it like any other value.
//   - A key that is missing all the same shows as the key, never as nothing.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

//go:embed en.json de.json fr.json
var files embed.FS

// Fallback is the language of those whose own is not spoken here.
const Fallback = "en"

// Languages returns the languages of the catalogue, the fallback first.
func Languages() []string { return []string{"en", "de", "fr"} }

// NativeName returns how a language calls itself.
func NativeName(lang string) string {
	return map[string]string{"en": "English", "de": "Deutsch", "fr": "Français"}[lang]
}

// Catalogue is the loaded messages.
type Catalogue struct {
	matcher  language.Matcher
	printers map[string]*Printer
	keys     map[string][]string // by language, for the tests
}

// Load reads the embedded catalogues. It fails only if the binary was built
// with a broken one.
func Load() (*Catalogue, error) {
	bundle := goi18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	c := &Catalogue{printers: map[string]*Printer{}, keys: map[string][]string{}}
	var tags []language.Tag
	for _, lang := range Languages() {
		raw, err := files.ReadFile(lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		if _, err := bundle.ParseMessageFileBytes(raw, lang+".json"); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", lang, err)
		}
		var plain map[string]json.RawMessage
		if err := json.Unmarshal(raw, &plain); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", lang, err)
		}
		c.keys[lang] = slices.Sorted(maps.Keys(plain))
		c.printers[lang] = newPrinter(lang, plain, bundle)
		tags = append(tags, language.Make(lang))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// Printer returns the printer of a language, that of the fallback for any
// other.
func (c *Catalogue) Printer(lang string) *Printer {
	if p, ok := c.printers[lang]; ok {
		return p
	}
	return c.printers[Fallback]
}

// Keys returns every key of the catalogue, sorted. The caller owns the slice.
func (c *Catalogue) Keys() []string { return slices.Clone(c.keys[Fallback]) }

// Match returns the best language for an Accept-Language header.
func (c *Catalogue) Match(accept string) string {
	if len(accept) > 200 { // no browser sends so much
		return Fallback
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Fallback
	}
	_, i, _ := c.matcher.Match(tags...)
	return Languages()[i]
}

// Printer writes in one language. It is safe for concurrent use.
type Printer struct {
	lang   string
	plain  map[string]string // messages without parts, for the common case
	loc    *goi18n.Localizer
	names  display.Namer
	number *message.Printer
	pseudo bool
}

func newPrinter(lang string, raw map[string]json.RawMessage, bundle *goi18n.Bundle) *Printer {
	tag := language.Make(lang)
	p := &Printer{
		lang: lang, plain: map[string]string{}, loc: goi18n.NewLocalizer(bundle, lang),
		names: display.Regions(tag), number: message.NewPrinter(tag),
	}
	for key, m := range raw {
		var s string
		if json.Unmarshal(m, &s) == nil && !strings.Contains(s, "{{") {
			p.plain[key] = s
		}
	}
	return p
}

// Pseudo returns the English printer with every message in brackets, so that
// a test can see which texts of a page do not come from the catalogue.
func (c *Catalogue) Pseudo() *Printer {
	p := *c.printers[Fallback]
	p.pseudo = true
	return &p
}

// Lang returns the language of the printer.
func (p *Printer) Lang() string { return p.lang }

// Has reports whether the catalogue has a key.
func (p *Printer) Has(key string) bool {
	if _, ok := p.plain[key]; ok {
		return true
	}
	_, err := p.loc.Localize(&goi18n.LocalizeConfig{MessageID: key, PluralCount: 2})
	return err == nil
}

// T returns the message of a key. parts are names and values in turn that
// stand for its {{.Name}}.
func (p *Printer) T(key string, parts ...string) string {
	if s, ok := p.plain[key]; ok {
		return p.mark(s)
	}
	s, err := p.loc.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: data(parts)})
	if err != nil {
		return key
	}
	return p.mark(s)
}

// N returns the message of a key in the plural form of n; {{.Count}} in it is
// the number as the language writes it.
func (p *Printer) N(key string, n int, parts ...string) string {
	d := data(parts)
	d["Count"] = p.Number(int64(n))
	s, err := p.loc.Localize(&goi18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateData: d})
	if err != nil {
		return key
	}
	return p.mark(s)
}

func (p *Printer) mark(s string) string {
	if p.pseudo {
		return "⟦" + s + "⟧"
	}
	return s
}

func data(parts []string) map[string]string {
	d := make(map[string]string, len(parts)/2+1)
	for i := 0; i+1 < len(parts); i += 2 {
		d[parts[i]] = parts[i+1]
	}
	return d
}
