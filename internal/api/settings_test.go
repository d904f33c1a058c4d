package api

import (
	"encoding/json"
	"testing"
)

func TestKnownSettings(t *testing.T) {
	for name, known := range map[string]bool{
		"language": true, "time_zone": true, "log_ordinary_reads": true, "show_colleague_activity": true, "solo_mode": true,
		"quarantine_days": true, "Solo_Mode": false, "other": false, "": false,
	} {
		if err := knownSettings(map[string]json.RawMessage{name: nil}); (err == nil) != known {
			t.Errorf("%s: %v", name, err)
		}
	}
}
