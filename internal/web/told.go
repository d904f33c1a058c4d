package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// told is what the pages know of notices.
type told struct {
	box   *outbox.Box
	tasks []outbox.Source
	mail  bool // there is a mail server
}

// Inform gives the pages what people are told: their inboxes, the sources of
// "my day", and whether there is a mail server. It is called once, before
// requests are answered.
func (s *Site) Inform(box *outbox.Box, tasks []outbox.Source, mail bool) {
	s.told = told{box, tasks, mail}
}

// inboxLines is how much of an inbox one page shows.
const inboxLines = 50

// unread counts what the person has not read; a page matters more than the
// number on it.
func (v *visit) unread() int {
	if v.told.box == nil {
		return 0
	}
	n, err := v.told.box.Unread(v.r.Context(), v.actor)
	if err != nil {
		return 0
	}
	return n
}

// Inbox shows what the person was told.
func (s *Site) Inbox(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	var before bailiwick.ID
	if text := r.URL.Query().Get("before"); text != "" {
		if before, err = bailiwick.ParseID(text); err != nil {
			return bailiwick.NotFound()
		}
	}
	lines, more, err := s.told.box.Inbox(r.Context(), v.actor, before, inboxLines)
	if err != nil {
		return err
	}
	m := page.Inbox{Base: v.base(v.p.T("nav.inbox")), Mail: s.told.mail}
	m.Unread = m.Base.Unread
	now := s.clock.Now()
	for _, l := range lines {
		line := v.line(outbox.TextOf(l.Kind, l.Outcome, v.lang, v.tellRef(l.Kind, l.Ref)), l.Path, l.Due, now)
		line.ID, line.Unread, line.Created = l.ID.String(), l.Seen.IsZero(), v.dateTime(l.Created)
		m.Lines = append(m.Lines, line)
	}
	if len(lines) > 0 {
		m.UpTo = lines[0].ID.String()
	}
	if more {
		m.NextHref = "/inbox?before=" + lines[len(lines)-1].ID.String()
	}
	return v.show("inbox", m)
}

// line is what inbox and day have in common.
func (v *visit) line(text, path string, due, now time.Time) page.Told {
	return page.Told{
		Text: text, Href: localPath(path), Due: outbox.Deadline(due, now, v.zone, v.lang), Late: !due.IsZero() && due.Before(now),
	}
}

// tellRef puts names in the place of the keys of a reference that is none to a
// number: record type and category, or application, legal entity and category.
// A reference whose keys lead nowhere any more stays as it is.
func (v *visit) tellRef(k outbox.Kind, ref string) string {
	parts := strings.Split(ref, "/")
	category := bailiwick.Category(parts[len(parts)-1])
	if v.cfg.Matrix.CategoryNo(category) < 0 {
		return ref
	}
	label := v.chip(category).Label
	switch {
	case len(parts) == 2 && (k == outbox.QuarantineDue || k == outbox.ExceptionEnding):
		if t := v.cfg.Type(parts[0]); t != nil {
			return t.Plural.In(v.lang) + ": " + label
		}
	case len(parts) == 3 && k == outbox.BasisMissing:
		e, ok := v.cfg.EntityByKey(parts[1])
		if i := slices.IndexFunc(v.cfg.Packs, func(p *schema.Pack) bool { return p.Key == parts[0] }); i >= 0 && ok {
			return v.cfg.Packs[i].Title.In(v.lang) + ", " + e.Name + ": " + label
		}
	}
	return ref
}

// InboxRead marks one line as read, or all up to the newest that was shown.
func (s *Site) InboxRead(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	one, upTo := r.PostForm.Get("id"), r.PostForm.Get("up-to")
	id, err := bailiwick.ParseID(one + upTo)
	if err != nil {
		return bailiwick.NotFound()
	}
	if one != "" {
		err = s.told.box.See(r.Context(), v.actor, id)
	} else {
		err = s.told.box.SeeAll(r.Context(), v.actor, id)
	}
	if err != nil {
		return err
	}
	return v.redirect("/inbox", "")
}

// Day shows what waits for the person, the most urgent first. A part of the
// house that cannot be asked is named as missing and keeps nothing else back.
func (s *Site) Day(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	m := page.Day{Base: v.base(v.p.T("nav.day"))}
	tasks, whole := outbox.Day(r.Context(), v.actor, s.told.tasks)
	m.Failed = !whole
	now := s.clock.Now()
	for _, t := range tasks {
		m.Lines = append(m.Lines, v.line(outbox.TaskText(t.Kind, t.Outcome, v.lang, v.tellRef(t.Kind, t.Ref)), t.Path, t.Due, now))
	}
	return v.show("day", m)
}

// Notifications shows how the person is told.
func (s *Site) Notifications(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	set, err := s.told.box.Settings(r.Context(), v.actor)
	if err != nil {
		return err
	}
	m := page.Notifications{Base: v.base(v.p.T("notifications.title")), Mail: s.told.mail}
	for _, k := range outbox.Choosable() {
		kind := page.NotificationKind{Name: string(k), Label: outbox.Label(k, v.lang)}
		for _, ch := range outbox.Choices() {
			kind.Choices = append(kind.Choices, page.Option{Value: string(ch), Label: v.p.T("notifications.choice." + string(ch)), Selected: set.Choices[k] == ch})
		}
		m.Kinds = append(m.Kinds, kind)
	}
	for _, k := range outbox.Kinds() {
		if k.Security() {
			m.Always = append(m.Always, outbox.Label(k, v.lang))
		}
	}
	lang := set.Language
	if lang == "" {
		lang = v.cfg.Settings.Language
	}
	for _, l := range outbox.Languages() {
		m.Languages = append(m.Languages, page.Option{Value: l, Label: i18n.NativeName(l), Selected: l == lang})
	}
	return v.show("notifications", m)
}

// NotificationsSave keeps how the person wants to be told.
func (s *Site) NotificationsSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	set := outbox.Settings{Choices: map[outbox.Kind]outbox.Choice{}, Language: r.PostForm.Get("language")}
	for _, k := range outbox.Choosable() {
		if ch := r.PostForm.Get(string(k)); ch != "" {
			set.Choices[k] = outbox.Choice(ch)
		}
	}
	if err := s.told.box.SetSettings(r.Context(), v.actor, set); err != nil {
		return err
	}
	return v.redirect("/account/notifications", "saved")
}
