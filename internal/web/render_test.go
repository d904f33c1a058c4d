package web

import (
	"bytes"
	"html/template"
	"io/fs"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
	"bailiwick/internal/web/static"
)

// pages lists every page template with the zero value of its view model.
func pages() map[string]any {
	return map[string]any{
		"landing": page.Landing{}, "policy": page.Policy{}, "signin": page.SignIn{}, "redeem": page.Redeem{}, "password": page.SetPassword{},
		"home": page.Home{}, "list": page.List{}, "search": page.Search{}, "record": page.Record{},
		"country": page.Country{}, "conflict": page.Conflict{}, "delete": page.Delete{}, "history": page.History{},
		"explain": page.Explain{}, "heatmap": page.HeatMap{}, "imports": page.Imports{}, "import-new": page.ImportNew{},
		"import-map": page.ImportMap{}, "import-run": page.ImportRun{}, "bulk": page.Bulk{}, "print-list": page.Print{}, "print-record": page.Print{}, "users": page.Users{}, "user": page.UserEdit{},
		"matrix": page.Matrix{}, "dictionary": page.Dictionary{}, "account": page.Account{}, "units": page.Units{}, "report": page.Report{}, "unit": page.UnitEdit{}, "error": page.Error{}, "problem": page.Problem{},
		"rule-form": page.RuleForm{}, "rule-text": page.RuleText{}, "changes": page.Changes{}, "change": page.Proposal{}, "templates": page.Templates{},
		"security": page.Security{}, "second": page.Second{},
		"quarantine": page.Quarantine{}, "bases": page.Bases{}, "access-requests": page.AccessRequests{},
	}
}

// controls are the values that steer a template; every one is tried.
var steering = map[string][]string{
	"Control": {
		"text", "textarea", "number", "select", "multiselect", "checkbox", "date", "datetime", "country", "email",
		"tel", "url", "user", "subject", "record", "score", "group",
	},
	"State": {"edit", "fixed", "withheld"},
	"Kind":  {"ref", "title", "tag", "score", "who", "date", "number", "text"},
}

// fill puts text into every string of a view model and makes slices of a few
// elements, so that steering values all occur. n varies from call to call.
func fill(v reflect.Value, text string, n *int, depth int) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[template.HTML]() {
			v.SetString(text)
		}
	case reflect.Bool:
		*n++
		v.SetBool(*n%2 == 0)
	case reflect.Int:
		v.SetInt(2)
	case reflect.Pointer:
		if depth > 6 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text, n, depth+1)
	case reflect.Slice:
		if depth > 6 {
			return
		}
		size := 2
		if v.Type().Elem() == reflect.TypeFor[page.Field]() && depth < 3 {
			size = 3 * len(steering["Control"])
		}
		if v.Type().Elem() == reflect.TypeFor[page.Cell]() {
			size = len(steering["Kind"])
		}
		v.Set(reflect.MakeSlice(v.Type(), size, size))
		for i := range size {
			fill(v.Index(i), text, n, depth+1)
			if v.Index(i).Kind() == reflect.Struct {
				steer(v.Index(i), i)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text, n, depth+1)
		}
	}
}

func steer(v reflect.Value, i int) {
	for name, values := range steering {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			f.SetString(values[i%len(values)])
		}
	}
	if v.Type() == reflect.TypeFor[page.Field]() && i%2 == 0 {
		v.FieldByName("Picker").SetZero()
	}
	if v.Type() == reflect.TypeFor[page.Cell]() && i%3 != 0 {
		v.FieldByName("Withheld").SetZero()
	}
}

func filled(model any, text string, n int) any {
	v := reflect.New(reflect.TypeOf(model)).Elem()
	fill(v, text, &n, 0)
	return v.Interface()
}

func sets(t *testing.T) (map[string]*template.Template, *template.Template) {
	t.Helper()
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	assets, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRenderer(cat, assets)
	if err != nil {
		t.Fatal(err)
	}
	pseudo, err := parseTemplates(cat.Pseudo(), assets)
	if err != nil {
		t.Fatal(err)
	}
	return r.sets, pseudo
}

func render(t *testing.T, set *template.Template, name string, model any) string {
	t.Helper()
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, name, model); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

// walk calls f for every node of a page.
func walk(n *html.Node, f func(*html.Node)) {
	f(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{.}} javascript:alert(1) </textarea></title>`

// TestEveryPageRendersAnything renders every template with zero, full and
// hostile values in every language and looks at what came out.
func TestEveryPageRendersAnything(t *testing.T) {
	langs, _ := sets(t)
	for lang, set := range langs {
		for name, zero := range pages() {
			for what, model := range map[string]any{
				"zero": zero, "full": filled(zero, "Value", 0), "full2": filled(zero, "Value", 1),
				"hostile": filled(zero, hostile, 0), "hostile2": filled(zero, hostile, 1),
				"script": filled(zero, "javascript:alert(1)", 0),
			} {
				t.Run(lang+"/"+name+"/"+what, func(t *testing.T) { check(t, render(t, set, name, model)) })
			}
		}
	}
}

// check holds what is true of every page whatever it shows.
func check(t *testing.T, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "ZgotmplZ") && !strings.Contains(out, "alert(1)") {
		t.Error("an address was not safe to print")
	}
	h1 := 0
	walk(doc, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		if n.Data == "h1" {
			h1++
		}
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") &&
				(strings.HasPrefix(a.Val, "javascript:") || strings.HasPrefix(a.Val, "http") || strings.HasPrefix(a.Val, "//")) {
				t.Errorf("<%s %s=%q> leads elsewhere", n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "script":
			if attr["src"] == "" || n.FirstChild != nil {
				t.Error("an inline script")
			}
		case "style":
			t.Error("an inline style sheet")
		case "input", "select", "textarea":
			if attr["type"] != "hidden" && attr["id"] == "" && attr["aria-label"] == "" && (n.Parent == nil || n.Parent.Data != "label") {
				t.Errorf("<%s name=%q> has no label", n.Data, attr["name"])
			}
		}
	})
	if h1 != 1 {
		t.Errorf("%d headings of the first level", h1)
	}
}

// TestNoHardCodedText renders every page in the pseudo-language: every text
// must stand in its brackets or be a value of the view model.
func TestNoHardCodedText(t *testing.T) {
	_, pseudo := sets(t)
	inBrackets := regexp.MustCompile(`⟦[^⟧]*⟧`)
	for name, zero := range pages() {
		for n := range 2 {
			doc, err := html.Parse(strings.NewReader(render(t, pseudo, name, filled(zero, "7", n))))
			if err != nil {
				t.Fatal(err)
			}
			look := func(text string) {
				rest := inBrackets.ReplaceAllString(text, "")
				for _, steer := range steering["Control"] {
					rest = strings.ReplaceAll(rest, steer, "")
				}
				rest = strings.NewReplacer("English", "", "Deutsch", "", "Français", "").Replace(rest)
				if strings.ContainsFunc(rest, unicode.IsLetter) {
					t.Errorf("%s: %q is not from the catalogue", name, strings.TrimSpace(rest))
				}
			}
			walk(doc, func(n *html.Node) {
				if n.Type == html.TextNode {
					look(n.Data)
				}
				for _, a := range n.Attr {
					if a.Key == "title" || a.Key == "aria-label" || a.Key == "placeholder" || a.Key == "alt" {
						look(a.Val)
					}
				}
			})
		}
	}
}

var tKey = regexp.MustCompile(`\b[tn] "([a-z0-9.:-]+)"`)

// TestTemplateKeysExist finds a key of a template that no catalogue has.
func TestTemplateKeysExist(t *testing.T) {
	cat, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(templateFiles, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(templateFiles, path)
		if err != nil {
			return err
		}
		for _, m := range tKey.FindAllStringSubmatch(string(b), -1) {
			if !cat.Printer("fr").Has(m[1]) {
				t.Errorf("%s: no message %q", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
