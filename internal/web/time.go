package web

import "time"

// dateTime writes an instant in the workspace's time zone.
func (v *visit) dateTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.p.DateTime(t.In(v.zone))
}

// stamp is the machine-readable form of an instant for <time>.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
