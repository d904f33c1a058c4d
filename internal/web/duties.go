package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/web/page"
)

// Quarantine lists what may not be held any more, for the privacy people.
func (s *Site) Quarantine(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.quarantine(http.StatusOK, nil, "")
}

// quarantine shows the list, with what was wrong with a decision on one line.
func (v *visit) quarantine(status int, wrong map[string]string, at string) error {
	lines, kept, err := v.door.Quarantine(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	m := page.Quarantine{Base: v.base(v.p.T("quarantine.title"))}
	for i, l := range lines {
		t := v.cfg.Type(l.Type)
		if t == nil {
			continue
		}
		one := page.QuarantineLine{
			ID: "q" + strconv.Itoa(i+1), Type: t.Plural.In(v.lang), Chip: v.chip(l.Category), Countries: v.setNames(l.Countries), Rule: l.Rule,
			Count: v.p.N("quarantine.count", int(l.Count)), Due: v.dateTime(l.Due), Late: l.Due.Before(v.clock.Now()), Kept: l.Kept,
			Key: quarantineKey(l.QuarantineKey),
		}
		if more := l.Count - int64(len(l.Refs)); more > 0 {
			one.More = v.p.Number(more)
		}
		for _, ref := range l.Refs {
			one.Refs = append(one.Refs, page.Link{Label: ref.Ref, Href: recordPath(t, ref.ID)})
		}
		if one.Key == at {
			one.Errors, one.Reference, one.Reason, one.Until = wrong, v.r.PostForm.Get("reference"), v.r.PostForm.Get("reason"), v.r.PostForm.Get("until")
		}
		m.Lines = append(m.Lines, one)
	}
	for _, e := range kept {
		t := v.cfg.Type(e.Type)
		if t == nil {
			continue
		}
		m.Kept = append(m.Kept, page.QuarantineKept{
			ID: e.ID.String(), Type: t.Plural.In(v.lang), Chip: v.chip(e.Category), Countries: v.setNames(e.Countries),
			Until: v.dateTime(e.Ends), Reference: e.Reference, Reason: e.Reason,
		})
	}
	return v.render.show(v.w, v.r, status, "quarantine", v.lang, m)
}

// setNames names the countries of a line.
func (v *visit) setNames(list []bailiwick.Country) string {
	if len(list) == 0 {
		return v.p.T("quarantine.noone")
	}
	return v.countriesOr(slices.DeleteFunc(slices.Clone(list), func(c bailiwick.Country) bool { return !c.Known() }))
}

// quarantineKey is a line in a form: type, category and set with colons.
func quarantineKey(k custody.QuarantineKey) string {
	return k.Type + ":" + string(k.Category) + ":" + strconv.FormatInt(k.Set, 10)
}

func parseQuarantineKey(s string) (custody.QuarantineKey, error) {
	f := strings.Split(s, ":")
	if len(f) != 3 {
		return custody.QuarantineKey{}, bailiwick.NotFound()
	}
	set, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil {
		return custody.QuarantineKey{}, bailiwick.NotFound()
	}
	return custody.QuarantineKey{Type: f[0], Category: bailiwick.Category(f[1]), Set: set}, nil
}

// QuarantineDecide erases a line or keeps it until a date.
func (s *Site) QuarantineDecide(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return bailiwick.Malformed("The form could not be read.")
	}
	at := r.PostForm.Get("line")
	key, err := parseQuarantineKey(at)
	if err != nil {
		return err
	}
	if r.PostForm.Get("act") == "erase" {
		if r.PostForm.Get("sure") == "" {
			return v.quarantine(http.StatusUnprocessableEntity, map[string]string{"sure": v.p.T("quarantine.sure.missing")}, at)
		}
		if _, err := s.door.EraseQuarantine(r.Context(), v.actor, key); err != nil {
			return err
		}
		return v.redirect("/quarantine", "quarantine-erased")
	}
	err = s.door.JustifyQuarantine(r.Context(), v.actor, key, r.PostForm.Get("reference"), r.PostForm.Get("reason"), v.endOfDay(r.PostForm.Get("until")))
	if wrong := v.wrongFields(err); wrong != nil {
		return v.quarantine(http.StatusUnprocessableEntity, wrong, at)
	}
	if err != nil {
		return err
	}
	return v.redirect("/quarantine", "quarantine-kept")
}

// endOfDay is the last second of a date in the workspace's zone; zero for what
// is no date.
func (v *visit) endOfDay(date string) time.Time {
	t, err := time.ParseInLocation("2006-01-02", date, v.zone)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, 1).Add(-time.Second)
}

// wrongFields returns the messages of a refused form by field; nil for any
// other error.
func (v *visit) wrongFields(err error) map[string]string {
	var e *bailiwick.Error
	if !errors.As(err, &e) || e.Code != bailiwick.CodeInvalid || len(e.Fields) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, f := range e.Fields {
		switch f.Rule {
		case "required":
			out[f.Field] = v.p.T("duty.required")
		case "range":
			out[f.Field] = v.p.T("duty.range")
		default:
			out[f.Field] = v.p.T("duty.max-length")
		}
	}
	return out
}

// QuarantineEnd ends a decision to keep a line.
func (s *Site) QuarantineEnd(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return bailiwick.NotFound()
	}
	if err := s.door.EndQuarantineException(r.Context(), v.actor, id); err != nil {
		return err
	}
	return v.redirect("/quarantine", "quarantine-ended")
}

// Bases lists on what basis applications hold categories, for the privacy
// people.
func (s *Site) Bases(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	return v.bases(http.StatusOK, nil, r.URL.Query().Get("line"), custody.BasisNote{})
}

// bases shows the list, and the form of the line that was chosen.
func (v *visit) bases(status int, wrong map[string]string, at string, typed custody.BasisNote) error {
	lines, err := v.door.Bases(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	m := page.Bases{Base: v.base(v.p.T("bases.title"))}
	missing := int64(0)
	for _, l := range lines {
		e, _ := v.cfg.Entity(l.Entity)
		one := page.BasisLine{
			Key: l.Pack + ":" + e.Key + ":" + string(l.Category), Pack: l.Pack, Entity: e.Name, Chip: v.chip(l.Category), Missing: l.Missing(),
			Responsible: l.Note.Responsible, Basis: l.Note.Basis, Notice: l.Note.Notice,
		}
		for _, p := range v.cfg.Packs {
			if p.Key == l.Pack {
				one.Pack = p.Title.In(v.lang)
			}
		}
		if !l.Missing() {
			one.Recorded = v.dateTime(l.Recorded)
		} else {
			missing++
		}
		if one.Key == at {
			one.Errors = wrong
			if wrong != nil {
				one.Responsible, one.Basis, one.Notice = typed.Responsible, typed.Basis, typed.Notice
			}
			chosen := one
			m.Form = &chosen
		}
		m.Lines = append(m.Lines, one)
	}
	slices.SortStableFunc(m.Lines, func(a, b page.BasisLine) int { // what is to be done comes first
		switch {
		case a.Missing == b.Missing:
			return 0
		case a.Missing:
			return -1
		}
		return 1
	})
	if missing > 0 {
		m.Missing = v.p.Number(missing)
	}
	return v.render.show(v.w, v.r, status, "bases", v.lang, m)
}

// basisLink leads whoever may record a basis from the error about a missing one
// to the page where it is done; to others, and for other errors, there is none.
func (v *visit) basisLink(text string) page.Link {
	if text != v.p.T("field.basis") || !v.view.Has(access.PermPrivacy) {
		return page.Link{}
	}
	return page.Link{Label: v.p.T("field.basis.open"), Href: "/bases"}
}

// BasisRecord records one basis.
func (s *Site) BasisRecord(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return bailiwick.Malformed("The form could not be read.")
	}
	at := r.PostForm.Get("line")
	f := strings.Split(at, ":")
	if len(f) != 3 {
		return bailiwick.NotFound()
	}
	e, _ := v.cfg.EntityByKey(f[1])
	note := custody.BasisNote{Responsible: r.PostForm.Get("responsible"), Basis: r.PostForm.Get("basis"), Notice: r.PostForm.Get("notice")}
	err = s.door.RecordBasis(r.Context(), v.actor, custody.BasisKey{Pack: f[0], Entity: e.ID, Category: bailiwick.Category(f[2])}, note)
	if wrong := v.wrongFields(err); wrong != nil {
		return v.bases(http.StatusUnprocessableEntity, wrong, at, note)
	}
	if err != nil {
		return err
	}
	return v.redirect("/bases", "basis-recorded")
}

// dutyItems are the pages of the privacy people in the navigation.
func (v *visit) dutyItems() []page.NavItem {
	if !v.view.Has(access.PermPrivacy) {
		return nil
	}
	return []page.NavItem{v.navItem(v.p.T("nav.quarantine"), "/quarantine"), v.navItem(v.p.T("nav.bases"), "/bases")}
}
