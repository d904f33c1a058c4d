package web

import (
	"net/http"
	"net/url"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// openSaved takes filters, order and columns of a named view, as far as the
// address does not say otherwise.
func (v *visit) openSaved(l *list, in url.Values) error {
	id, err := bailiwick.ParseID(in.Get("saved"))
	if err != nil {
		return bailiwick.NotFound()
	}
	n, err := v.door.View(v.r.Context(), v.actor, l.t.Key, id)
	if err != nil {
		return err
	}
	l.saved = &n
	l.query.Text, l.query.Filters = n.Query.Text, n.Query.Filters
	if l.sort == "" && n.Query.Sort != "" {
		l.sort = n.Query.Sort
		if n.Query.Desc {
			l.sort = "-" + l.sort
		}
	}
	if len(in["cols"]) == 0 {
		l.cols = n.Query.Columns
	}
	return nil
}

// views adds the named views to the tabs of a list, and the forms that keep,
// change and delete one.
func (v *visit) views(l list, m *page.List) error {
	all, err := v.door.Views(v.r.Context(), v.actor, l.t.Key)
	if err != nil {
		return err
	}
	for _, n := range all {
		current := l.saved != nil && l.saved.ID == n.ID
		m.Tabs = append(m.Tabs, page.Link{Label: n.Name, Href: listPath(l.t) + "?saved=" + n.ID.String(), Current: current})
		if current {
			m.Tabs[0].Current = false
		}
	}
	m.SaveView = listPath(l.t) + "/views"
	m.Print = l.addressOf(listPath(l.t)+"/print", nil)
	shared := map[bailiwick.Role]bool{}
	if l.saved != nil && l.saved.Mine {
		m.ViewName, m.ViewHref = l.saved.Name, "/views/"+l.t.Key+"/"+l.saved.ID.String()
		for _, r := range l.saved.Roles {
			shared[r] = true
		}
	}
	for _, r := range v.cfg.Matrix.Roles() {
		m.ViewRoles = append(m.ViewRoles, page.Option{Value: string(r.Key), Label: v.roleTitle(r.Key), Selected: shared[r.Key]})
	}
	return nil
}

// ViewSave names the list that the form holds.
func (s *Site) ViewSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, t, err := s.viewForm(w, r, c)
	if err != nil {
		return err
	}
	n, err := v.readView(t)
	if err != nil {
		return err
	}
	return v.keepView(t, n)
}

// ViewChange renames or shares a named view and takes over the list that the
// form holds, or deletes it.
func (s *Site) ViewChange(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, t, err := s.viewForm(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	if r.PostForm.Get("act") == "delete" {
		if err := s.door.DropView(r.Context(), v.actor, id); err != nil {
			return err
		}
		return v.redirect(listPath(t), "view-deleted")
	}
	was, err := s.door.View(r.Context(), v.actor, t.Key, id)
	if err != nil {
		return err
	}
	n, err := v.readView(t)
	if err != nil {
		return err
	}
	n.ID, n.Version = id, was.Version
	return v.keepView(t, n)
}

func (s *Site) viewForm(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, *schema.Type, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, nil, err
	}
	t, err := v.typ()
	if err != nil {
		return nil, nil, err
	}
	return v, t, parseForm(r)
}

// readView takes name, roles and list out of a form.
func (v *visit) readView(t *schema.Type) (custody.NamedView, error) {
	state := v.r.PostForm.Get("state")
	in, err := url.ParseQuery(state)
	if err != nil || len(state) > 4<<10 {
		return custody.NamedView{}, bailiwick.Malformed("The form could not be read.")
	}
	l, err := v.readList(t, in)
	if err != nil {
		return custody.NamedView{}, err
	}
	n := custody.NamedView{Type: t.Key, Name: v.r.PostForm.Get("name"), Query: l.query}
	n.Query.Columns = l.cols
	for _, r := range v.r.PostForm["role"] {
		n.Roles = append(n.Roles, bailiwick.Role(r))
	}
	return n, nil
}

func (v *visit) keepView(t *schema.Type, n custody.NamedView) error {
	kept, err := v.door.SaveView(v.r.Context(), v.actor, n)
	if err != nil {
		return err
	}
	return v.redirect(listPath(t)+"?saved="+kept.ID.String(), "view-saved")
}
