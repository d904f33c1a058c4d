package identity

import (
	"strconv"
	"time"

	"bailiwick"
)

// unauthenticated is the one answer to a cookie, token, link or password that
// is not accepted: it never says why.
func unauthenticated() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeUnauthenticated, Message: "No valid session or token was presented."}
}

// refusedSignIn is the answer to a wrong password and to an unknown address:
// the same bytes.
func refusedSignIn() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeUnauthenticated, Message: "The e-mail address or the password is not right."}
}

// expiredLink is the answer to a link that was used, has ended or never was.
func expiredLink() *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeExpired, Message: "This link has been used or has ended. Ask for a new one."}
}

// LimitError says that there were too many attempts. errors.As finds it; the
// server writes RetryAfter into the header of the same name.
type LimitError struct {
	RetryAfter time.Duration // until the next attempt is judged, whole seconds, at least one
}

// Error says how long to wait.
func (e *LimitError) Error() string {
	return "too many attempts, retry after " + strconv.Itoa(int(e.RetryAfter/time.Second)) + " s"
}

func limited(after time.Duration) *bailiwick.Error {
	after = max(after.Truncate(time.Second)+time.Second, time.Second)
	return &bailiwick.Error{
		Code: bailiwick.CodeLimited, Message: "Too many attempts. Wait a while, or use a sign-in link.",
		Err: &LimitError{RetryAfter: after},
	}
}

func invalid(field, rule, message string, args ...string) *bailiwick.Error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Some of the input breaks a rule.", Fields: []bailiwick.FieldError{
		{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message, Args: args},
	}}
}
