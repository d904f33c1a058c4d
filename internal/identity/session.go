package identity

import (
	"time"

	"bailiwick"
)

// Session is one browser in which a user is signed in.
type Session struct {
	ID      bailiwick.SessionID
	User    bailiwick.UserID
	Created time.Time
	Seen    time.Time // last use, to five minutes
	Ends    time.Time // when it ends however much it is used
	Current bool      // in a list: whether it is the one that asks
}

// How long sessions live.
const (
	SessionIdle = 12 * time.Hour     // unused for this long, it ends
	SessionLife = 7 * 24 * time.Hour // it ends after this, used or not
	seenStep    = 5 * time.Minute    // how coarsely use is recorded, to spare a write per request
)
