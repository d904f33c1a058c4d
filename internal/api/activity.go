package api

import (
	"net/http"
	"time"

	"bailiwick/internal/identity"
)

// activityLine is a line of a record's activity as JSON. User and name are
// there only where they may be told (R14.12).
type activityLine struct {
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Outcome string    `json:"outcome"`
	Own     bool      `json:"own"`
	User    string    `json:"user,omitempty"`
	Name    string    `json:"name,omitempty"`
}

// GetActivity answers GET /api/v1/records/{type}/{id}/activity: the newest
// acts on a record.
func (a *API) GetActivity(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, typ, err := asker(r, c)
	if err != nil {
		return err
	}
	id, err := recordID(r)
	if err != nil {
		return err
	}
	lines, err := a.door.Activity(r.Context(), actor, typ, id, lang(c))
	if err != nil {
		return err
	}
	out := make([]activityLine, 0, len(lines))
	for _, l := range lines {
		line := activityLine{At: l.Time, Kind: l.Kind, Outcome: l.Outcome, Own: l.Own, Name: l.Name}
		if !l.User.IsZero() {
			line.User = l.User.String()
		}
		out = append(out, line)
	}
	return write(w, http.StatusOK, map[string]any{"items": out})
}
