package proposal

import (
	"strings"

	"bailiwick/internal/schema"
)

// field names a field that there will be: label, category, kind, and how its
// values can be found or read at rest. Whoever approves it reads no schema.
func (w *wording) field(f *schema.Field) string {
	said := []string{w.category(f.Category)}
	words := fieldWords[w.lang]
	if f.Kind != nil {
		said = append(said, kindWord(w.lang, f.Kind.Name()))
	}
	if f.Required {
		said = append(said, words["required"])
	}
	switch f.Search {
	case schema.SearchWord:
		said = append(said, words["word"])
	case schema.SearchPrefix:
		said = append(said, words["prefix"])
	}
	if f.Clear {
		said = append(said, words["clear"])
	}
	label := f.Label.In(w.lang)
	if f.Parent != nil {
		label = f.Parent.Label.In(w.lang) + " / " + label
	}
	return label + " [" + f.Path() + "] (" + strings.Join(said, ", ") + ")"
}

// fieldWords say by language what of a field matters beside its category.
var fieldWords = map[string]map[string]string{
	"en": {"required": "required", "word": "found by words", "prefix": "found by beginnings of words", "clear": "index readable at rest"},
	"de": {"required": "Pflichtfeld", "word": "über Wörter zu finden", "prefix": "über Wortanfänge zu finden", "clear": "Index im Speicher lesbar"},
	"fr": {"required": "obligatoire", "word": "trouvable par mots", "prefix": "trouvable par débuts de mots", "clear": "index lisible au repos"},
}

// kindWords name the kinds of fields in English, German and French.
var kindWords = map[string][3]string{
	"boolean": {"yes or no", "Ja oder Nein", "oui ou non"}, "choice": {"choice", "Auswahl", "choix"},
	"multichoice": {"several choices", "Mehrfachauswahl", "choix multiples"}, "country": {"country", "Land", "pays"},
	"date": {"date", "Datum", "date"}, "datetime": {"date and time", "Datum und Uhrzeit", "date et heure"},
	"decimal": {"decimal number", "Dezimalzahl", "nombre décimal"}, "integer": {"whole number", "ganze Zahl", "nombre entier"},
	"email": {"e-mail address", "E-Mail-Adresse", "adresse e-mail"}, "phone": {"telephone number", "Telefonnummer", "numéro de téléphone"},
	"url": {"web address", "Webadresse", "adresse web"}, "text": {"text", "Text", "texte"}, "longtext": {"long text", "langer Text", "texte long"},
	"group": {"rows", "Zeilen", "lignes"}, "record": {"reference", "Verweis", "renvoi"}, "subject": {"person", "Person", "personne"},
	"user": {"user", "Benutzer", "utilisateur"}, "score": {"score", "Bewertung", "score"},
}

// kindWord names a kind; its key where there is no word.
func kindWord(lang, kind string) string {
	words, ok := kindWords[kind]
	if !ok {
		return kind
	}
	return words[max(0, strings.Index("en de fr", lang))/3]
}
