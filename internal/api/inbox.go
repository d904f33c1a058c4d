package api

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/outbox"
)

// Inform gives the API what people are told and the sources of what waits for
// them; mail says whether there is a mail server. It is called once, before
// requests are answered.
func (a *API) Inform(box *outbox.Box, tasks []outbox.Source, mail bool) {
	a.box, a.tasks, a.mail = box, tasks, mail
}

// ListDay answers GET /api/v1/day: what waits for the caller, the earliest
// deadline first. complete is false if a part of the house could not be asked.
func (a *API) ListDay(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	type doc struct {
		Kind string     `json:"kind"`
		Text string     `json:"text"`
		Ref  string     `json:"ref"`
		Path string     `json:"path"`
		Due  *time.Time `json:"due_at"`
	}
	tasks, whole := outbox.Day(r.Context(), actor, a.tasks)
	items := make([]doc, 0, len(tasks))
	for _, t := range tasks {
		items = append(items, doc{string(t.Kind), outbox.TaskText(t.Kind, t.Outcome, lang(c), t.Ref), t.Ref, t.Path, optional(t.Due)})
	}
	return write(w, http.StatusOK, map[string]any{"items": items, "complete": whole})
}

// ListInbox answers GET /api/v1/inbox: the caller's own lines, newest first.
func (a *API) ListInbox(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	limit := 50
	if s := r.URL.Query().Get("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > outbox.MaxLines {
			return bailiwick.Malformed("limit is 1 to 100.")
		}
	}
	var before bailiwick.ID
	if s := r.URL.Query().Get("cursor"); s != "" {
		if before, err = bailiwick.ParseID(s); err != nil {
			return bailiwick.Malformed("The cursor is not one of this list.")
		}
	}
	lines, more, err := a.box.Inbox(r.Context(), actor, before, limit)
	if err != nil {
		return err
	}
	unread, err := a.box.Unread(r.Context(), actor)
	if err != nil {
		return err
	}
	type doc struct {
		ID      string     `json:"id"`
		Kind    string     `json:"kind"`
		Text    string     `json:"text"`
		Ref     string     `json:"ref"`
		Path    string     `json:"path"`
		Due     *time.Time `json:"due_at"`
		Created time.Time  `json:"created_at"`
		Seen    *time.Time `json:"read_at"`
	}
	items := make([]doc, 0, len(lines))
	for _, l := range lines {
		items = append(items, doc{
			ID: l.ID.String(), Kind: string(l.Kind), Text: outbox.TextOf(l.Kind, l.Outcome, lang(c), l.Ref), Ref: l.Ref, Path: l.Path,
			Due: optional(l.Due), Created: l.Created, Seen: optional(l.Seen),
		})
	}
	out := map[string]any{"items": items, "unread": unread, "next": nil}
	if more {
		next := url.Values{"cursor": {items[len(items)-1].ID}, "limit": {strconv.Itoa(limit)}}
		out["next"] = next.Get("cursor")
		w.Header().Set("Link", "<"+(&url.URL{Path: r.URL.Path, RawQuery: next.Encode()}).String()+`>; rel="next"`)
	}
	return write(w, http.StatusOK, out)
}

// optional is an instant that may be none.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ReadInbox answers POST /api/v1/inbox/read {"id"} or {"up_to"}: one line, or
// every line up to one, is marked as read.
func (a *API) ReadInbox(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		ID   string `json:"id"`
		UpTo string `json:"up_to"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if (doc.ID == "") == (doc.UpTo == "") {
		return bailiwick.Malformed("Give id for one line, or up_to for all lines up to one.")
	}
	id, err := bailiwick.ParseID(doc.ID + doc.UpTo)
	if err != nil {
		return bailiwick.NotFound()
	}
	if doc.ID != "" {
		err = a.box.See(r.Context(), actor, id)
	} else {
		err = a.box.SeeAll(r.Context(), actor, id)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// GetNotifications answers GET /api/v1/notifications: how the caller is told.
func (a *API) GetNotifications(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	return a.notifications(w, r, actor)
}

func (a *API) notifications(w http.ResponseWriter, r *http.Request, actor bailiwick.Actor) error {
	s, err := a.box.Settings(r.Context(), actor)
	if err != nil {
		return err
	}
	out := map[string]any{"kinds": s.Choices, "language": nil, "mail": a.mail}
	if s.Language != "" {
		out["language"] = s.Language
	}
	return write(w, http.StatusOK, out)
}

// ChangeNotifications answers PATCH /api/v1/notifications: kinds that are not
// named keep their choice. Kinds about one's own sign-in cannot be changed.
func (a *API) ChangeNotifications(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	var doc struct {
		Kinds    map[outbox.Kind]outbox.Choice `json:"kinds"`
		Language string                        `json:"language"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if err := a.box.SetSettings(r.Context(), actor, outbox.Settings{Choices: doc.Kinds, Language: doc.Language}); err != nil {
		return err
	}
	return a.notifications(w, r, actor)
}
