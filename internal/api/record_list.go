package api

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/schema"
)

// ListRecords answers GET /api/v1/records/{type}. Filters are parameters of
// the form filter=FIELD:OP:VALUE and may name fields that are readable at rest
// only; any other field gets the same refusal, whether it is sealed, hidden or
// unknown. Sealed fields and free text are asked by POST, see QueryRecords.
func (a *API) ListRecords(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	params := r.URL.Query()
	actor, key, err := asker(r, c)
	var t *schema.Type // needed for filters only
	if err == nil && params.Has("filter") {
		actor, t, err = a.caller(r, c)
	}
	if err != nil {
		return err
	}
	q, err := listQuery(key, t, params)
	if err != nil {
		return err
	}
	q.Lang = lang(c)
	b := newBody()
	defer b.release()
	var page custody.Page
	b.bytes, page, err = a.door.ListJSON(r.Context(), actor, q, append(b.bytes, `{"items":[`...))
	if err != nil {
		return err
	}
	if page.Next != "" {
		params.Set("cursor", page.Next)
		next := url.URL{Path: r.URL.Path, RawQuery: params.Encode()}
		w.Header().Set("Link", "<"+next.String()+`>; rel="next"`)
	}
	return sendPage(w, b, page)
}

// listQuery reads the parameters of a list of the type key; t is the type
// itself and may be nil if there are no filters. Unknown parameters are
// refused, so that a misspelt filter never widens an answer.
func listQuery(key string, t *schema.Type, params url.Values) (custody.Query, error) {
	q := custody.Query{Type: key, SkipTotal: true}
	for name, values := range params {
		if name != "filter" && len(values) != 1 {
			return q, bailiwick.Malformed("The parameter " + knownParam(name) + " may stand once.")
		}
		switch name {
		case "filter":
			if len(values) > maxFilters {
				return q, bailiwick.Malformed("There are more than " + strconv.Itoa(maxFilters) + " filters.")
			}
			for _, v := range values {
				f, err := paramFilter(t, v)
				if err != nil {
					return q, err
				}
				q.Filters = append(q.Filters, f)
			}
		case "sort":
			q.Sort, q.Desc = strings.TrimPrefix(values[0], "-"), strings.HasPrefix(values[0], "-")
		case "cursor":
			q.Cursor = values[0]
		case "limit":
			n, err := strconv.Atoi(values[0])
			if err != nil || n < 1 || n > 200 {
				return q, bailiwick.Malformed("The limit is a number from 1 to 200.")
			}
			q.Limit = n
		case "deleted":
			if values[0] != "true" && values[0] != "false" {
				return q, bailiwick.Malformed("The parameter deleted is true or false.")
			}
			q.Deleted = values[0] == "true"
		case "total":
			if values[0] != "true" && values[0] != "false" {
				return q, bailiwick.Malformed("The parameter total is true or false.")
			}
			q.SkipTotal = values[0] == "false"
		case "format": // of an export; read by its handler
		case "q":
			return q, bailiwick.Malformed("Search words do not belong into an address: send them to the same address with /query in the body of a POST.")
		default:
			return q, bailiwick.Malformed("There is a parameter that this operation does not know.")
		}
	}
	return q, nil
}

// knownParam names a parameter of ours in a message, and never one made up by
// the client.
func knownParam(name string) string {
	switch name {
	case "sort", "cursor", "limit", "deleted", "total", "format":
		return name
	}
	return "in question"
}

// paramFilter reads FIELD:OP:VALUE[,VALUE...].
func paramFilter(t *schema.Type, s string) (custody.Filter, error) {
	field, rest, ok := strings.Cut(s, ":")
	op, value, _ := strings.Cut(rest, ":")
	if !ok || op == "" {
		return custody.Filter{}, bailiwick.Malformed("A filter is FIELD:OPERATOR:VALUE.")
	}
	if f := t.Field(field); f == nil || !f.Clear {
		return custody.Filter{}, custody.RefusedField()
	}
	f := custody.Filter{Field: field, Op: op}
	switch op {
	case "set", "unset":
	case "in":
		f.Values = strings.Split(value, ",")
	default:
		f.Values = []string{value}
	}
	return f, nil
}

// queryDocument is the body of a query.
type queryDocument struct {
	Filters []struct {
		Field  string   `json:"field"`
		Op     string   `json:"op"`
		Values []string `json:"values"`
	} `json:"filters"`
	Text    string `json:"text"`
	Sort    string `json:"sort"`
	Desc    bool   `json:"desc"`
	Cursor  string `json:"cursor"`
	Limit   int    `json:"limit"`
	Deleted bool   `json:"deleted"`
	Total   bool   `json:"total"`
}

// QueryRecords answers POST /api/v1/records/{type}/query: a list whose filters
// and words stay out of addresses and logs. It changes nothing.
func (a *API) QueryRecords(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	actor, t, err := a.caller(r, c)
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxQuery)
	var doc queryDocument
	if err := decode(r, &doc); err != nil {
		return err
	}
	if len(doc.Filters) > maxFilters {
		return bailiwick.Malformed("There are more than " + strconv.Itoa(maxFilters) + " filters.")
	}
	q := custody.Query{
		Type: t.Key, Text: doc.Text, Sort: doc.Sort, Desc: doc.Desc, Cursor: doc.Cursor,
		Limit: doc.Limit, Deleted: doc.Deleted, SkipTotal: !doc.Total, Lang: lang(c),
	}
	for _, f := range doc.Filters {
		q.Filters = append(q.Filters, custody.Filter{Field: f.Field, Op: f.Op, Values: f.Values})
	}
	b := newBody()
	defer b.release()
	var page custody.Page
	b.bytes, page, err = a.door.ListJSON(r.Context(), actor, q, append(b.bytes, `{"items":[`...))
	if err != nil {
		return err
	}
	return sendPage(w, b, page)
}

// sendPage completes {"items":[...],"next":CURSOR_OR_NULL} and, beside it, what
// the reader must know about the page, and sends it. The body holds the items.
func sendPage(w http.ResponseWriter, out *body, page custody.Page) error {
	b := out.bytes
	b = append(b, `],"next":`...)
	if page.Next == "" {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendQuote(b, page.Next) // cursors are plain base64
	}
	if page.Total >= 0 {
		b = append(b, `,"total":`...)
		b = strconv.AppendInt(b, page.Total, 10)
	}
	if page.Limited {
		b = append(b, `,"limited":true`...)
	}
	if len(page.LeftOut) > 0 {
		b = append(b, `,"left_out":[`...)
		for i, country := range page.LeftOut {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendQuote(b, string(country))
		}
		b = append(b, ']')
	}
	out.bytes = append(b, '}')
	return send(w, http.StatusOK, out.bytes)
}
