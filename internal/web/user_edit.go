package web

import (
	"net/http"
	"slices"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// UserNew asks whom to invite.
func (s *Site) UserNew(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.show("user", v.userForm(identity.User{Entity: v.actor.Entity(), Unit: v.actor.Unit()}, true))
}

// UserInvite makes a user and shows the invitation once.
func (s *Site) UserInvite(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	typed := typedUser(r)
	spec := identity.UserSpec{
		Name: typed.Name.Reveal(), Email: typed.Email.Reveal(), Roles: typed.Roles, Country: typed.Country, Entity: typed.Entity, Unit: typed.Unit,
	}
	id, secret, err := s.ids.Invite(r.Context(), v.actor.Tenant(), v.actor, spec)
	if err != nil {
		return v.userRefused(typed, true, err)
	}
	u, err := s.ids.GetUser(r.Context(), v.actor, id)
	if err != nil {
		return err
	}
	m := v.userForm(u, false)
	m.Link = v.linkURL(secret)
	return v.show("user", m)
}

// linkURL is the address of a one-time link of this workspace.
func (v *visit) linkURL(secret string) string {
	return v.host.TenantURL(v.c.Tenant.Slug) + "/link/" + secret
}

// UserPage shows a user.
func (s *Site) UserPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.userOf(w, r, c)
	if err != nil {
		return err
	}
	return v.show("user", v.userForm(u, false))
}

func (s *Site) userOf(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, identity.User, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, identity.User{}, err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return nil, identity.User{}, bailiwick.NotFound()
	}
	u, err := s.ids.GetUser(r.Context(), v.actor, bailiwick.UserID{ID: id})
	return v, u, err
}

// UserSave changes roles, country and legal entity.
func (s *Site) UserSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.userOf(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	typed := typedUser(r)
	u.Country = typed.Country
	ch := identity.UserChange{Country: &typed.Country}
	if !slices.Equal(u.Roles, typed.Roles) {
		ch.Roles = &typed.Roles
	}
	if !typed.Entity.IsZero() {
		ch.Entity = &typed.Entity
	}
	if r.PostForm.Has("unit") && typed.Unit != u.Unit {
		ch.Unit = &typed.Unit
	}
	if err := s.ids.ChangeUser(r.Context(), v.actor, u.ID, ch); err != nil {
		u.Roles = typed.Roles
		return v.userRefused(u, false, err)
	}
	return v.redirect("/users/"+u.ID.String(), "user")
}

// UserAble disables a user, or enables a disabled one.
func (s *Site) UserAble(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.userOf(w, r, c)
	if err != nil {
		return err
	}
	act := s.ids.DisableUser
	if !u.Disabled.IsZero() {
		act = s.ids.EnableUser
	}
	if err := act(r.Context(), v.actor, u.ID); err != nil {
		return v.userRefused(u, false, err)
	}
	return v.redirect("/users/"+u.ID.String(), "user")
}

// UserRelink makes a new password link and shows it once.
func (s *Site) UserRelink(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, u, err := s.userOf(w, r, c)
	if err != nil {
		return err
	}
	secret, err := s.ids.PasswordLink(r.Context(), v.actor.Tenant(), v.actor, u.ID, identity.InvitationLife)
	if err != nil {
		return v.userRefused(u, false, err)
	}
	m := v.userForm(u, false)
	m.Link = v.linkURL(secret)
	return v.show("user", m)
}

// typedUser reads the form of a user.
func typedUser(r *http.Request) identity.User {
	u := identity.User{
		Name: bailiwick.Personal(r.PostForm.Get("name")), Email: bailiwick.Personal(r.PostForm.Get("email")),
		Country: bailiwick.Country(r.PostForm.Get("country")), Entity: entityID(r.PostForm.Get("entity")), Unit: unitID(r.PostForm.Get("unit")),
	}
	for _, key := range r.PostForm["roles"] {
		u.Roles = append(u.Roles, bailiwick.Role(key))
	}
	slices.Sort(u.Roles)
	return u
}

// userForm fills in the form of a user.
func (v *visit) userForm(u identity.User, isNew bool) page.UserEdit {
	m := page.UserEdit{
		Base: v.base(v.p.T("users.title")), New: isNew, Name: u.Name.Reveal(), Email: u.Email.Reveal(),
		Countries: countryOptions(v.p, u.Country), Entities: entityOptions(v.cfg.Entities, u.Entity.String()),
		Action: "/users", Disabled: !u.Disabled.IsZero(),
	}
	m.Units, _ = v.unitOptions(u.Unit) // without them the form serves still
	for _, role := range v.cfg.Matrix.Roles() {
		m.Roles = append(m.Roles, page.Option{
			Value: string(role.Key), Label: v.roleTitle(role.Key), Selected: slices.Contains(u.Roles, role.Key),
		})
	}
	if isNew {
		m.Title = v.p.T("users.invite")
		return m
	}
	m.Action = "/users/" + u.ID.String()
	if u.ID != v.actor.User() { // nobody shuts the door on themselves by mistake
		m.Disable = m.Action + "/able"
		if !m.Disabled {
			m.Relink = m.Action + "/link"
			m.Factors = m.Action + "/factors"
		}
	}
	m.Declared = v.declared(u.ID)
	return m
}

// declared tells of a country that waits for a second person; nil if none does.
func (v *visit) declared(id bailiwick.UserID) *page.DeclaredCountry {
	d, ok, err := v.ids.DeclaredCountry(v.r.Context(), v.actor, id)
	if err != nil || !ok {
		return nil // the page is of use without it
	}
	return &page.DeclaredCountry{
		Text:   v.p.T("users.country.ask", "Who", d.ByName.Reveal(), "When", v.dateTime(d.Declared), "Country", v.p.Country(d.Country)),
		Action: "/users/" + id.String() + "/country", Country: string(d.Country), Mine: d.Mine, Wait: v.waits(d),
	}
}

// waits says for whom a declared country waits: that nobody could confirm it is
// told with what helps.
func (v *visit) waits(d identity.Declaration) string {
	switch {
	case d.Alone:
		return v.p.T("users.country.solo", "When", v.dateTime(d.Declared.Add(identity.SoloWait)))
	case d.Others == 0:
		return v.p.T("users.country.nobody")
	}
	return v.p.N("users.country.others", d.Others)
}

// userRefused shows the form again with what was typed and what is wrong.
// Errors that say nothing about the form go their way.
func (v *visit) userRefused(u identity.User, isNew bool, err error) error {
	code := bailiwick.ErrorCode(err)
	m := v.userForm(u, isNew)
	switch code {
	case bailiwick.CodeInvalid, bailiwick.CodeUnknownCountry:
		for _, f := range faults(err) {
			m.Errors = append(m.Errors, page.FieldError{Href: "#" + f.Field, Text: userFault(v.p, f)})
		}
	case bailiwick.CodeDenied:
		m.Error = v.p.T("fault.roles.denied")
	case bailiwick.CodeTransition:
		m.Error = v.p.T("users.last")
	case bailiwick.CodeApproval:
		m.Error = v.p.T("users.second")
	case bailiwick.CodeConflict:
		m.Error = v.p.T("users.moved")
	default:
		return err
	}
	return v.render.show(v.w, v.r, code.Status(), "user", v.lang, m)
}
