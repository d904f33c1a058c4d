package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// The tabs of a list.
const (
	tabAll     = ""
	tabMine    = "mine"
	tabDeleted = "deleted"
)

// list is what a list shows: what its address says, read once.
type list struct {
	t     *schema.Type
	tab   string
	sort  string             // key of a field, "-" before it for descending
	view  string             // sealed view that holds text and filters, or ""
	saved *custody.NamedView // that the list opens, or nil
	cols  []string
	query custody.Query
}

// tabOf reads a tab; an unknown one is the first.
func tabOf(s string) string {
	if s == tabMine || s == tabDeleted {
		return s
	}
	return tabAll
}

// readList reads the address of a list. Filters come from it, or from a sealed
// view; the rest always from it.
func (v *visit) readList(t *schema.Type, in url.Values) (list, error) {
	l := list{t: t, tab: tabOf(in.Get("tab")), sort: in.Get("sort"), view: in.Get("view")}
	l.query = custody.Query{Type: t.Key, Lang: v.lang}
	for _, key := range in["cols"] {
		if t.Field(key) != nil && !slices.Contains(l.cols, key) {
			l.cols = append(l.cols, key)
		}
	}
	if l.view == "" && in.Get("saved") != "" {
		if err := v.openSaved(&l, in); err != nil {
			return l, err
		}
	} else if l.view != "" {
		q, err := v.door.OpenView(v.r.Context(), v.actor, l.view)
		if err != nil {
			return l, err
		}
		if q.Type != t.Key {
			return l, bailiwick.NotFound()
		}
		l.query.Text, l.query.Filters = q.Text, q.Filters
	} else {
		var err error
		if l.query.Filters, err = v.readFilters(t, in, false); err != nil {
			return l, err
		}
	}
	if l.tab == tabMine && t.OwnerField != "" {
		own := custody.Filter{Field: t.OwnerField, Op: "eq", Values: []string{v.actor.User().String()}}
		l.query.Filters = append(slices.Clone(l.query.Filters), own)
	}
	l.query.Sort, l.query.Desc = strings.CutPrefix(l.sort, "-")
	l.query.Cursor, l.query.Limit, l.query.Deleted = in.Get("cursor"), pageSize, l.tab == tabDeleted
	for _, f := range l.columns() {
		l.query.Columns = append(l.query.Columns, f.Key)
	}
	return l, nil
}

// columns are the fields shown: those chosen, else those that the pack lists.
func (l list) columns() []*schema.Field {
	keys := l.cols
	if len(keys) == 0 {
		keys = l.t.List
	}
	var out []*schema.Field
	for _, k := range keys {
		if f := l.t.Field(k); f != nil && f.Parent == nil {
			out = append(out, f)
		}
	}
	return out
}

// own reports whether a filter is the one of the tab "Mine".
func (l list) own(f custody.Filter) bool {
	return l.tab == tabMine && f.Field == l.t.OwnerField
}

func (l list) filtered() bool {
	if l.query.Text != "" {
		return true
	}
	return slices.ContainsFunc(l.query.Filters, func(f custody.Filter) bool { return !l.own(f) })
}

// values is what the address of the list holds, without cursor.
func (l list) values() url.Values {
	u := url.Values{}
	set := func(key, value string) {
		if value != "" {
			u.Set(key, value)
		}
	}
	set("tab", l.tab)
	set("sort", l.sort)
	set("view", l.view)
	if l.saved != nil {
		set("saved", l.saved.ID.String())
	}
	if l.view == "" && l.saved == nil {
		for _, f := range l.query.Filters {
			if !l.own(f) {
				u[filterName(f)] = f.Values
			}
		}
	}
	if len(l.cols) > 0 {
		u["cols"] = l.cols
	}
	return u
}

// address is the list's own, with some values replaced.
func (l list) address(with url.Values) string { return l.addressOf(listPath(l.t), with) }

func (l list) addressOf(path string, with url.Values) string {
	u := l.values()
	for k, v := range with {
		u[k] = v
	}
	if len(u) == 0 {
		return path
	}
	return path + "?" + u.Encode()
}

// reset is the address without filters.
func (l list) reset() string {
	if l.tab == tabAll {
		return listPath(l.t)
	}
	return listPath(l.t) + "?tab=" + l.tab
}

// state is the address as hidden inputs, but for the columns.
func (l list) state() []page.Hidden {
	var out []page.Hidden
	u := l.values()
	for _, k := range slices.Sorted(maps.Keys(u)) {
		if k == "cols" {
			continue
		}
		for _, v := range u[k] {
			out = append(out, page.Hidden{Name: k, Value: v})
		}
	}
	return out
}

// tabs links the views of a list.
func (v *visit) tabs(l list) []page.Link {
	tabs := []string{tabAll}
	if l.t.OwnerField != "" {
		tabs = append(tabs, tabMine)
	}
	if v.may(l.t, access.VerbDelete) {
		tabs = append(tabs, tabDeleted)
	}
	var out []page.Link
	for _, tab := range tabs {
		label := "list.all"
		if tab != tabAll {
			label = "list." + tab
		}
		to := list{t: l.t, tab: tab}
		out = append(out, page.Link{Label: v.p.T(label), Href: to.address(nil), Current: tab == l.tab})
	}
	return out
}
