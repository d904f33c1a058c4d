package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/schema"
)

var nine int64 = 9

func en(text string) schema.Labels { return schema.Labels{"en": text} }

// anOverlay uses everything that an overlay can say.
func anOverlay() schema.Overlay {
	return schema.Overlay{
		Categories: []schema.OwnCategory{{Key: "x_salary", Parent: "contact", Title: en("Salary"), Flag: "financial", After: len(bailiwick.ShippedCategories())}},
		Lists:      []schema.OwnList{{Key: "x_sites", Options: []schema.OwnOption{{Key: "north", Label: en("North")}, {Key: "south", Label: en("South"), Retired: true}}}},
		Options: []schema.ListChange{{Pack: "sample", List: "size", Added: []schema.OwnOption{{Key: "x_huge", Label: en("Huge"), Value: &nine}},
			Changed: []schema.OptionChange{{Key: "small", Label: schema.Labels{"de": "Winzig"}, Retired: true}}}},
		Types: []schema.OwnType{{Key: "x_asset", Title: en("Asset"), Ref: "AST", Schedule: "default", List: []string{"name", "site"}, Fields: []schema.OwnField{
			{Key: "name", Kind: "text", Category: "business", Label: schema.Labels{"de": "Name"}, Search: "word"},
			{Key: "site", Kind: "choice", Category: "business", Label: en("Site"), Options: "x_sites", Clear: true},
			{Key: "thing", Kind: "record", Category: "business", Label: en("Thing"), Type: "thing", Clear: true},
		}}},
		Changes: []schema.TypeChange{
			{Type: "human", Added: []schema.OwnField{{Key: "x_pay", Kind: "decimal", Category: "x_salary", Label: en("Pay"), Scale: 2, Min: "0"}}},
			{Type: "thing", Title: schema.Labels{"en": "Gadget"}, Hidden: []string{"amount"}, Order: []string{"size", "name"}, List: []string{"size", "name"},
				Fields: []schema.FieldChange{{Field: "name", Label: schema.Labels{"en": "Title"}, Help: en("Short")}}},
			{Type: "x_asset", Fields: []schema.FieldChange{{Field: "site", Label: schema.Labels{"de": "Standort"}}}},
		},
	}
}

func TestOverlayApplies(t *testing.T) {
	base, err := schema.Parse("sample.yaml", []byte(samplePack))
	if err != nil {
		t.Fatal(err)
	}
	out, err := anOverlay().Apply([]*schema.Pack{base})
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Check(out); err != nil {
		t.Fatal(err)
	}
	thing, asset := out[0].Type("thing"), out[1].Type("x_asset")
	if thing.Title.In("en") != "Gadget" || thing.Title.In("de") != base.Type("thing").Title.In("de") {
		t.Errorf("the title is %v", thing.Title)
	}
	if thing.Field("amount") != nil || len(thing.Hidden) != 1 || thing.Fields[0].Key != "size" || thing.List[0] != "size" {
		t.Errorf("fields %v, list %v", thing.Fields, thing.List)
	}
	if f := thing.Field("name"); f.Label.In("en") != "Title" || f.Help.In("en") != "Short" {
		t.Errorf("the label is %v", f.Label)
	}
	if l := out[0].List("size"); l.Option("x_huge") == nil || !l.Option("small").Retired || l.Option("small").Label.In("de") != "Winzig" || thing.Field("size").List != l {
		t.Errorf("the list is %+v", l)
	}
	if f := out[0].Type("human").Field("x_pay"); f == nil || f.Category != "x_salary" || *f.Min != 0 {
		t.Errorf("%+v", f)
	}
	if asset == nil || asset.Field("name").Label.In("fr") != "Name" || asset.Field("site").Label.In("de") != "Standort" || !asset.Field("site").List.Option("south").Retired {
		t.Errorf("%+v", asset)
	}
	// What was given is as it was.
	if base.Type("thing").Field("amount") == nil || base.List("size").Option("small").Retired || base.Type("human").Field("x_pay") != nil {
		t.Error("the pack itself was changed")
	}
	tree := anOverlay().CategoryTree()
	if c := tree[len(tree)-1]; c.Key != "x_salary" || c.Flag != "financial" || !c.OfSubject || c.AccessDefault || c.PopulateDefault || c.Title["de"] != "Salary" {
		t.Errorf("%+v", c)
	}
}

func TestOverlayRefuses(t *testing.T) {
	cases := map[string]struct {
		edit func(*schema.Overlay)
		want string
	}{
		"no category (R14.1)":    {func(o *schema.Overlay) { o.Changes[0].Added[0].Category = "" }, "types.human.fields.x_pay.category: the key is missing"},
		"unknown category":       {func(o *schema.Overlay) { o.Changes[0].Added[0].Category = "x_no" }, "x_pay.category: no such category"},
		"no label":               {func(o *schema.Overlay) { o.Types[0].Fields[0].Label = nil }, "types.x_asset.fields.name.label: the key is missing"},
		"key of the product":     {func(o *schema.Overlay) { o.Changes[0].Added[0].Key = "pay" }, "types.human.fields.pay: x_ and then"},
		"type of the product":    {func(o *schema.Overlay) { o.Types[0].Key = "asset" }, "types[0].key: x_ and then"},
		"type is gone":           {func(o *schema.Overlay) { o.Changes[1].Type = "gone" }, "types.gone: no application has"},
		"field is gone":          {func(o *schema.Overlay) { o.Changes[1].Hidden[0] = "gone" }, "types.thing.hidden[0]"},
		"hides what others need": {func(o *schema.Overlay) { o.Changes[1].Hidden[0] = "size" }, "score.product: size is no field"},
		"hides the country":      {func(o *schema.Overlay) { o.Changes[0].Hidden = []string{"country"} }, "types.human.countries"},
		"weaker flag":            {func(o *schema.Overlay) { o.Categories[0].Parent = "health" }, "categories.x_salary.flag"},
		"unknown parent":         {func(o *schema.Overlay) { o.Categories[0].Parent = "x_salary" }, "categories.x_salary.parent"},
		"unknown list":           {func(o *schema.Overlay) { o.Types[0].Fields[1].Options = "x_none" }, "site.options: the pack has no list"},
		"same text twice":        {func(o *schema.Overlay) { o.Options[0].Added[0].Label = en("Large") }, "options.sample.size.x_huge: option large has the same text"},
		"strange language":       {func(o *schema.Overlay) { o.Changes[1].Title["it"] = "Cosa" }, "types.thing.title.it"},
		"unknown application":    {func(o *schema.Overlay) { o.Types[0].Pack = "nope" }, "types.x_asset.pack"},
		"a field twice":          {func(o *schema.Overlay) { o.Types[0].Fields[1].Key = "name" }, "types.x_asset.fields.name: there are two"},
		"search of a special category": {func(o *schema.Overlay) {
			o.Changes[0].Added[0] = schema.OwnField{Key: "x_ill", Kind: "text", Category: "health", Label: en("Illness"), Search: "word"}
		}, "x_ill.search"},
	}
	base, err := schema.Parse("sample.yaml", []byte(samplePack))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := anOverlay()
			c.edit(&o)
			out, err := o.Apply([]*schema.Pack{base})
			if err == nil {
				t.Fatal("it applies")
			}
			if out != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestOverlayIsKept(t *testing.T) {
	was := anOverlay()
	if err := was.Keeps(was); err != nil {
		t.Fatal(err)
	}
	for name, now := range map[string]schema.Overlay{"nothing left": {}, "without types": {Categories: was.Categories, Lists: was.Lists}} {
		if now.Keeps(was) == nil {
			t.Errorf("%s: own things may vanish", name)
		}
		carried := now.Carry(was)
		if err := carried.Keeps(was); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		base, err := schema.Parse("sample.yaml", []byte(samplePack))
		if err != nil {
			t.Fatal(err)
		}
		out, err := carried.Apply([]*schema.Pack{base})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if out[0].Type("human").Field("x_pay") != nil || len(out[0].Type("human").Hidden) != 1 || len(out) != 1 {
			t.Errorf("%s: what came later is not hidden", name)
		}
	}
	weaker := was.Clone()
	weaker.Categories[0].Flag = ""
	if weaker.Keeps(was) == nil {
		t.Error("the flag of a category in use was changed")
	}
}

func TestOverlayDropsAndHides(t *testing.T) {
	o := anOverlay()
	o.Drop("human", "x_pay", schema.Overlay{})
	if o.OwnField("human", "x_pay") != nil || o.Change("human") != nil {
		t.Error("a field that was never active stays")
	}
	o = anOverlay()
	o.Drop("human", "x_pay", anOverlay())
	if o.OwnField("human", "x_pay") == nil || len(o.Change("human").Hidden) != 1 {
		t.Error("a field that was active is not hidden")
	}
	o.Hide("human", "x_pay", false)
	if len(o.Change("human").Hidden) != 0 {
		t.Error("it does not come back")
	}
}

func FuzzOverlay(f *testing.F) {
	raw, err := json.Marshal(anOverlay())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"types":[{"key":"x_a"}],"changes":[{"type":"x_a","hidden":["a"]},{"type":"thing","order":["",""]}]}`))
	f.Add([]byte(`{"lists":[{"key":"x_a","options":[{"key":"a","label":{"en":"\u0000"}}]}],"categories":[{"key":"x_b","after":-1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var o schema.Overlay
		if json.Unmarshal(data, &o) != nil {
			return
		}
		base, err := schema.Parse("sample.yaml", []byte(samplePack))
		if err != nil {
			t.Fatal(err)
		}
		one, err := o.Apply([]*schema.Pack{base})
		if (one == nil) == (err == nil) {
			t.Fatal("neither packs nor an error, or both")
		}
		again, err2 := o.Clone().Apply([]*schema.Pack{base})
		if (err == nil) != (err2 == nil) || (err != nil && err.Error() != err2.Error()) {
			t.Fatalf("equal overlays apply differently: %v, %v", err, err2)
		}
		a, _ := json.Marshal(one)
		b, _ := json.Marshal(again)
		if string(a) != string(b) {
			t.Fatal("equal overlays apply differently")
		}
		_ = o.CategoryTree()
		_ = o.Carry(anOverlay()).Keeps(anOverlay())
	})
}

func TestRetiredOptionsAreKeptNotChosen(t *testing.T) {
	base, err := schema.Parse("sample.yaml", []byte(samplePack))
	if err != nil {
		t.Fatal(err)
	}
	out, err := anOverlay().Apply([]*schema.Pack{base})
	if err != nil {
		t.Fatal(err)
	}
	one, many := out[0].Type("thing").Field("size"), out[0].Type("thing").Field("sizes")
	for _, c := range []struct {
		field   *schema.Field
		is, was string
		want    bool
	}{
		{one, `"small"`, "", true}, {one, `"small"`, `"small"`, false}, {one, `"large"`, "", false}, {one, "", `"small"`, false},
		{many, `["small","large"]`, `["large"]`, true}, {many, `["large","small"]`, `["small"]`, false},
	} {
		if got := schema.Retired(c.field, schema.Value(c.is), schema.Value(c.was)); got != c.want {
			t.Errorf("%s after %s: %v", c.is, c.was, got)
		}
	}
}
