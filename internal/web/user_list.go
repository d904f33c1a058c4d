package web

import (
	"net/http"
	"strconv"
	"strings"

	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// usersPerPage is how many users a page lists.
const usersPerPage = 200

// userPages returns where the pages after and before the users from offset on
// are, empty where there is none.
func userPages(offset, total int) (next, first string) {
	if offset+usersPerPage < total {
		next = "/users?from=" + strconv.Itoa(offset+usersPerPage)
	}
	if offset > 0 {
		first = "/users"
	}
	return next, first
}

// UserList lists the people who may sign in, for whoever manages them.
func (s *Site) UserList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	offset, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || offset < 0 {
		offset = 0
	}
	found, err := s.ids.Users(r.Context(), v.actor, identity.UserQuery{Disabled: true, Limit: usersPerPage, Offset: offset})
	if err != nil {
		return err
	}
	m := page.Users{Base: v.base(v.p.T("users.title")), InviteURL: "/users/new"}
	m.NextHref, m.FirstHref = userPages(offset, found.Total)
	m.Table = page.Table{Caption: v.p.T("users.title"), Empty: v.p.T("users.none"), Columns: []page.Column{
		{Label: v.p.T("users.name")}, {Label: v.p.T("signin.email")}, {Label: v.p.T("users.roles")},
		{Label: v.p.T("users.country")}, {Label: v.p.T("users.state")},
	}}
	for _, u := range found.Items {
		var roles []string
		for _, key := range u.Roles {
			roles = append(roles, v.roleTitle(key))
		}
		m.Table.Rows = append(m.Table.Rows, page.Row{Cells: []page.Cell{
			{Kind: "who", Text: u.Name.Reveal(), Initials: initials(u.Name.Reveal()), Href: "/users/" + u.ID.String()},
			{Text: u.Email.Reveal()}, {Text: strings.Join(roles, ", ")}, {Text: v.p.Country(u.Country)}, v.userState(u),
		}})
	}
	return v.show("users", m)
}

func (v *visit) userState(u identity.User) page.Cell {
	switch {
	case !u.Disabled.IsZero():
		return page.Cell{Kind: "tag", Text: v.p.T("users.state.disabled"), Tone: "bad"}
	case !u.HasPassword:
		return page.Cell{Kind: "tag", Text: v.p.T("users.state.invited"), Tone: "warn"}
	default:
		return page.Cell{Kind: "tag", Text: v.p.T("users.state.active"), Tone: "ok"}
	}
}
