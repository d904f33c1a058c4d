package api

import (
	"net/http"
	"net/url"
	"strconv"

	"bailiwick"
	"bailiwick/internal/identity"
)

// ListUsers answers GET /api/v1/users: who may sign in, by name. Words are
// asked by POST, see QueryUsers: a name does not belong into an address.
func (a *API) ListUsers(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	q, err := userParams(r.URL.Query())
	if err != nil {
		return err
	}
	return a.sendUsers(w, r, c, q)
}

// QueryUsers answers POST /api/v1/users/query
// {"text","role","disabled","cursor","limit"}. It changes nothing.
func (a *API) QueryUsers(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	var doc struct {
		Text     string         `json:"text"`
		Role     bailiwick.Role `json:"role"`
		Disabled bool           `json:"disabled"`
		Cursor   string         `json:"cursor"`
		Limit    int            `json:"limit"`
	}
	if err := decode(r, &doc); err != nil {
		return err
	}
	if doc.Limit < 0 || doc.Limit > 200 {
		return bailiwick.Malformed("The limit is a number from 1 to 200.")
	}
	offset, err := userOffset(doc.Cursor)
	if err != nil {
		return err
	}
	return a.sendUsers(w, r, c, identity.UserQuery{Text: doc.Text, Role: doc.Role, Disabled: doc.Disabled, Limit: doc.Limit, Offset: offset})
}

// userParams reads the parameters of a list of users.
func userParams(params url.Values) (identity.UserQuery, error) {
	var q identity.UserQuery
	for name, values := range params {
		if len(values) != 1 {
			return q, bailiwick.Malformed("A parameter may stand once.")
		}
		v := values[0]
		var err error
		switch name {
		case "cursor":
			q.Offset, err = userOffset(v)
		case "limit":
			if q.Limit, err = strconv.Atoi(v); err != nil || q.Limit < 1 || q.Limit > 200 {
				err = bailiwick.Malformed("The limit is a number from 1 to 200.")
			}
		case "disabled":
			if q.Disabled = v == "true"; !q.Disabled && v != "false" {
				err = bailiwick.Malformed("The parameter disabled is true or false.")
			}
		default:
			err = bailiwick.Malformed("The parameters are disabled, cursor and limit; everything else is asked by POST at the same address with /query.")
		}
		if err != nil {
			return identity.UserQuery{}, err
		}
	}
	return q, nil
}

// userOffset reads a cursor: how many users come before the page.
func userOffset(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(cursor)
	if err != nil || n < 1 || n > identity.MaxScan {
		return 0, bailiwick.Malformed("The cursor is not one of this list.")
	}
	return n, nil
}

func (a *API) sendUsers(w http.ResponseWriter, r *http.Request, c identity.Caller, q identity.UserQuery) error {
	actor, err := c.Must()
	if err != nil {
		return err
	}
	found, err := a.ids.Users(r.Context(), actor, q)
	if err != nil {
		return err
	}
	out := struct {
		Items   []userDocument `json:"items"`
		Next    *string        `json:"next"`
		Total   int            `json:"total"`
		Limited bool           `json:"limited,omitempty"`
	}{Items: make([]userDocument, 0, len(found.Items)), Total: found.Total, Limited: found.Limited}
	for _, u := range found.Items {
		out.Items = append(out.Items, userOf(u))
	}
	if end := q.Offset + len(found.Items); len(found.Items) > 0 && end < found.Total {
		next := strconv.Itoa(end)
		out.Next = &next
	}
	return write(w, http.StatusOK, out)
}
