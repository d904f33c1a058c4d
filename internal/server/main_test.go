package server

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain holds that no test, and so no server that was stopped, leaves a
// goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
