package custody

import (
	"time"

	"bailiwick"
)

// ActivityLine is one line of a record's activity rail. Who acted is told
// only where the tenant has recorded that colleagues' activity may be shown
// (R14.12), or to the actor itself.
type ActivityLine struct {
	Time    time.Time
	Kind    string           // kind of the entry, such as "record.changed"
	User    bailiwick.UserID // zero if not shown
	Name    string           // name of the user, "" if not shown
	Own     bool             // whether the viewer did it
	Outcome string           // "done" or "refused"
}
