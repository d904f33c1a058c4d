package web

import (
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// visit is one request of a signed-in person: who asks, under which
// configuration, in which language and zone.
type visit struct {
	*Site
	w     http.ResponseWriter
	r     *http.Request
	c     identity.Caller
	actor bailiwick.Actor
	cfg   *tenant.Configuration
	view  *access.View
	p     *i18n.Printer
	lang  string
	zone  *time.Location
}

// visit prepares a request; CodeUnauthenticated for nobody.
func (s *Site) visit(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, error) {
	actor, err := c.Must()
	if err != nil {
		return nil, err
	}
	cfg, err := s.host.Configuration(r.Context(), actor.Tenant())
	if err != nil {
		return nil, err
	}
	lang := s.language(r, c)
	return &visit{
		Site: s, w: w, r: r, c: c, actor: actor, cfg: cfg, view: cfg.Matrix.View(actor),
		p: s.cat.Printer(lang), lang: lang, zone: cfg.Settings.Location(),
	}, nil
}

// typ returns the record type that the address names; NotFound if there is
// none that the actor may list.
func (v *visit) typ() (*schema.Type, error) {
	t := v.cfg.Type(v.r.PathValue("type"))
	if t == nil || !v.may(t, access.VerbList) {
		return nil, bailiwick.NotFound()
	}
	return t, nil
}

// may reports whether a verb may be used on any record of a type.
func (v *visit) may(t *schema.Type, verb access.Verb) bool {
	_, ok := v.view.May(t.Key, verb)
	return ok
}

// recordID reads the identifier in the address. What cannot be an identifier
// names nothing.
func (v *visit) recordID() (bailiwick.RecordID, error) {
	id, err := bailiwick.ParseID(v.r.PathValue("id"))
	if err != nil {
		return bailiwick.RecordID{}, bailiwick.NotFound()
	}
	return bailiwick.RecordID{ID: id}, nil
}

// show prints a page of status 200.
func (v *visit) show(name string, model any) error {
	return v.render.show(v.w, v.r, http.StatusOK, name, v.lang, model)
}

// redirect answers a form: 303, so that reloading repeats nothing. done is a
// key below "done." of the catalogue that the next page shows, or "".
func (v *visit) redirect(to, done string) error {
	if done != "" {
		sep := "?"
		if strings.Contains(to, "?") {
			sep = "&"
		}
		to += sep + "done=" + done
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// base fills in what all pages share.
func (v *visit) base(title string) page.Base {
	b := page.Base{
		Title: title, Lang: v.lang, Theme: theme(v.r), Tenant: v.c.Tenant.Name,
		Path: v.r.URL.Path, Nav: v.nav(), Me: v.me(), Unread: v.unread(),
	}
	if v.r.Method != http.MethodGet {
		b.Path = "/" // a form's address answers no GET
	}
	if done := v.r.URL.Query().Get("done"); done != "" && v.p.Has("done."+done) {
		b.Notice = &page.Notice{Tone: "ok", Text: v.p.T("done." + done)}
	}
	return b
}

// me describes the signed-in person for the account menu.
func (v *visit) me() *page.Me {
	u, err := v.ids.GetUser(v.r.Context(), v.actor, v.actor.User())
	if err != nil {
		return &page.Me{Initials: "?"} // the page matters more than the name on it
	}
	var roles []string
	for _, r := range u.Roles {
		roles = append(roles, v.roleTitle(r))
	}
	return &page.Me{
		Name: u.Name.Reveal(), Initials: initials(u.Name.Reveal()), Email: u.Email.Reveal(),
		Country: v.p.Country(u.Country), Source: v.p.T("account.country." + u.CountrySource), Roles: strings.Join(roles, ", "),
	}
}

func (v *visit) roleTitle(key bailiwick.Role) string {
	if r := v.cfg.Role(key); r != nil {
		return schema.Labels(r.Title).In(v.lang)
	}
	return string(key)
}

// nav builds the side navigation from what the actor may do.
func (v *visit) nav() []page.NavGroup {
	var out []page.NavGroup
	group := func(title string, items ...page.NavItem) {
		if len(items) > 0 {
			out = append(out, page.NavGroup{Title: v.p.T(title), Items: items})
		}
	}
	var apps []page.NavItem
	for _, t := range v.types() {
		apps = append(apps, v.navItem(t.Plural.In(v.lang), listPath(t)))
		if len(scores(t)) > 0 && t.Key == "risk" {
			apps = append(apps, v.navItem(v.p.T("nav.heat"), listPath(t)+"/heat-map"))
		}
	}
	group("nav.apps", apps...)
	if v.seesMatrix() {
		items := []page.NavItem{v.navItem(v.p.T("nav.matrix"), "/matrix"), v.navItem(v.p.T("nav.changes"), "/proposals"),
			v.navItem(v.p.T("nav.templates"), "/templates"), v.navItem(v.p.T("nav.dictionary"), "/dictionary")}
		group("nav.privacy", append(items, v.dutyItems()...)...)
	}
	if v.seesMatrix() {
		group("nav.configuration", v.navItem(v.p.T("nav.types"), "/types"), v.navItem(v.p.T("nav.lists"), "/lists"),
			v.navItem(v.p.T("nav.categories"), "/categories"), v.navItem(v.p.T("nav.roles"), "/roles"))
	}
	work := []page.NavItem{v.navItem(v.p.T("nav.day"), "/day"), v.navItem(v.p.T("nav.inbox"), "/inbox"), v.navItem(v.p.T("asks.title"), "/access-requests")}
	if v.view.Has(access.PermImport) {
		work = append(work, v.navItem(v.p.T("nav.imports"), "/imports"))
	}
	if v.view.Has(access.PermManageUsers) {
		work = append(work, v.navItem(v.p.T("nav.users"), "/users"))
	}
	if v.mayReport() {
		work = append(work, v.navItem(v.p.T("nav.reports"), "/reports/field"))
	}
	group("nav.workspace", work...)
	return out
}

// navItem marks the item that the page lies under, the longest match first:
// the heat map is not also the list.
func (v *visit) navItem(label, href string) page.NavItem {
	path := v.r.URL.Path
	under := path == href || strings.HasPrefix(path, href+"/")
	if under && !strings.HasSuffix(href, "/heat-map") && strings.HasSuffix(path, "/heat-map") {
		under = false
	}
	return page.NavItem{Label: label, Href: href, Current: under}
}

// types returns the record types that the actor may list, in the order of the
// packs.
func (v *visit) types() []*schema.Type {
	var out []*schema.Type
	for _, p := range v.cfg.Packs {
		for _, t := range p.Types {
			if v.may(t, access.VerbList) {
				out = append(out, t)
			}
		}
	}
	return out
}

func (v *visit) packTitle(t *schema.Type) string {
	for _, p := range v.cfg.Packs {
		if p.Key == t.Pack {
			return p.Title.In(v.lang)
		}
	}
	return ""
}

// chip returns the category chip of a field.
func (v *visit) chip(c bailiwick.Category) page.Chip {
	for _, info := range bailiwick.ShippedCategories() {
		if info.Key == c {
			return page.Chip{Label: schema.Labels(info.Title).In(v.lang), Flag: string(info.Flag)}
		}
	}
	if v.cfg == nil {
		return page.Chip{Label: string(c)}
	}
	if n := v.cfg.Matrix.CategoryNo(c); n >= 0 { // the workspace's own
		info := v.cfg.Matrix.Categories()[n]
		return page.Chip{Label: schema.Labels(info.Title).In(v.lang), Flag: string(info.Flag)}
	}
	return page.Chip{Label: string(c)}
}

func listPath(t *schema.Type) string { return "/records/" + t.Key }

func recordPath(t *schema.Type, id bailiwick.RecordID) string {
	return listPath(t) + "/" + id.String()
}

// initials are the first letters of the first and the last word of a name.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	out := string(unicode.ToUpper(first))
	if len(words) > 1 {
		last, _ := utf8.DecodeRuneInString(words[len(words)-1])
		out += string(unicode.ToUpper(last))
	}
	return out
}
