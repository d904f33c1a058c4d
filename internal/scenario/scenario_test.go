package scenario

import (
	"path/filepath"
	"strings"
	"testing"

	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// TestScenarios runs every script of the folder scenarios on both engines.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts found: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, data *store.Store) { Run(t, Start(t, data, nil), f) })
		})
	}
}
