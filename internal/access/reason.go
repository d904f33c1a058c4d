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

// phrases are the sentences of one language. In a sentence {what} is the
// category, {whom} the person's country, {where} the viewer's, {why} the rule,
// {form} what a mask leaves and {must} the conditions.
type phrases struct {
	what     func(title string) string
	denied   [opCount]string
	granted  [opCount]string
	required [opCount]string
	masked   [opCount]string // populate is never masked
	whom     string          // before "in X"
	someone  string          // person of unknown country
	nowhere  string          // viewer of unknown country
	rule     string          // before the rule's id
	open     string          // before the rule's note or citation
	none     string          // why, where no rule grants
	standard string          // why, where no rule was needed
	noPerson string          // why, where a person is missing
	forms    [maskCount]string
}

var languages = map[string]*phrases{
	"en": {
		what: func(title string) string {
			for _, w := range strings.Fields(title) {
				if w == "data" || w == "details" || w == "information" || w == "Data" {
					return title
				}
			}
			return title + " data"
		},
		denied: [...]string{
			"{what}{whom} may not be filled in{where} ({why}).",
			"{what}{whom} may not be seen{where} ({why}).",
			"{what}{whom} may not be exported{where} ({why}).",
		},
		granted: [...]string{
			"{what}{whom} may be filled in{where} ({why}).",
			"{what}{whom} may be seen{where} ({why}).",
			"{what}{whom} may be exported{where} ({why}).",
		},
		required: [...]string{
			"{what}{whom} may be filled in{where} only once this is met: {must} ({why}).",
			"{what}{whom} may be seen{where} only once this is met: {must} ({why}).",
			"{what}{whom} may be exported{where} only once this is met: {must} ({why}).",
		},
		masked: [...]string{
			"",
			"Of {what}{whom} only {form} may be seen{where} ({why}).",
			"Of {what}{whom} only {form} may be exported{where} ({why}).",
		},
		whom: " about people ", someone: " about people of unknown country", nowhere: " from an unknown country",
		rule: "rule ", open: ": ",
		none:     "no rule of this workspace allows it for your roles and country",
		standard: "no rule of this workspace stands against it",
		noPerson: "it does not say whom it is about",
		forms: [...]string{"", "the last four characters", "the year", "the initials",
			"whether there is an entry", "an empty field"},
	},
	"de": {
		what: func(title string) string { return "„" + title + "“" },
		denied: [...]string{
			"{what}{whom} darf{where} nicht ausgefüllt werden ({why}).",
			"{what}{whom} darf{where} nicht eingesehen werden ({why}).",
			"{what}{whom} darf{where} nicht exportiert werden ({why}).",
		},
		granted: [...]string{
			"{what}{whom} darf{where} ausgefüllt werden ({why}).",
			"{what}{whom} darf{where} eingesehen werden ({why}).",
			"{what}{whom} darf{where} exportiert werden ({why}).",
		},
		required: [...]string{
			"{what}{whom} darf{where} erst ausgefüllt werden, wenn dies erfüllt ist: {must} ({why}).",
			"{what}{whom} darf{where} erst eingesehen werden, wenn dies erfüllt ist: {must} ({why}).",
			"{what}{whom} darf{where} erst exportiert werden, wenn dies erfüllt ist: {must} ({why}).",
		},
		masked: [...]string{
			"",
			"Von {what}{whom} darf{where} nur Folgendes eingesehen werden: {form} ({why}).",
			"Von {what}{whom} darf{where} nur Folgendes exportiert werden: {form} ({why}).",
		},
		whom: " zu Personen ", someone: " zu Personen mit unbekanntem Land", nowhere: " aus einem unbekannten Land",
		rule: "Regel ", open: ": ",
		none:     "keine Regel dieses Arbeitsbereichs erlaubt es für Ihre Rollen und Ihr Land",
		standard: "keine Regel dieses Arbeitsbereichs steht dem entgegen",
		noPerson: "es ist nicht angegeben, um wen es geht",
		forms: [...]string{"", "die letzten vier Zeichen", "das Jahr", "die Initialen",
			"ob es einen Eintrag gibt", "ein leeres Feld"},
	},
	"fr": {
		what: func(title string) string { return "« " + title + " »" },
		denied: [...]string{
			"{what}{whom} ne peut pas être renseigné{where} ({why}).",
			"{what}{whom} ne peut pas être consulté{where} ({why}).",
			"{what}{whom} ne peut pas être exporté{where} ({why}).",
		},
		granted: [...]string{
			"{what}{whom} peut être renseigné{where} ({why}).",
			"{what}{whom} peut être consulté{where} ({why}).",
			"{what}{whom} peut être exporté{where} ({why}).",
		},
		required: [...]string{
			"{what}{whom} ne peut être renseigné{where} qu’une fois cette condition remplie : {must} ({why}).",
			"{what}{whom} ne peut être consulté{where} qu’une fois cette condition remplie : {must} ({why}).",
			"{what}{whom} ne peut être exporté{where} qu’une fois cette condition remplie : {must} ({why}).",
		},
		masked: [...]string{
			"",
			"De {what}{whom}, seul ceci peut être consulté{where} : {form} ({why}).",
			"De {what}{whom}, seul ceci peut être exporté{where} : {form} ({why}).",
		},
		whom: " pour les personnes ", someone: " pour les personnes de pays inconnu", nowhere: " depuis un pays inconnu",
		rule: "règle ", open: " : ",
		none:     "aucune règle de cet espace ne l’autorise pour vos rôles et votre pays",
		standard: "aucune règle de cet espace ne s’y oppose",
		noPerson: "la personne concernée n’est pas indiquée",
		forms: [...]string{"", "les quatre derniers caractères", "l’année", "les initiales",
			"la présence d’une valeur", "un champ vide"},
	},
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
		"{what}", t.what(what), "{whom}", d.whom(e, t, lang), "{where}", d.where(e, t, lang),
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
