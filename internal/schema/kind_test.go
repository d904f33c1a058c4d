package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bailiwick/internal/schema"
)

// samplePack has a field of every kind.
const samplePack = `
pack: sample
version: 3
title: {en: Sample, de: Muster, fr: Exemple}
lists:
  size:
    small: {en: Small, de: Klein, fr: Petit, value: 1, tone: good}
    large: {en: Large, de: Groß, fr: Grand, value: 3}
  band:
    low: {en: Low, de: Niedrig, fr: Faible, value: 1}
    high: {en: High, de: Hoch, fr: Élevé, value: 6}
types:
  thing:
    title: {en: Thing, de: Ding, fr: Chose}
    plural: {en: Things, de: Dinge, fr: Choses}
    ref: THG
    schedule: thing-closed
    list: [name, size]
    owner: owner
    import: {Titel der Sache: name}
    fields:
      name:     {kind: text, category: business, required: true, search: prefix, max-length: 20, label: {en: Name, de: Name, fr: Nom}}
      story:    {kind: longtext, category: narrative, search: word, label: {en: Story, de: Geschichte, fr: Récit}}
      number:   {kind: integer, category: business, index: clear, min: -5, max: 1000000, label: {en: Number, de: Zahl, fr: Nombre}}
      amount:   {kind: decimal, category: business, index: clear, scale: 2, min: -10.5, label: {en: Amount, de: Betrag, fr: Montant}}
      agreed:   {kind: boolean, category: business, index: clear, label: {en: Agreed, de: Einig, fr: Accord}}
      size:     {kind: choice, options: size, category: business, index: clear, label: {en: Size, de: Größe, fr: Taille}}
      sizes:    {kind: multichoice, options: size, category: business, index: clear, label: {en: Sizes, de: Größen, fr: Tailles}}
      day:      {kind: date, category: business, index: clear, label: {en: Day, de: Tag, fr: Jour}}
      instant:  {kind: datetime, category: business, index: clear, label: {en: Instant, de: Zeitpunkt, fr: Instant}}
      country:  {kind: country, category: business, index: clear, label: {en: Country, de: Land, fr: Pays}}
      email:    {kind: email, category: business, search: prefix, label: {en: E-mail, de: Mail, fr: Courriel}}
      phone:    {kind: phone, category: business, search: word, label: {en: Phone, de: Telefon, fr: Téléphone}}
      link:     {kind: url, category: business, search: word, label: {en: Link, de: Verweis, fr: Lien}}
      owner:    {kind: user, category: business, index: clear, label: {en: Owner, de: Inhaber, fr: Propriétaire}}
      person:   {kind: subject, type: human, category: contact, about: person, label: {en: Person, de: Mensch, fr: Personne}}
      other:    {kind: record, type: thing, category: business, index: clear, label: {en: Other, de: Anderes, fr: Autre}}
      others:   {kind: record, type: thing, many: true, category: business, index: clear, label: {en: Others, de: Andere, fr: Autres}}
      score:    {kind: score, product: [size, number], bands: band, category: business, index: clear, label: {en: Score, de: Wert, fr: Score}}
      reason:   {kind: text, category: narrative, show-if: {field: size, is: [large]}, label: {en: Reason, de: Grund, fr: Raison}}
      people:
        kind: group
        about: who
        label: {en: People, de: Menschen, fr: Gens}
        fields:
          who:  {kind: subject, type: human, category: contact, required: true, label: {en: Who, de: Wer, fr: Qui}}
          note: {kind: text, category: health, label: {en: Note, de: Notiz, fr: Note}}
          ok:   {kind: boolean, category: health, required: true, label: {en: Ok, de: Gut, fr: Bien}}
  human:
    title: {en: Human, de: Mensch, fr: Humain}
    plural: {en: Humans, de: Menschen, fr: Humains}
    ref: HUM
    subject: self
    identity: contact
    countries: [country]
    schedule: human-gone
    list: [name]
    fields:
      name:    {kind: text, category: contact, label: {en: Name, de: Name, fr: Nom}}
      country: {kind: country, category: business, label: {en: Country, de: Land, fr: Pays}}
`

const (
	idA = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
	idB = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"
)

func sample(t testing.TB) *schema.Type {
	t.Helper()
	p, err := schema.Parse("sample.yaml", []byte(samplePack))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Check([]*schema.Pack{p}); err != nil {
		t.Fatal(err)
	}
	return p.Type("thing")
}

// jsonCases are inputs of the API: want is canonical, or "!rule".
var jsonCases = []struct{ field, in, want string }{
	{"name", `"  Zoe\u0308 "`, `"Zoë"`},
	{"name", `"<a & \"b\">"`, `"<a & \"b\">"`},
	{"name", `"\u003ca\u003e"`, `"<a>"`},
	{"name", `""`, ``},
	{"name", `null`, ``},
	{"name", `7`, `!type`},
	{"name", `"a\nb"`, `!characters`},
	{"name", `"a\u202eb"`, `!characters`},
	{"name", `"\ud800"`, `!characters`},
	{"name", `"\udc00\ud800"`, `!characters`},
	{"name", `"\ud83d\ude00"`, `"😀"`},
	{"name", `"\\ud800"`, `"\\ud800"`},
	{"name", `"\ufffd"`, "\"\ufffd\""},
	{"name", `"\ud83dx"`, `!characters`},
	{"name", `"123456789012345678901"`, `!max-length`},
	{"story", `"a\r\nb\tc"`, `"a\nb\tc"`},
	{"story", `"` + strings.Repeat("ä", 20_001) + `"`, `!max-length`},
	{"number", `12`, `12`},
	{"number", `-0`, `0`},
	{"number", `1.0`, `!type`},
	{"number", `1e3`, `!type`},
	{"number", `"1"`, `!type`},
	{"number", `-6`, `!range`},
	{"number", `99999999999999999999`, `!range`},
	{"amount", `12.5`, `"12.50"`},
	{"amount", `"12.500"`, `"12.50"`},
	{"amount", `-0.00`, `"0.00"`},
	{"amount", `12.345`, `!scale`},
	{"amount", `-10.51`, `!range`},
	{"amount", `1e2`, `!type`},
	{"amount", `90071992547409.91`, `"90071992547409.91"`},
	{"amount", `90071992547409.92`, `!range`},
	{"agreed", `false`, `false`},
	{"agreed", `"true"`, `!type`},
	{"size", `"large"`, `"large"`},
	{"size", `"Large"`, `!not-an-option`},
	{"sizes", `["large","small","large"]`, `["small","large"]`},
	{"sizes", `[]`, ``},
	{"sizes", `"large"`, `!type`},
	{"sizes", `["huge"]`, `!not-an-option`},
	{"day", `"2026-11-24"`, `"2026-11-24"`},
	{"day", `"2026-02-30"`, `!format`},
	{"day", `"24.11.2026"`, `!format`},
	{"instant", `"2026-11-24T10:30:00+01:00"`, `"2026-11-24T09:30:00Z"`},
	{"instant", `"2026-11-24T09:30:00.1234567Z"`, `"2026-11-24T09:30:00.123456Z"`},
	{"instant", `"2026-11-24T09:30:00"`, `!format`},
	{"country", `"DE"`, `"DE"`},
	{"country", `"de"`, `!unknown-country`},
	{"country", `"XX"`, `!unknown-country`},
	{"email", `"Anna.Keller@EXAMPLE.com"`, `"Anna.Keller@example.com"`},
	{"email", `"anna"`, `!format`},
	{"email", `"a@b@example.com"`, `!format`},
	{"phone", `"+49  (30) 123-45 x 7"`, `"+49 (30) 123-45 x 7"`},
	{"phone", `"call me"`, `!format`},
	{"link", `"https://example.com/a?b=c#d"`, `"https://example.com/a?b=c#d"`},
	{"link", `"javascript:alert(1)"`, `!format`},
	{"link", `"https://user@example.com/"`, `!format`},
	{"link", `"//example.com"`, `!format`},
	{"owner", `"` + idA + `"`, `"` + idA + `"`},
	{"owner", `"` + strings.ToUpper(idA) + `"`, `!format`},
	{"others", `["` + idB + `","` + idA + `","` + idB + `"]`, `["` + idA + `","` + idB + `"]`},
	{"others", `[1]`, `!type`},
	{"people", `[{"note":"x","who":"` + idA + `","ok":null}]`, `[{"who":"` + idA + `","note":"x","ok":null}]`},
	{"people", `[{"note":"x"}]`, `!required`},
	{"people", `[{"who":"` + idA + `"},{"who":"` + idA + `"}]`, `!duplicate`},
	{"people", `[{"who":"` + idA + `","what":1}]`, `!unknown-field`},
	{"people", `[{"who":"` + idA + `","ok":"yes"}]`, `!type`},
	{"people", `[{"who":"` + idA + `","who":"` + idB + `"}]`, `!type`},
	{"people", `[` + strings.Repeat(`{},`, 50) + `{}]`, `!max-items`},
}

func TestFromJSON(t *testing.T) {
	typ := sample(t)
	for _, c := range jsonCases {
		f := typ.Field(c.field)
		v, bad := f.Kind.FromJSON(f, json.RawMessage(c.in))
		got := string(v)
		if bad != nil {
			got = "!" + bad.Rule
			if v != nil {
				t.Errorf("%s %.60s: a value beside the violation", c.field, c.in)
			}
		}
		if got != c.want {
			t.Errorf("%s %.60s: %s, want %s", c.field, c.in, got, c.want)
		}
	}
}

func TestFromText(t *testing.T) {
	typ := sample(t)
	cases := []struct{ field, in, want, text string }{ // text in German
		{"number", " 12345 ", "12345", "12.345"},
		{"amount", "-1.5", `"-1.50"`, "-1,50"},
		{"agreed", "Ja", "true", "Ja"},
		{"agreed", "maybe", "!type", ""},
		{"size", "GROSS", `"large"`, "Groß"},
		{"size", "grand", `"large"`, "Groß"},
		{"sizes", "Groß; small", `["small","large"]`, "Klein, Groß"},
		{"day", "2026-11-24", `"2026-11-24"`, "24.11.2026"},
		{"instant", "2026-11-24T09:30Z", `"2026-11-24T09:30:00Z"`, "24.11.2026 09:30 UTC"},
		{"country", "deutschland", `"DE"`, "Deutschland"},
		{"country", "fr", `"FR"`, "Frankreich"},
		{"country", "Atlantis", "!unknown-country", ""},
		{"others", idA + ", " + idB, `["` + idA + `","` + idB + `"]`, idA + ", " + idB},
		{"name", "   ", "", ""},
		{"name", "a\xffb", "!characters", ""},
	}
	for _, c := range cases {
		f := typ.Field(c.field)
		v, bad := f.Kind.FromText(f, c.in)
		got := string(v)
		if bad != nil {
			got = "!" + bad.Rule
		}
		if got != c.want {
			t.Errorf("%s %q: %s, want %s", c.field, c.in, got, c.want)
		}
		if text := f.Kind.Text(f, v, "de"); bad == nil && text != c.text {
			t.Errorf("%s %q shows %q, want %q", c.field, c.in, text, c.text)
		}
	}
}

func TestEveryKindKeepsTheContract(t *testing.T) {
	typ := sample(t)
	seen := map[string]bool{}
	for _, f := range typ.All() {
		k := f.Kind
		seen[k.Name()] = true
		for _, v := range []schema.Value{nil, schema.Value("7"), schema.Value(`"x"`), schema.Value(`["x"]`), schema.Value(`[{}]`), schema.Value("{"), schema.Value(`"`)} {
			_, _, _, _ = k.Text(f, v, "en"), k.Edit(f, v), k.Words(f, v), k.SortKey(f, v, "xx")
			_ = schema.Indexes(f, v)
		}
		if v, bad := k.FromJSON(f, json.RawMessage("null")); v != nil || bad != nil {
			t.Errorf("%s: null is not empty", k.Name())
		}
		if v, bad := k.FromText(f, "  "); v != nil || bad != nil {
			t.Errorf("%s: blank is not empty", k.Name())
		}
		if k.Edit(f, nil) != "" || k.Text(f, nil, "de") != "" || k.Index(f, nil).OK {
			t.Errorf("%s: the empty value shows something", k.Name())
		}
		if b, err := json.Marshal(k.JSONSchema(f)); err != nil || !json.Valid(b) {
			t.Errorf("%s: schema %s, %v", k.Name(), b, err)
		}
	}
	for _, k := range schema.Kinds() {
		if !seen[k.Name()] {
			t.Errorf("the sample has no field of kind %s", k.Name())
		}
		if schema.KindByName(k.Name()) != k {
			t.Errorf("%s is not found by its name", k.Name())
		}
	}
}

func TestValuesHideFromPrinting(t *testing.T) {
	v := schema.Value(`"canary"`)
	for _, verb := range []string{"%v", "%s", "%q", "%x", "%+v", "%#v", "%d"} {
		if got := fmt.Sprintf(verb, v); got != "[value]" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

func TestSorting(t *testing.T) {
	typ := sample(t)
	for _, c := range []struct {
		field, lang string
		texts       []string // in rising order
	}{
		{"name", "de", []string{"", "Äpfel", "Birne", "Müller 2", "Müller 10", "zebra"}},
		{"name", "en", []string{"apple", "Éclair", "zebra"}},
		{"number", "en", []string{"", "-5", "0", "7", "1000"}},
		{"amount", "en", []string{"-10.5", "-0.01", "0", "3.1", "20"}},
		{"size", "en", []string{"", "small", "large"}},
		{"day", "en", []string{"", "1850-01-01", "1999-12-31", "2026-01-01"}},
		{"country", "de", []string{"DE", "FR", "AT", "CH"}}, // Deutschland, Frankreich, Österreich, Schweiz
	} {
		f := typ.Field(c.field)
		last := ""
		for i, text := range c.texts {
			v, bad := f.Kind.FromText(f, text)
			if bad != nil {
				t.Fatalf("%s %q: %s", c.field, text, bad.Rule)
			}
			key := string(f.Kind.SortKey(f, v, c.lang))
			if i > 0 && key <= last {
				t.Errorf("%s: %q does not sort after %q in %s", c.field, text, c.texts[i-1], c.lang)
			}
			last = key
		}
	}
}

func TestIndexes(t *testing.T) {
	typ := sample(t)
	for field, c := range map[string]struct {
		in   string
		want []schema.Index
	}{
		"size":    {`"large"`, []schema.Index{{Text: "large", OK: true}}},
		"sizes":   {`["small","large"]`, []schema.Index{{Text: "small", OK: true}, {Text: "large", OK: true}}},
		"amount":  {`"-1.50"`, []schema.Index{{Int: -150, IsInt: true, OK: true}}},
		"agreed":  {`true`, []schema.Index{{Int: 1, IsInt: true, OK: true}}},
		"day":     {`"1970-01-02"`, []schema.Index{{Int: 86_400_000_000, IsInt: true, OK: true}}},
		"instant": {`"1970-01-01T00:00:00.000001Z"`, []schema.Index{{Int: 1, IsInt: true, OK: true}}},
		"others":  {`["` + idA + `"]`, []schema.Index{{Text: idA, OK: true}}},
		"other":   {`"` + idA + `"`, []schema.Index{{Text: idA, OK: true}}},
		"name":    {`"x"`, nil},
	} {
		f := typ.Field(field)
		got := schema.Indexes(f, schema.Value(c.in))
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", field, got, c.want)
		}
	}
}
