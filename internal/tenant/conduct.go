package tenant

import "bailiwick"

// checkConduct refuses what can be used to watch people's conduct as long as
// no agreement is recorded (R14.12): showing names of colleagues in the
// activity rail.
func (c *Configuration) checkConduct() error {
	if c.Settings.ShowColleagueActivity && len(c.document.Agreements) == 0 {
		return &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "Names of colleagues in the activity rail can be used to watch conduct. Record the works agreement, or the consultation of staff, that allows it.",
			Fields: []bailiwick.FieldError{fieldError("settings.show_colleague_activity", "agreement", "An agreement has to be recorded first.")}}
	}
	return nil
}
