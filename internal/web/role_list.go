package web

import (
	"net/http"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/schema"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// keepScope stands in the grid for several scopes at once, which the form
// keeps as they are.
const keepScope = "keep"

// RoleList lists the roles, and asks for a new one.
func (s *Site) RoleList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.roles(d)
	if err != nil {
		return err
	}
	return v.show("roles", m)
}

func (v *visit) roles(d *draft) (page.RolesPage, error) {
	m := page.RolesPage{Base: v.base(v.p.T("roles.title")), Draft: v.of(d, "/roles"), Table: page.Table{
		Caption: v.p.T("roles.title"), Columns: []page.Column{{Label: v.p.T("roles.role")}, {Label: v.p.T("roles.key")}, {Label: v.p.T("roles.admin")}, {Label: v.p.T("types.source")}},
	}}
	all, err := proposal.Roles(d.doc)
	if err != nil {
		return m, err
	}
	rules, err := proposal.Rules(d.doc)
	if err != nil {
		return m, err
	}
	for _, role := range all {
		var admin string
		for i, p := range role.Admin {
			if i > 0 {
				admin += ", "
			}
			admin += v.p.T("permission." + string(p))
		}
		title := schema.Labels(role.Title).In(v.lang)
		m.Table.Rows = append(m.Table.Rows, page.Row{Cells: []page.Cell{
			{Kind: "title", Text: title, Href: in("/roles/"+string(role.Key), d.change)}, {Kind: "ref", Text: string(role.Key)}, {Kind: "title", Text: admin}, v.roleSource(role),
		}})
		m.From = append(m.From, page.Option{Value: string(role.Key), Label: v.p.T("roles.from.rules", "Role", title, "Count", v.number(naming(rules, role.Key)))})
	}
	return m, nil
}

// naming counts the rules that name a role.
func naming(rules []access.Rule, role bailiwick.Role) (n int) {
	for _, r := range rules {
		if slices.Contains(r.Roles, role) {
			n++
		}
	}
	return n
}

func (v *visit) roleSource(r access.RoleDef) page.Cell {
	shipped := shippedRole(r.Key)
	switch {
	case shipped == nil:
		return page.Cell{Kind: "tag", Text: v.p.T("types.source.own"), Tone: "ok"}
	case !sameRole(*shipped, r):
		return page.Cell{Kind: "tag", Text: v.p.T("types.source.changed")}
	}
	return page.Cell{Text: v.p.T("types.source.shipped")}
}

func shippedRole(key bailiwick.Role) *access.RoleDef {
	for _, r := range access.ShippedRoles() {
		if r.Key == key {
			return &r
		}
	}
	return nil
}

func sameRole(a, b access.RoleDef) bool {
	return slices.Equal(a.Admin, b.Admin) && a.Manages == b.Manages && slices.EqualFunc(a.Types, b.Types, func(x, y access.TypeGrant) bool {
		return x.Type == y.Type && x.Scope == y.Scope && slices.Equal(x.Verbs, y.Verbs)
	})
}

// RoleCreate puts a copy of a role into a change, to be altered there.
func (s *Site) RoleCreate(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	all, err := proposal.Roles(d.doc)
	if err != nil {
		return err
	}
	made, from := access.RoleDef{Title: map[string]string{}}, bailiwick.Role("")
	for _, role := range all {
		if string(role.Key) == v.typed("from") {
			made, from = role, role.Key
		}
	}
	title := v.typed("title")
	made.Title = map[string]string{"en": title}
	made.Key = bailiwick.Role(ownKey(title, func(k string) bool {
		return slices.ContainsFunc(all, func(r access.RoleDef) bool { return string(r.Key) == k })
	}))
	p, err := v.edit(d, func(doc *tenant.Document) error {
		if err := proposal.PutRole(doc, made); err != nil || from == "" || v.typed("rules") != "on" {
			return err
		}
		return proposal.NameToo(doc, from, made.Key)
	})
	if err != nil {
		errs, ok := v.overlayErrors(err)
		if !ok {
			return err
		}
		m, err := v.rolePage(d, made)
		if err != nil {
			return err
		}
		m.Errors = errs
		return v.refused("role", m)
	}
	return v.redirect(in("/roles/"+string(made.Key), p), "change")
}

// RolePage shows what a role may do.
func (s *Site) RolePage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	role, err := v.roleOf(d)
	if err != nil {
		return err
	}
	m, err := v.rolePage(d, role)
	if err != nil {
		return err
	}
	return v.show("role", m)
}

func (v *visit) roleOf(d *draft) (access.RoleDef, error) {
	all, err := proposal.Roles(d.doc)
	if err != nil {
		return access.RoleDef{}, err
	}
	for _, r := range all {
		if string(r.Key) == v.r.PathValue("role") {
			return r, nil
		}
	}
	return access.RoleDef{}, bailiwick.NotFound()
}

// rolePage fills in the form of a role: what it may do with the workspace, and
// for everything, each application and each record type the scope of every
// verb.
func (v *visit) rolePage(d *draft, r access.RoleDef) (page.RoleEdit, error) {
	title := schema.Labels(r.Title).In(v.lang)
	m := page.RoleEdit{
		Base: v.base(title), Draft: v.of(d, "/roles/"+string(r.Key)), Name: title, Key: string(r.Key), Shipped: shippedRole(r.Key) != nil,
		Titles: v.texts("title", r.Title), Action: "/roles/" + string(r.Key),
	}
	for _, p := range access.Permissions() {
		m.Admin = append(m.Admin, page.Option{Value: string(p), Label: v.p.T("permission." + string(p)), Selected: slices.Contains(r.Admin, p)})
	}
	m.Manages = page.Choice{Name: "manages", Label: v.p.T("roles.manages"), Help: v.p.T("roles.manages.help")}
	m.Manages.Options = []page.Option{
		{Label: v.p.T("roles.manages.all"), Selected: r.Manages == access.ScopeNone},
		{Value: access.ScopeEntity.String(), Label: v.p.T("roles.manages.entity"), Selected: r.Manages == access.ScopeEntity},
		{Value: access.ScopeUnit.String(), Label: v.p.T("roles.manages.unit"), Selected: r.Manages == access.ScopeUnit},
	}
	for _, verb := range access.Verbs() {
		m.Verbs = append(m.Verbs, v.p.T("verb."+string(verb)))
	}
	for _, t := range d.grantables() {
		row := page.RoleRow{Key: t.key, App: t.app}
		switch {
		case t.typ != nil:
			row.Label = t.typ.Plural.In(v.lang)
		case t.pack != nil:
			row.Label = v.p.T("roles.app", "App", t.pack.Title.In(v.lang))
		default:
			row.Label = v.p.T("roles.any")
		}
		for _, verb := range access.Verbs() {
			row.Cells = append(row.Cells, v.scopeChoice(r, row, verb))
		}
		m.Rows = append(m.Rows, row)
	}
	return m, nil
}

// grantable is something that a role can be given verbs on.
type grantable struct {
	key  string
	app  bool
	pack *schema.Pack
	typ  *schema.Type
}

func (d *draft) grantables() []grantable {
	out := []grantable{{key: access.AnyType, app: true}}
	for _, p := range d.packs {
		out = append(out, grantable{key: access.AppPrefix + p.Key, app: true, pack: p})
		for _, t := range p.Types {
			out = append(out, grantable{key: t.Key, typ: t})
		}
	}
	return out
}

// scopesOf returns the scopes of one verb that a role's grants name for a row.
func scopesOf(r access.RoleDef, row string, verb access.Verb) []access.TypeScope {
	var out []access.TypeScope
	for _, g := range r.Types {
		if g.Type == row && slices.Contains(g.Verbs, verb) && !slices.Contains(out, g.Scope) {
			out = append(out, g.Scope)
		}
	}
	return out
}

func (v *visit) scopeChoice(r access.RoleDef, row page.RoleRow, verb access.Verb) page.Choice {
	have := scopesOf(r, row.Key, verb)
	c := page.Choice{Name: "grant." + row.Key + "." + string(verb), Label: row.Label + ": " + v.p.T("verb."+string(verb))}
	c.Options = append(c.Options, page.Option{Label: "–", Selected: len(have) == 0})
	for _, s := range access.TypeScopes() {
		if s != access.ScopeNone {
			c.Options = append(c.Options, page.Option{Value: s.String(), Label: v.p.T("grant." + s.String()), Selected: len(have) == 1 && have[0] == s})
		}
	}
	if len(have) > 1 {
		c.Options = append(c.Options, page.Option{Value: keepScope, Label: v.p.T("grant.several"), Selected: true})
	}
	return c
}

// RoleSave puts a changed role into a change. Whoever approves it must hold
// what it gives.
func (s *Site) RoleSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, d, err := s.configured(w, r, c)
	if err != nil {
		return err
	}
	was, err := v.roleOf(d)
	if err != nil {
		return err
	}
	role := v.typedRole(d, was)
	p, err := v.edit(d, func(doc *tenant.Document) error { return proposal.PutRole(doc, role) })
	if err != nil {
		errs, ok := v.overlayErrors(err)
		if !ok {
			return err
		}
		m, err := v.rolePage(d, role)
		if err != nil {
			return err
		}
		m.Errors = errs
		return v.refused("role", m)
	}
	return v.redirect(in("/roles/"+string(role.Key), p), "change")
}

// typedRole reads the form. Grants on what the form does not show stay.
func (v *visit) typedRole(d *draft, was access.RoleDef) access.RoleDef {
	out := access.RoleDef{Key: was.Key, Title: v.typedTexts("title")}
	if typed := v.typed("manages"); typed != "" { // empty = everybody
		var ok bool
		if out.Manages, ok = access.ParseTypeScope(typed); !ok {
			out.Manages = was.Manages
		}
	}
	for _, p := range access.Permissions() {
		if slices.Contains(v.r.PostForm["admin"], string(p)) {
			out.Admin = append(out.Admin, p)
		}
	}
	shown := map[string]bool{}
	for _, t := range d.grantables() {
		shown[t.key] = true
		grants := map[access.TypeScope][]access.Verb{}
		for _, verb := range access.Verbs() {
			switch typed := v.typed("grant." + t.key + "." + string(verb)); typed {
			case "":
			case keepScope:
				for _, s := range scopesOf(was, t.key, verb) {
					grants[s] = append(grants[s], verb)
				}
			default:
				if s, ok := access.ParseTypeScope(typed); ok {
					grants[s] = append(grants[s], verb)
				}
			}
		}
		for _, s := range access.TypeScopes() {
			if len(grants[s]) > 0 {
				out.Types = append(out.Types, access.TypeGrant{Type: t.key, Verbs: grants[s], Scope: s})
			}
		}
	}
	for _, g := range was.Types {
		if !shown[g.Type] {
			out.Types = append(out.Types, g)
		}
	}
	return out
}
