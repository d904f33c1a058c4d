package proposal

// phrases are the words of one language in which a change is told.
type phrases struct {
	// What happens to an operation on a category: by operation (fill in, see,
	// export, store), then as it stands or as it becomes. {to} is who, {of} whose.
	deny, allow, require, mask         map[string]string
	denyNow, allowNow, requireNow      map[string]string
	maskNow                            map[string]string
	within, outside                    string // viewers
	roles, byRole, about, aboutOutside string
	entities, regions, from, until     string
	dropped, was                       string // "no longer applies: ", ", before: "
	rule                               string
	forms                              map[string]string
	groups                             map[partKind]string
	added, removed, altered            map[partKind]string // {key}
	gains, loses                       string              // {list}
	settings                           map[string]string
	on, off, none                      string
	or, and, colon                     string
	places                             map[string]string // regions
}

var languages = map[string]*phrases{"en": english(), "de": german(), "fr": french()}

// shown is a mask's sentence: what is filled in or stored is never masked.
func shown(s string) map[string]string {
	return map[string]string{"populate": s, "access": s, "export": s, "store-region": s}
}

// only adds a condition to the sentences of a permission.
func only(m map[string]string) map[string]string {
	for op, s := range m {
		m[op] = s + ", only on the condition \"{must}\""
	}
	return m
}

func english() *phrases {
	verbs := func(pattern string) map[string]string {
		return map[string]string{
			"populate": "{c}: " + pattern + " filled in{to}{of}", "access": "{c}: " + pattern + " seen{to}{of}",
			"export": "{c}: " + pattern + " exported{to}{of}", "store-region": "{c}: " + pattern + " stored{of}{at}",
		}
	}
	return &phrases{
		deny: verbs("may not be"), denyNow: verbs("may no longer be"), allow: verbs("may be"), allowNow: verbs("may now be"),
		require: only(verbs("may be")), requireNow: only(verbs("may from now on be")),
		mask: shown("{c}: shown{to}{of} are only {form}"), maskNow: shown("{c}: from now on only {form} can be seen{to}{of}"),
		within: " by viewers in {list}", outside: " by viewers outside {list}", roles: " with the role {list}", byRole: " by the role {list}",
		about: " about people in {list}", aboutOutside: " about people outside {list}", entities: " of {list}", regions: " in the hosting place {list}",
		from: " from {t}", until: " until {t}", dropped: "No longer applies: ", was: "; before: ", rule: "rule",
		forms:   map[string]string{"last4": "the last four characters", "year-only": "the year", "initials": "the initials", "present-absent": "whether there is something", "null": "nothing"},
		groups:  map[partKind]string{ofRole: "Roles", ofSetting: "Settings", ofAgreement: "Agreements", ofEntity: "Legal entities", ofPack: "Applications", ofOverlay: "Record types, fields and lists"},
		added:   map[partKind]string{ofRole: "New role {key}", ofAgreement: "Agreement recorded: {key}", ofEntity: "New legal entity: {key}", ofPack: "Application added: {key}", ofOverlay: "Added: {key}", ofSetting: "Setting {key}"},
		removed: map[partKind]string{ofRole: "Role {key} is dropped, or as shipped again", ofAgreement: "Agreement no longer recorded: {key}", ofEntity: "Legal entity dropped: {key}", ofPack: "Application removed: {key}", ofOverlay: "Removed: {key}", ofSetting: "Setting {key}"},
		altered: map[partKind]string{ofRole: "Role {key}", ofAgreement: "Agreement changed: {key}", ofEntity: "Legal entity changed: {key}", ofPack: "Application changed: {key}", ofOverlay: "Changed: {key}", ofSetting: "Setting {key}"},
		gains:   ": gains {list}", loses: "; loses {list}",
		settings: map[string]string{"language": "Language", "time_zone": "Time zone", "log_ordinary_reads": "Record reads of ordinary data", "show_colleague_activity": "Show names of colleagues in the activity", "solo_mode": "Solo mode (no second person)", "quarantine_days": "Days until a decision about quarantined data is due"},
		on:       "on", off: "off", none: "none", or: " or ", and: " and ", colon: ": ", places: map[string]string{"EEA": "the EEA", "EU": "the EU"},
	}
}

func german() *phrases {
	verbs := func(before, after string) map[string]string {
		return map[string]string{
			"populate": "{c}: " + before + "{to}{of}" + after + " ausgefüllt werden", "access": "{c}: " + before + "{to}{of}" + after + " gesehen werden",
			"export": "{c}: " + before + "{to}{of}" + after + " exportiert werden", "store-region": "{c}: " + before + "{of}{at}" + after + " gespeichert werden",
		}
	}
	return &phrases{
		deny: verbs("darf", " nicht"), denyNow: verbs("darf", " nicht mehr"), allow: verbs("darf", ""), allowNow: verbs("darf jetzt", ""),
		require: verbs("darf nur unter der Bedingung „{must}“", ""), requireNow: verbs("darf ab jetzt nur unter der Bedingung „{must}“", ""),
		mask: shown("{c}: gezeigt wird{to}{of} nur: {form}"), maskNow: shown("{c}: ab jetzt wird{to}{of} nur gezeigt: {form}"),
		within: " von Personen in {list}", outside: " von Personen außerhalb von {list}", roles: " mit der Rolle {list}", byRole: " von der Rolle {list}",
		about: " bei Betroffenen in {list}", aboutOutside: " bei Betroffenen außerhalb von {list}", entities: " von {list}", regions: " am Ort {list}",
		from: " ab {t}", until: " bis {t}", dropped: "Gilt nicht mehr: ", was: "; vorher: ", rule: "Regel",
		forms:   map[string]string{"last4": "die letzten vier Zeichen", "year-only": "das Jahr", "initials": "die Initialen", "present-absent": "ob etwas vorhanden ist", "null": "nichts"},
		groups:  map[partKind]string{ofRole: "Rollen", ofSetting: "Einstellungen", ofAgreement: "Vereinbarungen", ofEntity: "Rechtseinheiten", ofPack: "Anwendungen", ofOverlay: "Eintragsarten, Felder und Listen"},
		added:   map[partKind]string{ofRole: "Neue Rolle {key}", ofAgreement: "Vereinbarung erfasst: {key}", ofEntity: "Neue Rechtseinheit: {key}", ofPack: "Anwendung hinzugefügt: {key}", ofOverlay: "Hinzugefügt: {key}", ofSetting: "Einstellung {key}"},
		removed: map[partKind]string{ofRole: "Rolle {key} entfällt oder ist wieder wie ausgeliefert", ofAgreement: "Vereinbarung nicht mehr erfasst: {key}", ofEntity: "Rechtseinheit entfällt: {key}", ofPack: "Anwendung entfernt: {key}", ofOverlay: "Entfernt: {key}", ofSetting: "Einstellung {key}"},
		altered: map[partKind]string{ofRole: "Rolle {key}", ofAgreement: "Vereinbarung geändert: {key}", ofEntity: "Rechtseinheit geändert: {key}", ofPack: "Anwendung geändert: {key}", ofOverlay: "Geändert: {key}", ofSetting: "Einstellung {key}"},
		gains:   ": erhält {list}", loses: "; verliert {list}",
		settings: map[string]string{"language": "Sprache", "time_zone": "Zeitzone", "log_ordinary_reads": "Lesen gewöhnlicher Daten aufzeichnen", "show_colleague_activity": "Namen von Kollegen in den Aktivitäten zeigen", "solo_mode": "Solo-Modus (keine zweite Person)", "quarantine_days": "Tage, bis über gesperrt liegende Daten zu entscheiden ist"},
		on:       "ein", off: "aus", none: "keine", or: " oder ", and: " und ", colon: ": ", places: map[string]string{"EEA": "EWR", "EU": "EU"},
	}
}

func french() *phrases {
	verbs := func(after string) map[string]string {
		return map[string]string{
			"populate": "{c} : la saisie" + after + "{to}{of}", "access": "{c} : la consultation" + after + "{to}{of}",
			"export": "{c} : l’exportation" + after + "{to}{of}", "store-region": "{c} : la conservation" + after + "{of}{at}",
		}
	}
	return &phrases{
		deny: verbs(" n’est pas permise"), denyNow: verbs(" n’est plus permise"), allow: verbs(" est permise"), allowNow: verbs(" est désormais permise"),
		require: verbs(" n’est permise qu’à la condition « {must} »"), requireNow: verbs(" n’est désormais permise qu’à la condition « {must} »"),
		mask: shown("{c} : on n’en montre{to}{of} que ceci : {form}"), maskNow: shown("{c} : on n’en montre désormais{to}{of} que ceci : {form}"),
		within: " aux personnes se trouvant dans {list}", outside: " aux personnes se trouvant hors de {list}", roles: " ayant le rôle {list}", byRole: " au rôle {list}",
		about: " pour les personnes concernées de {list}", aboutOutside: " pour les personnes concernées hors de {list}", entities: " chez {list}", regions: " sur le site {list}",
		from: " à partir du {t}", until: " jusqu’au {t}", dropped: "Ne s’applique plus : ", was: " ; avant : ", rule: "règle",
		forms:   map[string]string{"last4": "les quatre derniers caractères", "year-only": "l’année", "initials": "les initiales", "present-absent": "l’indication de présence", "null": "rien"},
		groups:  map[partKind]string{ofRole: "Rôles", ofSetting: "Paramètres", ofAgreement: "Accords", ofEntity: "Entités juridiques", ofPack: "Applications", ofOverlay: "Types d’éléments, champs et listes"},
		added:   map[partKind]string{ofRole: "Nouveau rôle {key}", ofAgreement: "Accord enregistré : {key}", ofEntity: "Nouvelle entité juridique : {key}", ofPack: "Application ajoutée : {key}", ofOverlay: "Ajouté : {key}", ofSetting: "Paramètre {key}"},
		removed: map[partKind]string{ofRole: "Le rôle {key} disparaît ou redevient celui d’origine", ofAgreement: "Accord retiré : {key}", ofEntity: "Entité juridique retirée : {key}", ofPack: "Application retirée : {key}", ofOverlay: "Retiré : {key}", ofSetting: "Paramètre {key}"},
		altered: map[partKind]string{ofRole: "Rôle {key}", ofAgreement: "Accord modifié : {key}", ofEntity: "Entité juridique modifiée : {key}", ofPack: "Application modifiée : {key}", ofOverlay: "Modifié : {key}", ofSetting: "Paramètre {key}"},
		gains:   " : obtient {list}", loses: " ; perd {list}",
		settings: map[string]string{"language": "Langue", "time_zone": "Fuseau horaire", "log_ordinary_reads": "Enregistrer les lectures de données ordinaires", "show_colleague_activity": "Montrer les noms de collègues dans l’activité", "solo_mode": "Mode solo (sans seconde personne)", "quarantine_days": "Jours jusqu’à la décision sur les données en quarantaine"},
		on:       "activé", off: "désactivé", none: "aucun", or: " ou ", and: " et ", colon: " : ", places: map[string]string{"EEA": "EEE", "EU": "UE"},
	}
}
