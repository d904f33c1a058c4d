package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"bailiwick"
)

// Problem is an error as RFC 9457 writes it. It has no place for a value.
type Problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail,omitempty"`
	Errors    []ProblemField `json:"errors,omitempty"`
	RequestID string         `json:"request_id,omitempty"`
}

// ProblemField is one thing wrong with one field.
type ProblemField struct {
	Field   string         `json:"field"`
	Rule    string         `json:"rule"`
	Code    bailiwick.Code `json:"code"`
	Message string         `json:"message"`
}

// ProblemOf makes the problem of an error. Anything that is not a
// bailiwick.Error is internal: nothing of its text gets out.
func ProblemOf(err error, requestID string) Problem {
	var e *bailiwick.Error
	if !errors.As(err, &e) {
		e = &bailiwick.Error{Code: bailiwick.CodeInternal}
	}
	p := Problem{
		Type: "/problems/" + string(e.Code), Title: meaning(e.Code), Status: e.Code.Status(),
		Detail: e.Message, RequestID: requestID,
	}
	if e.Code == bailiwick.CodeInternal || p.Detail == p.Title {
		p.Detail = ""
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, ProblemField{Field: f.Field, Rule: f.Rule, Code: f.Code, Message: f.Message})
	}
	return p
}

// WriteProblem answers a request with the problem of err. For a refusal and
// for what is not found it leaves the request id out of the body, so that two
// such answers are the same bytes; it stands in the header X-Request-Id.
func WriteProblem(w http.ResponseWriter, err error, requestID string) {
	p := ProblemOf(err, requestID)
	if p.Status == http.StatusNotFound || p.Status == http.StatusForbidden {
		p.RequestID = ""
	}
	b, merr := json.Marshal(p)
	if merr != nil {
		b = []byte(`{"type":"/problems/internal","status":500}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(b)))
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="workspace"`)
	}
	if p.Status == http.StatusTooManyRequests && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "60")
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(b)
}

func meaning(c bailiwick.Code) string {
	for _, i := range bailiwick.Codes() {
		if i.Code == c {
			return i.Meaning
		}
	}
	return ""
}
