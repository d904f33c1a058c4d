package web

import (
	"encoding/json"
	"net/http"

	"bailiwick/internal/web/page"
)

// suggestion is one target as form.js reads it.
type suggestion struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func writeSuggestions(w http.ResponseWriter, found []page.Option) error {
	out := struct {
		Items []suggestion `json:"items"`
	}{Items: make([]suggestion, 0, len(found))}
	for _, o := range found {
		out.Items = append(out.Items, suggestion{ID: o.Value, Title: o.Label})
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // the reader may be gone; there is nobody left to tell
	return nil
}
