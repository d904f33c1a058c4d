package access

import "strings"

// phrases are the sentences of one language. In a sentence {what} is the
// category, {whom} the person's country, {where} the viewer's, {why} the rule,
// {form} what a mask leaves and {must} the conditions.
type phrases struct {
	what     func(title string) string
	denied   [opCount]string
	granted  [opCount]string
	required [opCount]string
	masked   [opCount]string // populate is never masked
	counted  [opCount]string // where only counts may be seen; nothing is filled in in counts
	entity   string          // before a legal entity's key
	noEntity string          // content of an unknown legal entity
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
			"{what}{whom}: only {form} may be seen{where} ({why}).",
			"{what}{whom}: only {form} may be exported{where} ({why}).",
		},
		counted: [...]string{"",
			"{what}{whom} may be seen{where} in counts only, never of one person ({why}).",
			"{what}{whom} may be exported{where} in counts only, never of one person ({why}).",
		},
		entity: " in the legal entity ", noEntity: " in an unknown legal entity",
		whom: " about people ", someone: " about people of unknown country", nowhere: " from an unknown country",
		rule: "rule ", open: ": ",
		none:     "no rule of this workspace allows it for your roles and country",
		standard: "no rule of this workspace stands against it",
		noPerson: "it does not say whom it is about",
		forms: [...]string{"", "the last four characters", "the year", "the initials",
			"whether there is an entry", "an empty field"},
	},
	"de": {
		what: func(title string) string { return "Die Kategorie „" + title + "“" },
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
			"{what}{whom} darf{where} nur in Teilen eingesehen werden: {form} ({why}).",
			"{what}{whom} darf{where} nur in Teilen exportiert werden: {form} ({why}).",
		},
		counted: [...]string{"",
			"{what}{whom} darf{where} nur in Zählungen eingesehen werden, nie zu einer einzelnen Person ({why}).",
			"{what}{whom} darf{where} nur in Zählungen exportiert werden, nie zu einer einzelnen Person ({why}).",
		},
		entity: " beim Rechtsträger ", noEntity: " bei einem unbekannten Rechtsträger",
		whom: " zu Personen ", someone: " zu Personen mit unbekanntem Land", nowhere: " aus einem unbekannten Land",
		rule: "Regel ", open: ": ",
		none:     "keine Regel dieses Arbeitsbereichs erlaubt es für Ihre Rollen und Ihr Land",
		standard: "keine Regel dieses Arbeitsbereichs steht dem entgegen",
		noPerson: "es ist nicht angegeben, um wen es geht",
		forms: [...]string{"", "die letzten vier Zeichen", "das Jahr", "die Initialen",
			"ob es einen Eintrag gibt", "ein leeres Feld"},
	},
	"fr": {
		what: func(title string) string { return "La catégorie « " + title + " »" },
		denied: [...]string{
			"{what}{whom} ne peut pas être renseignée{where} ({why}).",
			"{what}{whom} ne peut pas être consultée{where} ({why}).",
			"{what}{whom} ne peut pas être exportée{where} ({why}).",
		},
		granted: [...]string{
			"{what}{whom} peut être renseignée{where} ({why}).",
			"{what}{whom} peut être consultée{where} ({why}).",
			"{what}{whom} peut être exportée{where} ({why}).",
		},
		required: [...]string{
			"{what}{whom} ne peut être renseignée{where} qu’une fois cette condition remplie : {must} ({why}).",
			"{what}{whom} ne peut être consultée{where} qu’une fois cette condition remplie : {must} ({why}).",
			"{what}{whom} ne peut être exportée{where} qu’une fois cette condition remplie : {must} ({why}).",
		},
		masked: [...]string{
			"",
			"{what}{whom} ne peut être consultée{where} qu’en partie : {form} ({why}).",
			"{what}{whom} ne peut être exportée{where} qu’en partie : {form} ({why}).",
		},
		counted: [...]string{"",
			"{what}{whom} ne peut être consultée{where} que sous forme de nombres, jamais pour une seule personne ({why}).",
			"{what}{whom} ne peut être exportée{where} que sous forme de nombres, jamais pour une seule personne ({why}).",
		},
		entity: " dans l’entité juridique ", noEntity: " dans une entité juridique inconnue",
		whom: " pour les personnes ", someone: " pour les personnes de pays inconnu", nowhere: " depuis un pays inconnu",
		rule: "règle ", open: " : ",
		none:     "aucune règle de cet espace ne l’autorise pour vos rôles et votre pays",
		standard: "aucune règle de cet espace ne s’y oppose",
		noPerson: "la personne concernée n’est pas indiquée",
		forms: [...]string{"", "les quatre derniers caractères", "l’année", "les initiales",
			"la présence d’une valeur", "un champ vide"},
	},
}
