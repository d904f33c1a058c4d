package schema_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/schema"
)

func TestParse(t *testing.T) {
	p, err := schema.Parse("sample.yaml", []byte(samplePack))
	if err != nil {
		t.Fatal(err)
	}
	typ := p.Type("thing")
	if p.Key != "sample" || p.Version != 3 || p.Title.In("fr-CH") != "Exemple" || p.Title.In("xx") != "Sample" {
		t.Errorf("%+v", p)
	}
	if typ.TitleField != "name" || typ.OwnerField != "owner" || typ.Self || !p.Type("human").Self {
		t.Errorf("%+v", typ)
	}
	if f := typ.Field("people.note"); f == nil || f.About != "who" || f.Parent != typ.Field("people") || f.Path() != "people.note" {
		t.Errorf("%+v", f)
	}
	if f := typ.Field("people"); f.Category != "contact" {
		t.Errorf("the group has the category %q", f.Category)
	}
	if f := typ.Field("reason"); !slices.Equal(f.Carries, []bailiwick.Category{"business"}) {
		t.Errorf("show-if carries %v", f.Carries)
	}
	if f := typ.Field("amount"); *f.Min != -1050 || f.Max != nil {
		t.Errorf("the minimum is %d", *f.Min)
	}
	if got := typ.Categories(); !slices.Equal(got, []bailiwick.Category{"business", "contact", "health", "narrative"}) {
		t.Errorf("categories %v", got)
	}
}

// badField is a pack with one field, in line 12, of a type that is not about
// persons.
func badField(body string) string {
	return `pack: bad
version: 1
title: {en: A, de: B, fr: C}
lists: {l: {a: {en: A, de: B, fr: C, value: 2}, b: {en: D, de: E, fr: F, value: 1}}, n: {a: {en: A, de: B, fr: C}}}
types:
  t:
    title: {en: A, de: B, fr: C}
    plural: {en: A, de: B, fr: C}
    ref: TT
    schedule: s
    list: [name]
    fields: {x: {label: {en: X, de: X, fr: X}, ` + body + `},
      name: {kind: text, category: business, label: {en: N, de: N, fr: N}},
      ok: {kind: boolean, category: business, label: {en: N, de: N, fr: N}},
      pick: {kind: choice, options: l, category: health, about: who, label: {en: N, de: N, fr: N}},
      who: {kind: subject, type: p, category: contact, about: who, label: {en: N, de: N, fr: N}},
      often: {kind: choice, options: l, category: business, label: {en: N, de: N, fr: N}, show-if: {field: ok}}}
`
}

func TestParseRefusesFields(t *testing.T) {
	cases := map[string]struct{ field, line, want string }{
		"no kind":              {`category: business`, "12", "types.t.fields.x.kind: the key is missing"},
		"unknown kind":         {`kind: money, category: business`, "12", "x.kind: no such kind"},
		"no category":          {`kind: text`, "12", "x.category: the key is missing"},
		"unknown category":     {`kind: text, category: fun`, "12", "x.category: no such category"},
		"unknown key":          {`kind: text, category: business, colour: red`, "12", "x.colour: unknown key"},
		"key twice":            {`kind: text, kind: text, category: business`, "12", "x.kind: the key appears twice"},
		"key of another kind":  {`kind: text, category: business, scale: 2`, "12", "x.scale: fields of kind text do not take this key"},
		"no options":           {`kind: choice, category: business`, "12", "x.options: the key is missing"},
		"unknown list":         {`kind: choice, category: business, options: zz`, "12", "x.options: the pack has no list zz"},
		"personal, about none": {`kind: text, category: contact`, "12", "x.about: the key is missing"},
		"about no person":      {`kind: text, category: contact, about: name`, "12", "x.about: a field of kind subject"},
		"about, not personal":  {`kind: text, category: business, about: who`, "12", "x.about: the category is not personal"},
		"clear and personal":   {`kind: date, category: birth, about: who, index: clear`, "12", "x.index: a personal category cannot be readable"},
		"clear text":           {`kind: text, category: business, index: clear`, "12", "x.index: fields of this kind cannot be readable"},
		"clear misspelt":       {`kind: date, category: business, index: yes`, "12", "x.index: the only value is clear"},
		"search of a number":   {`kind: integer, category: business, search: word`, "12", "x.search: fields of this kind"},
		"prefix of long text":  {`kind: longtext, category: business, search: prefix`, "12", "x.search: fields of this kind"},
		"search of health":     {`kind: text, category: health, about: who, search: word`, "12", "x.search: special, criminal and child"},
		"search of crimes":     {`kind: text, category: criminal, about: who, search: word`, "12", "x.search: special, criminal and child"},
		"required, show-if":    {`kind: text, category: business, required: true, show-if: {field: ok}`, "12", "x.required: a field with show-if"},
		"required misspelt":    {`kind: text, category: business, required: 1`, "12", "x.required: true or false is expected"},
		"show-if of nothing":   {`kind: text, category: business, show-if: {field: zz}`, "12", "x.show-if: the field beside this one"},
		"show-if of itself":    {`kind: text, category: business, show-if: {field: x}`, "12", "x.show-if: the field beside this one"},
		"show-if in a chain":   {`kind: text, category: business, show-if: {field: often}`, "12", "has a show-if itself"},
		"show-if, no option":   {`kind: text, category: health, about: who, show-if: {field: pick, is: [zz]}`, "12", "zz is not an option"},
		"show-if, boolean":     {`kind: text, category: business, show-if: {field: ok, is: [maybe]}`, "12", "maybe is not an option"},
		"show-if tells health": {`kind: text, category: business, show-if: {field: pick}`, "12", "would reveal pick"},
		"score tells health":   {`kind: score, category: business, product: [pick, often], bands: l`, "12", "would reveal pick"},
		"score of a text":      {`kind: score, category: business, product: [name, often], bands: l`, "12", "name is neither a choice nor an integer"},
		"score of one":         {`kind: score, category: business, product: [often], bands: l`, "12", "x.product: the keys of two fields"},
		"bands fall":           {`kind: score, category: business, product: [often, pick], bands: l`, "12", "x.bands: every band needs a value"},
		"bands without values": {`kind: score, category: business, product: [often, pick], bands: n`, "12", "x.bands: every band needs a value"},
		"max-length too large": {`kind: text, category: business, max-length: 1001`, "12", "x.max-length: a whole number between 1 and 1000"},
		"min above max":        {`kind: integer, category: business, min: 2, max: 1`, "12", "x.max: max is smaller than min"},
		"min no number":        {`kind: integer, category: business, min: low`, "12", "x.min: a number is expected"},
		"no scale":             {`kind: decimal, category: business`, "12", "x.scale: the key is missing"},
		"reference to nowhere": {`kind: record, category: business`, "12", "x.type: the key is missing"},
		"group, no about":      {`kind: group, fields: {a: {kind: text, category: business, label: {en: A, de: B, fr: C}}}`, "12", "x.about: the key is missing"},
		"group, category":      {`kind: group, about: a, category: business, fields: {a: {kind: subject, type: p, category: contact, label: {en: A, de: B, fr: C}}}`, "12", "x.category: a group has none"},
		"group about a text":   {`kind: group, about: a, fields: {a: {kind: text, category: contact, label: {en: A, de: B, fr: C}}}`, "12", "x.about: a member of kind subject"},
		"group in a group":     {`kind: group, about: a, fields: {a: {kind: group, about: b, label: {en: A, de: B, fr: C}, fields: {}}}`, "12", "x.fields.a.kind: a group cannot lie in a group"},
		"default of a text":    {`kind: text, category: business, default: a`, "12", "x.default: fields of kind text do not take this key"},
		"default, no option":   {`kind: choice, category: business, options: l, default: zz`, "12", "x.default: an option of the field is expected"},
		"default, boolean":     {`kind: boolean, category: business, default: maybe`, "12", "x.default: an option of the field is expected"},
		"default, show-if":     {`kind: choice, category: business, options: l, default: a, show-if: {field: ok}`, "12", "x.default: only a field"},
		"help without English": {`kind: text, category: business, help: {de: B}`, "12", "x.help.en: the text in this language is missing"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := schema.Parse("bad.yaml", []byte(badField(c.field)))
			wantProblem(t, err, "bad.yaml:"+c.line+": ", c.want)
		})
	}
	if _, err := schema.Parse("good.yaml", []byte(badField("kind: text, category: business"))); err != nil {
		t.Errorf("the pack around the bad fields is bad itself: %v", err)
	}
}

func wantProblem(t *testing.T, err error, prefix, part string) {
	t.Helper()
	var ps schema.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("error %v", err)
	}
	for _, p := range ps {
		if s := p.String(); strings.HasPrefix(s, prefix) && strings.Contains(s, part) {
			return
		}
	}
	t.Errorf("no problem %q with %q in:\n%v", prefix, part, err)
}

func TestParseRefusesPacks(t *testing.T) {
	replace := func(old, new string) string {
		if !strings.Contains(samplePack, old) {
			t.Fatalf("the sample has no %q", old)
		}
		return strings.Replace(samplePack, old, new, 1)
	}
	cases := map[string]struct{ in, want string }{
		"nothing":            {"", "the file is not valid YAML"},
		"no YAML":            {"a: [", "the file is not valid YAML"},
		"a list":             {"- a", "a mapping of keys is expected"},
		"two documents":      {samplePack + "\n---\npack: b\n", "more than one document"},
		"alias":              {"pack: &a b\ntitle: *a\n", "anchors and aliases"},
		"tag":                {"pack: !!str b\n", "explicit tags"},
		"nested":             {strings.Repeat("a: {", 30) + strings.Repeat("}", 30), "nested too deeply"},
		"large":              {strings.Repeat("#", schema.MaxPackBytes+1), "larger than 256 KiB"},
		"unknown key":        {samplePack + "colour: red\n", "colour: unknown key"},
		"no pack":            {replace("pack: sample", ""), "pack: the key is missing"},
		"bad pack":           {replace("pack: sample", "pack: Sample App"), "pack: small letters"},
		"no version":         {replace("version: 3", ""), "version: the key is missing"},
		"version 0":          {replace("version: 3", "version: 0"), "version: a whole number"},
		"title of a pack":    {replace(", fr: Exemple", ""), "title.fr: the text in this language is missing"},
		"title of a type":    {replace("title: {en: Thing, de: Ding, fr: Chose}", ""), "types.thing.title: the key is missing"},
		"plural":             {replace("plural: {en: Things, de: Dinge, fr: Choses}", ""), "types.thing.plural: the key is missing"},
		"label":              {replace(", label: {en: Day, de: Tag, fr: Jour}", ""), "types.thing.fields.day.label: the key is missing"},
		"label of an option": {replace("de: Klein, ", ""), "lists.size.small.de: the text in this language is missing"},
		"same label":         {replace("en: Large", "en: SMALL"), "lists.size.large.en: option small has the same text"},
		"other language":     {replace("fr: Exemple", "fr: Exemple, it: Esempio"), "title.it: unknown key"},
		"long label":         {replace("fr: Exemple", "fr: "+strings.Repeat("é", 121)), "title.fr: at most 120 characters"},
		"tone":               {replace("tone: good", "tone: pink"), "lists.size.small.tone: no such tone"},
		"no schedule":        {replace("schedule: thing-closed", ""), "types.thing.schedule: the key is missing"},
		"no ref":             {replace("ref: THG", ""), "types.thing.ref: the key is missing"},
		"bad ref":            {replace("ref: THG", "ref: thing"), "types.thing.ref: 2 to 5 capital letters"},
		"no list":            {replace("list: [name, size]", ""), "types.thing.list: the key is missing"},
		"list of nothing":    {replace("list: [name, size]", "list: [name, zz]"), "types.thing.list: zz is not a field"},
		"list of a group":    {replace("list: [name, size]", "list: [name, people]"), "types.thing.list: people is not a field"},
		"list twice":         {replace("list: [name, size]", "list: [name, name]"), "types.thing.list: name appears twice"},
		"title-field":        {replace("list: [name, size]", "list: [size]"), "types.thing.title-field: the field that names"},
		"owner":              {replace("owner: owner", "owner: name"), "types.thing.owner: the owner must be"},
		"import":             {replace("Sache: name", "Sache: score"), "types.thing.import.Titel der Sache: a column leads"},
		"subject":            {replace("subject: self", "subject: other"), "types.human.subject: the only value is self"},
		"no identity":        {replace("identity: contact", ""), "types.human.identity: the key is missing"},
		"identity unused":    {replace("identity: contact", "identity: bank"), "types.human.identity: no field has this category"},
		"no countries":       {replace("countries: [country]", ""), "types.human.countries: the key is missing"},
		"countries of text":  {replace("countries: [country]", "countries: [name]"), "types.human.countries: name is not a field"},
		"no fields":          {"pack: a\nversion: 1\ntitle: {en: A, de: B, fr: C}\ntypes: {t: {}}\n", "types.t.fields: the key is missing"},
		"key of a field":     {replace("      day: ", "      Day: "), "types.thing.fields.Day: the key of a field takes"},
		"key is a number":    {replace("      day: ", "      1: "), "types.thing.fields: a key must be text"},
		"merge key":          {replace("      day: ", "      <<: "), "types.thing.fields: a key must be text"},
		"score in a group":   {replace("ok:   {kind: boolean, category: health, required: true", "ok:   {kind: score, product: [a, b], bands: band, category: health"), "types.thing.fields.people.fields.ok.kind: a score cannot"},
		"clear in a group":   {replace("ok:   {kind: boolean, category: health", "ok:   {kind: boolean, index: clear, category: business"), "people.fields.ok.index: members of a group"},
		"factor, no value":   {replace("large: {en: Large, de: Groß, fr: Grand, value: 3}", "large: {en: Large, de: Groß, fr: Grand}"), "fields.score.product: every option of size needs a value"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := schema.Parse("bad.yaml", []byte(c.in))
			wantProblem(t, err, "bad.yaml", c.want)
		})
	}
}

func TestParseReportsAllAtOnce(t *testing.T) {
	in := strings.NewReplacer("schedule: thing-closed", "", "kind: date,", "kind: dat,", "ref: HUM", "ref: h").Replace(samplePack)
	_, err := schema.Parse("bad.yaml", []byte(in))
	var ps schema.Problems
	if !errors.As(err, &ps) || len(ps) != 3 {
		t.Fatalf("%v", err)
	}
	if !slices.IsSortedFunc(ps, func(a, b schema.Problem) int { return a.Line - b.Line }) {
		t.Errorf("not in the order of lines: %v", err)
	}
}

func TestCheck(t *testing.T) {
	parse := func(name, in string) *schema.Pack {
		p, err := schema.Parse(name, []byte(in))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a := parse("a.yaml", samplePack)
	other := strings.NewReplacer("pack: sample", "pack: other", "  human:", "  creature:", "ref: HUM", "ref: CRE", "  thing:", "  item:", "ref: THG", "ref: ITM",
		"type: thing,", "type: human,", "kind: subject, type: human", "kind: subject, type: item").Replace(samplePack)
	b := parse("b.yaml", other)
	cases := map[string]struct {
		packs []*schema.Pack
		want  []string
	}{
		"twice":  {[]*schema.Pack{a, a}, []string{"pack: the key is taken by a.yaml", "types.thing: the pack sample has a type of this key", "types.thing.ref: the type thing has this prefix"}},
		"linked": {[]*schema.Pack{a, b}, []string{"fields.other.type: a reference to a person is of kind subject", "fields.person.type: the records of item are not persons"}},
		"alone":  {[]*schema.Pack{b}, []string{"fields.other.type: no pack has the type human"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, w := range c.want {
				wantProblem(t, schema.Check(c.packs), "", w)
			}
		})
	}
}

func TestManyProblemsAreCounted(t *testing.T) {
	var b strings.Builder
	for i := range 150 {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	_, err := schema.Parse("bad.yaml", []byte(b.String()))
	if err == nil || !strings.Contains(err.Error(), "more") || strings.Count(err.Error(), "\n") != schema.MaxProblems {
		t.Errorf("%v", err)
	}
}
