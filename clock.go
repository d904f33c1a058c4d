package bailiwick

import "time"

// Clock tells the time to code that must be testable. Pure packages take an
// instant as an argument instead.
type Clock interface {
	// Now returns the present instant in UTC, truncated to microseconds, the
	// resolution in which times are stored.
	Now() time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now returns the machine's time.
func (SystemClock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
