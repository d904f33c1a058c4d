package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bailiwick"
	"bailiwick/internal/schema"
)

func TestValidateReportsEverythingAndNoValue(t *testing.T) {
	_, wrong := schema.Validate(sample(t), map[string]json.RawMessage{
		"name":                  json.RawMessage(`"canary canary canary canary"`),
		"number":                json.RawMessage(`"canary"`),
		"country":               json.RawMessage(`"canary"`),
		"score":                 json.RawMessage(`4`),
		"people":                json.RawMessage(`[{"who":"` + idA + `"},{"who":"` + idB + `","ok":"canary"}]`),
		"people.note":           json.RawMessage(`"x"`),
		"canary <script>":       json.RawMessage(`1`),
		"unheard_of":            json.RawMessage(`1`),
		strings.Repeat("a", 99): json.RawMessage(`1`),
	})
	var got []string
	for _, w := range wrong {
		got = append(got, w.Field+" "+w.Rule+" "+string(w.Code)+" "+strings.Join(w.Args, ","))
		if strings.Contains(w.Message+w.Field, "canary") {
			t.Errorf("%s: the value shows", w.Field)
		}
	}
	want := []string{
		"? unknown-field " + string(bailiwick.CodeInvalid) + " ",
		"? unknown-field " + string(bailiwick.CodeInvalid) + " ",
		"? unknown-field " + string(bailiwick.CodeInvalid) + " ",
		"unheard_of unknown-field " + string(bailiwick.CodeInvalid) + " ",
		"name max-length " + string(bailiwick.CodeInvalid) + " 20",
		"number type " + string(bailiwick.CodeInvalid) + " whole number",
		"country unknown-country " + string(bailiwick.CodeUnknownCountry) + " ",
		"score computed " + string(bailiwick.CodeInvalid) + " ",
		"people[1].ok type " + string(bailiwick.CodeInvalid) + " true or false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestValidateKeepsAbsentAndNullApart(t *testing.T) {
	values, wrong := schema.Validate(sample(t), map[string]json.RawMessage{"name": json.RawMessage(`null`), "agreed": json.RawMessage(`true`)})
	if len(wrong) > 0 || len(values) != 2 || values["name"] != nil || string(values["agreed"]) != "true" {
		t.Errorf("%d values, %v", len(values), wrong)
	}
}

func TestMissing(t *testing.T) {
	typ := sample(t)
	no := func(string) bool { return false }
	all := func(*schema.Field) bool { return true }
	if wrong := schema.Missing(typ, no, all); len(wrong) != 1 || wrong[0].Field != "name" || wrong[0].Rule != "required" {
		t.Errorf("%v", wrong)
	}
	if wrong := schema.Missing(typ, no, func(*schema.Field) bool { return false }); wrong != nil {
		t.Errorf("a field that may not be populated is required: %v", wrong)
	}
	rows := schema.Rows(typ.Field("people"), schema.Value(`[{"who":"`+idA+`"}]`))
	if wrong := schema.MissingInRow(typ.Field("people"), 0, rows[0], all); len(wrong) != 1 || wrong[0].Field != "people[0].ok" {
		t.Errorf("%v", wrong)
	}
}

func TestCompute(t *testing.T) {
	typ := sample(t)
	score := typ.Field("score")
	for name, c := range map[string]struct {
		size, number string
		want, text   string
	}{
		"product":        {`"large"`, `5`, `15`, "15 (Hoch)"},
		"below bands":    {`"small"`, `-1`, `-1`, "-1"},
		"low":            {`"small"`, `5`, `5`, "5 (Niedrig)"},
		"one is empty":   {`"large"`, ``, ``, ""},
		"unknown option": {`"gone"`, `5`, ``, ""},
	} {
		values := map[string]schema.Value{"size": schema.Value(c.size), "number": schema.Value(c.number), "score": schema.Value("99")}
		typ.Compute(values)
		if got := string(values["score"]); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := score.Kind.Text(score, values["score"], "de"); got != c.text {
			t.Errorf("%s shows %q, want %q", name, got, c.text)
		}
	}
}

func TestVisible(t *testing.T) {
	v := func(s string) map[string]schema.Value { return map[string]schema.Value{"f": schema.Value(s)} }
	for _, c := range []struct {
		cond   *schema.Condition
		values map[string]schema.Value
		want   bool
	}{
		{nil, nil, true},
		{&schema.Condition{Field: "f"}, nil, false},
		{&schema.Condition{Field: "f"}, v(`"x"`), true},
		{&schema.Condition{Field: "f", Is: []string{"a", "b"}}, v(`"b"`), true},
		{&schema.Condition{Field: "f", Is: []string{"a"}}, v(`"b"`), false},
		{&schema.Condition{Field: "f", Is: []string{"a"}}, v(`["b","a"]`), true},
		{&schema.Condition{Field: "f", Is: []string{"false"}}, v(`false`), true},
	} {
		if got := schema.Visible(c.cond, c.values); got != c.want {
			t.Errorf("%+v: %v", c.cond, got)
		}
	}
}

func TestRowsJoinAgain(t *testing.T) {
	f := sample(t).Field("people")
	stored := schema.Value(`[{"who":"` + idA + `","note":"old","ok":true},{"who":"` + idB + `","note":"gone"}]`)
	if rows := schema.Rows(f, stored); len(rows) != 2 || string(schema.JoinRows(f, rows)) != string(stored) {
		t.Error("rows do not join again")
	}
}

func TestReferences(t *testing.T) {
	typ := sample(t)
	a, err := bailiwick.ParseID(idA)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"other", "others"} {
		f := typ.Field(key)
		v, bad := schema.ReferenceValue(f, a, bailiwick.ID{})
		if bad != nil || !cmp.Equal(schema.References(v), []bailiwick.ID{a}) {
			t.Errorf("%s: not the same identifiers", key)
		}
		again, bad := f.Kind.FromJSON(f, json.RawMessage(v))
		if bad != nil || string(again) != string(v) {
			t.Errorf("%s: not canonical", key)
		}
	}
	if _, bad := schema.ReferenceValue(typ.Field("other"), a, a); bad == nil {
		t.Error("a single reference takes two")
	}
}

func TestMapHeaders(t *testing.T) {
	got := schema.MapHeaders(sample(t), []string{"Titel der Sache", "GROESSE", "größe", "size", "Score", "What"})
	if diff := cmp.Diff(map[string]string{"Titel der Sache": "name", "größe": "size"}, got); diff != "" {
		t.Error(diff)
	}
}
