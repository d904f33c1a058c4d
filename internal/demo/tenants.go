package demo

import "bailiwick"

// company is one fictional customer.
type company struct {
	slug, name, region string
	entities           []office
	users              []colleague
	people             []share  // how many people of each country
	sites, systems     []string // fill the places in titles and texts
	city               string
	health             []bailiwick.Country // where this customer lets health data be filled in
	nationalID         []bailiwick.Country // where this customer lets national identifiers be filled in
	union              []bailiwick.Country // where this customer lets union membership be filled in
	language, zone     string
}

// office is a legal entity.
type office struct {
	name    string
	country bailiwick.Country
}

// colleague is a person who signs in.
type colleague struct {
	name    string
	mail    string // local part; the domain is SLUG.example
	roles   []bailiwick.Role
	title   string // what the list of links calls the person
	country bailiwick.Country
	entity  int // index of the legal entity
}

// share says how many people of a country a customer has.
type share struct {
	country bailiwick.Country
	count   int
	entity  int
}

func roles(r ...bailiwick.Role) []bailiwick.Role { return r }

func companies() []company { return []company{acme(), belleroche(), harbor()} }

func acme() company {
	return company{
		slug: "acme", name: "Acme GmbH", region: "eu", language: "en", zone: "Europe/Berlin", city: "Ulm",
		entities: []office{{"Acme GmbH", "DE"}, {"Acme France SAS", "FR"}, {"Acme Inc.", "US"}},
		users: []colleague{
			{"Katharina Ebert", "k.ebert", roles("hr"), "HR lead", "DE", 0},
			{"Dana Whitlock", "d.whitlock", roles("manager"), "manager", "US", 2},
			{"Henrik Lindner", "h.lindner", roles("privacy"), "privacy officer", "DE", 0},
			{"Sabine Roth", "s.roth", roles("payroll"), "payroll", "DE", 0},
			{"Ana Duarte", "a.duarte", roles("risk-manager"), "risk manager", "DE", 0},
			{"Étienne Roussel", "e.roussel", roles("hr"), "HR partner", "FR", 1},
			{"Priyanka Sen", "p.sen", roles("manager"), "manager", "IN", 0},
			{"Oskar Brenner", "o.brenner", roles("auditor"), "auditor", "CH", 0},
			{"Nora Feldt", "n.feldt", roles("owner"), "owner", "DE", 0},
			{"Max Ufer", "m.ufer", roles("member"), "member", "DE", 0},
			{"Joel Farraday", "j.farraday", roles("hr"), "HR partner", "US", 2},
		},
		people:     []share{{"DE", 24, 0}, {"FR", 12, 1}, {"US", 12, 2}, {"GB", 6, 0}, {"IN", 6, 0}, {"CH", 4, 0}},
		sites:      []string{"Werk Ulm", "Werk Lyon", "the Toledo plant", "the Bern office"},
		systems:    []string{"order intake", "product data", "warehouse", "time recording"},
		health:     []bailiwick.Country{"DE", "FR", "US", "GB", "IN", "CH"},
		nationalID: []bailiwick.Country{"DE", "FR", "US", "GB", "CH"}, union: []bailiwick.Country{"US"},
	}
}

func belleroche() company {
	return company{
		slug: "belleroche", name: "Belleroche SA", region: "eu", language: "fr", zone: "Europe/Paris", city: "Annecy",
		entities: []office{{"Belleroche SA", "FR"}, {"Belleroche Suisse SA", "CH"}, {"Belleroche Ltd", "GB"}},
		users: []colleague{
			{"Mireille Faucon", "m.faucon", roles("hr"), "HR lead", "FR", 0},
			{"Glenn Aldridge", "g.aldridge", roles("manager"), "manager", "US", 2},
			{"Solène Vasseur", "s.vasseur", roles("privacy"), "privacy officer", "FR", 0},
			{"Bastien Loriot", "b.loriot", roles("payroll"), "payroll", "FR", 0},
			{"Iris Montclair", "i.montclair", roles("risk-manager"), "risk manager", "FR", 0},
			{"Urs Hediger", "u.hediger", roles("hr"), "HR partner", "CH", 1},
			{"Fiona Tate", "f.tate", roles("manager"), "manager", "GB", 2},
			{"Paul Cazenave", "p.cazenave", roles("auditor"), "auditor", "FR", 0},
			{"Agathe Morin", "a.morin", roles("owner"), "owner", "FR", 0},
			{"Luc Berthier", "l.berthier", roles("member"), "member", "FR", 0},
		},
		people:     []share{{"FR", 28, 0}, {"CH", 12, 1}, {"GB", 10, 2}, {"DE", 6, 0}, {"US", 5, 2}, {"IN", 3, 2}},
		sites:      []string{"the Annecy laboratory", "the Sion depot", "the Leeds office", "the Dijon warehouse"},
		systems:    []string{"laboratory data", "batch release", "customer portal", "document archive"},
		health:     []bailiwick.Country{"CH", "GB", "DE"},
		nationalID: []bailiwick.Country{"FR", "CH", "GB", "DE", "US"},
	}
}

func harbor() company {
	return company{
		slug: "harbor", name: "Harbor Logistics Inc.", region: "us", language: "en", zone: "America/New_York", city: "Norfolk",
		entities: []office{{"Harbor Logistics Inc.", "US"}, {"Harbor Logistics UK Ltd", "GB"}, {"Harbor Services Pvt. Ltd.", "IN"}},
		users: []colleague{
			{"Grace Holloway", "g.holloway", roles("hr"), "HR lead", "US", 0},
			{"Anton Reimers", "a.reimers", roles("manager"), "manager", "DE", 1},
			{"Joan Pell", "j.pell", roles("privacy"), "privacy officer", "US", 0},
			{"Rick Santoro", "r.santoro", roles("payroll"), "payroll", "US", 0},
			{"Marcus Bell", "m.bell", roles("risk-manager"), "risk manager", "US", 0},
			{"Sunita Rao", "s.rao", roles("hr"), "HR partner", "IN", 2},
			{"Claire Dumont", "c.dumont", roles("manager"), "manager", "FR", 1},
			{"Ed Thorne", "e.thorne", roles("auditor"), "auditor", "GB", 1},
			{"Lena Ortiz", "l.ortiz", roles("owner"), "owner", "US", 0},
			{"Sam Novak", "s.novak", roles("member"), "member", "US", 0},
		},
		people:     []share{{"US", 28, 0}, {"GB", 14, 1}, {"IN", 12, 2}, {"DE", 4, 1}, {"FR", 3, 1}, {"CH", 3, 1}},
		sites:      []string{"the Norfolk terminal", "the Felton yard", "the Pune service centre", "pier nine"},
		systems:    []string{"freight booking", "customs filing", "crane control", "driver dispatch"},
		health:     []bailiwick.Country{"US", "GB", "IN"},
		nationalID: []bailiwick.Country{"US", "GB", "DE", "FR", "CH"}, union: []bailiwick.Country{"US"},
	}
}
