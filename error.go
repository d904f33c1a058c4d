package bailiwick

import (
	"errors"
	"net/http"
	"strings"
)

// Code is the kind of an error: the slug of its problem type (RFC 9457) in
// the API and the heading of its page. The list is closed; add at the end.
type Code string

// The codes. Their HTTP status stands in the table below, from which the
// documentation is generated.
const (
	CodeMalformed       Code = "malformed"
	CodeUnauthenticated Code = "unauthenticated"
	CodeDenied          Code = "access-denied"
	CodeApproval        Code = "approval-required"
	CodeNotFound        Code = "not-found"
	CodeMethod          Code = "method-not-allowed"
	CodeTransition      Code = "illegal-transition"
	CodeHeld            Code = "on-hold"
	CodeErased          Code = "erased"
	CodeExpired         Code = "expired"
	CodeConflict        Code = "version-conflict"
	CodeTooLarge        Code = "too-large"
	CodeMediaType       Code = "unsupported-media-type"
	CodeNotPopulatable  Code = "category-not-populatable"
	CodeInvalid         Code = "invalid-field"
	CodeUnknownCountry  Code = "unknown-country"
	CodeBasis           Code = "basis-not-recorded"
	CodeIdempotency     Code = "idempotency-mismatch"
	CodeIfMatch         Code = "if-match-required"
	CodeLimited         Code = "limited"
	CodeInternal        Code = "internal"
	CodeUnavailable     Code = "unavailable"
	CodeEvidence        Code = "evidence-unavailable"
)

// CodeInfo is a row of the table code -> status -> meaning.
type CodeInfo struct {
	Code    Code
	Status  int
	Meaning string
}

var codes = []CodeInfo{
	{CodeMalformed, http.StatusBadRequest, "The request could not be read: broken JSON, cursor, identifier or parameter."},
	{CodeUnauthenticated, http.StatusUnauthorized, "No valid session or token was presented."},
	{CodeDenied, http.StatusForbidden, "A rule of the workspace refuses this; the answer is the same whether or not the thing exists."},
	{CodeApproval, http.StatusForbidden, "Somebody else has to approve first."},
	{CodeNotFound, http.StatusNotFound, "There is no such thing here, or it is not visible to you."},
	{CodeMethod, http.StatusMethodNotAllowed, "The address exists, the method does not."},
	{CodeTransition, http.StatusConflict, "The thing is in a state that does not allow this step."},
	{CodeHeld, http.StatusConflict, "A legal hold protects the data."},
	{CodeErased, http.StatusGone, "The data has been erased."},
	{CodeExpired, http.StatusGone, "The link, session or grant has ended."},
	{CodeConflict, http.StatusPreconditionFailed, "Somebody changed the record since you read it."},
	{CodeTooLarge, http.StatusRequestEntityTooLarge, "The input is larger than the documented limit."},
	{CodeMediaType, http.StatusUnsupportedMediaType, "The content type is not accepted here."},
	{CodeNotPopulatable, http.StatusUnprocessableEntity, "The category may not be filled in for a person of this country."},
	{CodeInvalid, http.StatusUnprocessableEntity, "A value breaks a rule of its field."},
	{CodeUnknownCountry, http.StatusUnprocessableEntity, "The country is not an ISO 3166-1 code."},
	{CodeBasis, http.StatusUnprocessableEntity, "No basis is recorded for this category and legal entity."},
	{CodeIdempotency, http.StatusUnprocessableEntity, "The Idempotency-Key was used before with another request."},
	{CodeIfMatch, http.StatusPreconditionRequired, "The request needs an If-Match header with the revision you read."},
	{CodeLimited, http.StatusTooManyRequests, "Too many requests, or more rows than can be answered."},
	{CodeInternal, http.StatusInternalServerError, "Something failed on our side; nothing was changed."},
	{CodeUnavailable, http.StatusServiceUnavailable, "The service or its database cannot be reached; try again."},
	{CodeEvidence, http.StatusServiceUnavailable, "The activity record could not be written, so nothing was done."},
}

// Codes returns the whole table, in order.
func Codes() []CodeInfo { return append([]CodeInfo(nil), codes...) }

// Status returns the HTTP status of a code; 500 for an unknown one.
func (c Code) Status() int {
	for _, i := range codes {
		if i.Code == c {
			return i.Status
		}
	}
	return http.StatusInternalServerError
}

// FieldError is one thing wrong with one field. It names the field and the
// rule, never the value.
type FieldError struct {
	Field   string   // key of the field, or "affected[2].injury" within a group
	Rule    string   // key of the broken rule, such as "required" or a matrix rule's id
	Code    Code     // CodeInvalid, CodeNotPopulatable, CodeUnknownCountry or CodeBasis
	Message string   // public, safe, in English; Rule is what translations go by
	Args    []string // limits that belong to the message ("200"), never values of the customer
}

// Error is the one error type that callers branch on. Message is public and
// safe to show; Err is for operators and never holds a value of a customer.
type Error struct {
	Code    Code
	Message string
	Fields  []FieldError
	Err     error
}

// Error returns code and message, and the cause if there is one.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Field + ": " + f.Rule)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the operators' cause.
func (e *Error) Unwrap() error { return e.Err }

// ErrorCode returns the code of err: CodeInternal for an error of another
// type, the empty code for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// Errorf-free constructors, so that no value can slip into a format.

// NotFound is the one answer for what does not exist, is hidden, or belongs to
// another tenant: the three cannot be told apart.
func NotFound() *Error {
	return &Error{Code: CodeNotFound, Message: "There is no such thing here, or it is not visible to you."}
}

// Denied is the refusal of a rule; it does not say whether the thing exists.
func Denied(message string) *Error { return &Error{Code: CodeDenied, Message: message} }

// Malformed is the answer to input that could not be read.
func Malformed(message string) *Error { return &Error{Code: CodeMalformed, Message: message} }
