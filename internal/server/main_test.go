package server

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain holds that no test, and so no server that was stopped, leaves a
// goroutine behind. The one that is ignored belongs to the connection which
// pgtest keeps to its PostgreSQL for the whole run.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}
