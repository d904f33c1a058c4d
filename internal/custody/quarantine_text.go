package custody

import (
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// quarantineReasons are the sentences that tell of a quarantine. They are the
// same whether or not there is anything.
var quarantineReasons = map[string]string{
	"en": "{what} may not be filled in here ({rule}), so nobody sees it. Whether anything was filled in before is for the privacy officer to see to.",
	"de": "{what} darf hier nicht ausgefüllt werden ({rule}), deshalb sieht es niemand. Ob früher etwas eingetragen wurde, klärt die Datenschutzstelle.",
	"fr": "{what} ne peut pas être renseigné ici ({rule}) ; personne ne le voit donc. Le responsable de la protection des données décide de ce qui aurait été saisi auparavant.",
}

// quarantineReason says why a category lies in quarantine, and by which rule.
func (s *sight) quarantineReason(category uint8, who access.Subject) (rule, sentence string) {
	d := s.view.Decide(access.Populate, s.lay.cats[category], who)
	text := quarantineReasons[s.lang]
	if text == "" {
		text = quarantineReasons["en"]
	}
	rule = d.Rule()
	return rule, strings.NewReplacer("{what}", s.categoryTitle(s.lay.cats[category]), "{rule}", rule).Replace(text)
}

// categoryTitle is a category in the viewer's language.
func (s *sight) categoryTitle(c bailiwick.Category) string {
	for _, info := range s.cfg.Matrix.Categories() {
		if info.Key == c {
			if t := schema.Labels(info.Title).In(s.lang); t != "" {
				return t
			}
		}
	}
	return string(c)
}
