package web

import (
	"net/http"
	"slices"
	"strconv"

	"bailiwick"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/i18n"
	"bailiwick/internal/web/page"
)

// SettingsPage shows the workspace's settings as a change has them.
func (s *Site) SettingsPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	return v.show("settings", v.settingsForm(p, p.Document.Settings))
}

// SettingsSave puts the settings of the form into the change.
func (s *Site) SettingsSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rev, err := revision(r)
	if err != nil {
		return err
	}
	typed := p.Document.Settings
	typed.Language, typed.TimeZone = v.typed("language"), v.typed("time_zone")
	for _, b := range switches(&typed) {
		*b.at = r.PostForm.Get(b.name) == "on"
	}
	if days := v.typed("quarantine_days"); days == "" {
		typed.QuarantineDays = 0
	} else if typed.QuarantineDays, err = strconv.Atoi(days); err != nil {
		typed.QuarantineDays = -1 // refused below, like any number out of range
	}
	_, err = v.proposals.Edit(r.Context(), v.actor, p.ID, rev, func(d *tenant.Document) error {
		d.Settings = typed
		return nil
	})
	code := bailiwick.ErrorCode(err)
	m := v.settingsForm(p, typed)
	m.Days = v.typed("quarantine_days")
	switch code {
	case "":
		return v.redirect(p.Path(), "change")
	case bailiwick.CodeInvalid:
		for _, f := range faults(err) {
			line := page.FieldError{Text: f.Message}
			if key, ok := settingOf(f.Field); ok {
				line = page.FieldError{Text: v.p.T("settings.fault." + key), Href: "#" + key}
			}
			m.Errors = append(m.Errors, line)
		}
	case bailiwick.CodeConflict, bailiwick.CodeTransition:
		m.Errors = []page.FieldError{{Text: v.changeFault(err)}}
		if now, e := v.proposals.Get(r.Context(), v.actor, p.ID); e == nil {
			m.Revision = plain(now.Revision)
		}
	default:
		return err
	}
	return v.render.show(w, r, code.Status(), "settings", v.lang, m)
}

// settingOf returns the input that a fault of the settings is about.
func settingOf(field string) (string, bool) {
	for _, key := range []string{"language", "time_zone", "quarantine_days"} {
		if field == "settings."+key {
			return key, true
		}
	}
	return "", false
}

// boolSetting is a setting that is on or off.
type boolSetting struct {
	name string
	at   *bool
}

// switches are the settings that are on or off, named as the API names them.
func switches(s *tenant.Settings) []boolSetting {
	return []boolSetting{
		{"solo_mode", &s.SoloMode}, {"log_ordinary_reads", &s.LogOrdinaryReads}, {"show_colleague_activity", &s.ShowColleagueActivity},
	}
}

func (v *visit) settingsForm(p proposal.Proposal, s tenant.Settings) page.Settings {
	m := page.Settings{
		Base: v.base(v.p.T("settings.title")), Change: v.changeHead(p), Action: p.Path() + "/settings", Back: p.Path(),
		Revision: plain(p.Revision), Fixed: !v.writes(p), Zone: s.TimeZone,
		Language: page.Choice{Name: "language", Label: v.p.T("settings.language"), Help: v.p.T("settings.language.help")},
	}
	langs := i18n.Languages()
	if !slices.Contains(langs, s.Language) {
		s.Language = p.Document.Settings.Language
	}
	for _, lang := range langs {
		m.Language.Options = append(m.Language.Options, page.Option{Value: lang, Label: i18n.NativeName(lang), Selected: lang == s.Language})
	}
	if s.QuarantineDays > 0 {
		m.Days = plain(int64(s.QuarantineDays))
	}
	for _, b := range switches(&s) {
		m.Switches = append(m.Switches, page.SettingSwitch{Name: b.name, Label: v.p.T("settings." + b.name), Help: v.p.T("settings." + b.name + ".help"), On: *b.at})
	}
	return m
}
