package access

import "bailiwick"

// ShippedRoles returns the roles every tenant starts with. None sees data of a
// special category by itself: that takes a rule (R14.4).
func ShippedRoles() []RoleDef {
	var (
		all    = Verbs()
		read   = []Verb{VerbList, VerbOpen}
		author = []Verb{VerbList, VerbOpen, VerbCreate, VerbChange}
	)
	on := func(verbs []Verb, scope TypeScope, types ...string) []TypeGrant {
		var out []TypeGrant
		for _, t := range types {
			out = append(out, TypeGrant{Type: t, Verbs: verbs, Scope: scope})
		}
		return out
	}
	own := func(key bailiwick.Role, en, de, fr string, admin []Permission, grants ...[]TypeGrant) RoleDef {
		r := RoleDef{Key: key, Title: map[string]string{"en": en, "de": de, "fr": fr}, Admin: admin}
		for _, g := range grants {
			r.Types = append(r.Types, g...)
		}
		return r
	}
	return []RoleDef{
		own("owner", "Owner", "Inhaber", "Propriétaire", Permissions(), on(all, ScopeAll, AnyType)),
		own("privacy", "Privacy officer", "Datenschutz", "Protection des données",
			[]Permission{PermConfigure, PermPrivacy, PermAudit, PermApprove},
			on([]Verb{VerbList, VerbOpen, VerbExport}, ScopeAll, AnyType)),
		own("hr", "Human resources", "Personalabteilung", "Ressources humaines", []Permission{PermImport},
			on(all, ScopeAll, "person"), on(author, ScopeAll, "incident")), // accidents at work
		own("payroll", "Payroll", "Lohnbuchhaltung", "Paie", nil,
			on([]Verb{VerbList, VerbOpen, VerbChange}, ScopeAll, "person")),
		own("manager", "Manager", "Führungskraft", "Responsable", nil,
			on(read, ScopeAll, "person"),
			on(author, ScopeAll, "risk", "incident", "control", "vulnerability")),
		own("risk-manager", "Risk manager", "Risikomanagement", "Gestionnaire des risques", []Permission{PermImport},
			on(all, ScopeAll, "risk", "control", "vulnerability", "incident")),
		own("auditor", "Auditor", "Revision", "Audit", []Permission{PermAudit},
			on([]Verb{VerbList, VerbOpen, VerbExport}, ScopeAll, AnyType)),
		own("member", "Member", "Mitglied", "Membre", nil,
			on(read, ScopeAll, "risk", "incident", "control", "vulnerability"),
			on([]Verb{VerbCreate}, ScopeAll, "incident"),
			on([]Verb{VerbChange}, ScopeOwn, "risk", "incident", "control", "vulnerability")),
	}
}
