package tenant

import (
	"slices"
	"time"
	_ "time/tzdata" // the binary also runs where there are no zone files

	"bailiwick"
	"bailiwick/internal/schema"
)

// Settings are the choices of a tenant that belong to its configuration
// version. Adding one means adding it here and to check.
type Settings struct {
	Language string `json:"language"`  // en, de or fr: language of people who chose none
	TimeZone string `json:"time_zone"` // IANA name
	// LogOrdinaryReads records reads of ordinary categories too; reads of other
	// categories, exports and refusals are always recorded.
	LogOrdinaryReads bool `json:"log_ordinary_reads"`
	// ShowColleagueActivity shows names of colleagues in the activity rail. It
	// can be used to watch conduct, so it stays off until the customer has
	// recorded that it may be on (R14.12).
	ShowColleagueActivity bool `json:"show_colleague_activity"`
	// SoloMode lets the only person who may approve changes approve their own:
	// such a change waits a day, the owner is told, and it is marked as not
	// reviewed by a second person (R14.13).
	SoloMode bool `json:"solo_mode,omitempty"`
	// QuarantineDays is after how many days a decision about what lies in
	// quarantine is due (R14.9): 1 to 365; 0 = 30.
	QuarantineDays int `json:"quarantine_days,omitempty"`
}

// DefaultSettings are the settings of a tenant that chose nothing.
func DefaultSettings() Settings { return Settings{Language: "en", TimeZone: "UTC"} }

// withDefaults fills what was left empty.
func (s Settings) withDefaults() Settings {
	d := DefaultSettings()
	if s.Language == "" {
		s.Language = d.Language
	}
	if s.TimeZone == "" {
		s.TimeZone = d.TimeZone
	}
	return s
}

// Location is the time zone in which the tenant's people read times; UTC if
// the machine does not know the name.
func (s Settings) Location() *time.Location {
	l, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return l
}

func (s Settings) check() []bailiwick.FieldError {
	var out []bailiwick.FieldError
	if !slices.Contains(schema.Languages(), s.Language) {
		out = append(out, bailiwick.FieldError{Field: "settings.language", Rule: "language", Code: bailiwick.CodeInvalid, Message: "The language is en, de or fr."})
	}
	// "Local" would mean the machine's zone, which is nobody's choice.
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" || s.TimeZone == "" || len(s.TimeZone) > 64 {
		out = append(out, bailiwick.FieldError{Field: "settings.time_zone", Rule: "time-zone", Code: bailiwick.CodeInvalid, Message: "The time zone is not an IANA name."})
	}
	if s.QuarantineDays < 0 || s.QuarantineDays > 365 {
		out = append(out, bailiwick.FieldError{Field: "settings.quarantine_days", Rule: "range", Code: bailiwick.CodeInvalid, Message: "The days are 1 to 365, or 0 for 30."})
	}
	return out
}
