package access

import (
	"strings"

	"bailiwick"
)

// Explanation is a decision in the form in which people and the API are told
// of it. It holds nothing of the value and is the same whether or not there is
// one.
type Explanation struct {
	ID       string // of the decision
	Op       Op
	Category bailiwick.Category
	Allowed  bool
	Mask     MaskForm
	Rule     string   // the rule that decided, or "default:<category>"
	Matched  []string // every rule that matched
	Level    string   // LevelTenant or LevelDefault
	Requires string   // conditions not met
	Reason   string   // one sentence
}

// Explain tells of the decision in a language (en, de or fr; any other is
// taken for en).
func (d Decision) Explain(lang string) Explanation {
	e := d.explain()
	return Explanation{
		ID: d.ID(), Op: d.op, Category: d.category, Allowed: d.allowed, Mask: d.mask,
		Rule: e.id(), Matched: e.matched, Level: d.Level(), Requires: d.Requires(), Reason: d.Reason(lang),
	}
}

// Reason says in one plain sentence of a language (en, de or fr; any other is
// taken for en) what was decided and why. The person's country is named, the
// viewer's where the rule that decided names countries of viewers. It holds
// nothing of the value and is the same whether or not there is one.
func (d Decision) Reason(lang string) string {
	e := d.explain()
	t := languages[lang]
	if t == nil {
		lang, t = "en", languages["en"]
	}
	op := d.op
	if op-1 >= opCount { // not an operation: denied, and asked about as seeing
		op = Access
	}
	sentence := t.denied
	switch {
	case d.allowed && e.rank == rankMask:
		sentence = t.masked
	case d.allowed:
		sentence = t.granted
	case e.rank == rankRequire && d.countsOnly(e):
		sentence = t.counted
	case e.rank == rankRequire:
		sentence = t.required
	}
	what := string(d.category)
	if d.view != nil {
		if n := d.view.m.catNo.find(d.category); n >= 0 {
			what = title(d.view.m.cats[n].Title, lang, what)
		}
	}
	return strings.NewReplacer(
		"{what}", t.what(what), "{whom}", d.whom(e, t, lang)+d.whose(e, t), "{where}", d.where(e, t, lang),
		"{why}", e.why(t), "{form}", t.forms[d.mask], "{must}", strings.Join(e.requires, "; "),
	).Replace(sentence[op-1])
}

// title returns the title in a language, else the English one, else the key.
func title(titles map[string]string, lang, key string) string {
	for _, t := range []string{titles[lang], titles["en"]} {
		if t != "" {
			return t
		}
	}
	return key
}

// whom names the person's country by which it was decided; of several
// countries that no rule tells apart, the first.
func (d Decision) whom(e *explanation, t *phrases, lang string) string {
	if e.subject == nobodyClass {
		return ""
	}
	for _, c := range d.subject.Countries() {
		if p := placeOf(c); p != unknownPlace && d.view.m.subject.of[p] == e.subject {
			return t.whom + placeTable()[c].in[lang]
		}
	}
	return t.someone
}

// whose names the content's legal entity, if the rule that decided names any.
func (d Decision) whose(e *explanation, t *phrases) string {
	switch {
	case e.rule == nil || len(e.rule.Entities) == 0:
		return ""
	case d.subject.entity == "":
		return t.noEntity
	}
	return t.entity + d.subject.entity
}

// countsOnly reports whether nothing stands in the way but that single values
// may not be seen.
func (d Decision) countsOnly(e *explanation) bool {
	for _, id := range e.unmet {
		if r, ok := d.view.m.Rule(id); !ok || r.Condition.Kind != AggregateOnly {
			return false
		}
	}
	return len(e.unmet) > 0
}

// where names the viewer's country, if the rule that decided names any.
func (d Decision) where(e *explanation, t *phrases, lang string) string {
	if e.rule == nil || e.rule.Viewer.Every() {
		return ""
	}
	for i, c := range d.view.countries {
		if [2]uint8{d.view.key.assigned, d.view.key.present}[i] == e.viewer && c.Known() {
			return " " + placeTable()[c].from[lang]
		}
	}
	return t.nowhere
}

// why names the rule and its note or citation.
func (e *explanation) why(t *phrases) string {
	switch {
	case e.noPerson:
		return t.noPerson
	case e.rule == nil && e.rank == rankDefaultAllow:
		return t.standard
	case e.rule == nil:
		return t.none
	}
	s := t.rule + e.rule.ID
	for _, text := range []string{e.rule.Note, e.rule.Cite} {
		if text != "" {
			return s + t.open + text
		}
	}
	return s
}
