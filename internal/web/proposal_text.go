package web

import (
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// editRules puts other rules in the place of those of a change; what is not
// touched keeps its wording and its comments.
func (v *visit) editRules(p proposal.Proposal, rev int64, old, next []access.Rule) error {
	_, err := v.proposals.Edit(v.r.Context(), v.actor, p.ID, rev, func(d *tenant.Document) error {
		text, err := proposal.Rewrite(d.Rules, old, next)
		d.Rules = text
		return err
	})
	return err
}

// RuleTextBody is the largest body of a posted rule text: as typed, every byte may
// be escaped into three.
const RuleTextBody = 3*tenant.MaxRuleBytes + 4096

// RuleText shows the rules of a change as the text that they are kept as.
func (s *Site) RuleText(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	return v.show("rule-text", v.ruleText(p, p.Document.Rules))
}

func (v *visit) ruleText(p proposal.Proposal, text string) page.RuleText {
	return page.RuleText{
		Base: v.base(v.p.T("rule.text")), Change: v.changeHead(p), Action: p.Path() + "/text", Back: p.Path() + "/matrix",
		Revision: plain(p.Revision), Text: text, Fixed: !v.writes(p),
	}
}

// RuleTextSave takes the text as it was typed, or says by line what is wrong
// with it.
func (s *Site) RuleTextSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rev, err := revision(r)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(r.PostForm.Get("text"), "\r\n", "\n")
	_, err = v.proposals.Edit(r.Context(), v.actor, p.ID, rev, func(d *tenant.Document) error {
		d.Rules = text
		return nil
	})
	code := bailiwick.ErrorCode(err)
	m := v.ruleText(p, text)
	switch code {
	case "":
		return v.redirect(p.Path(), "rule-text")
	case bailiwick.CodeInvalid, bailiwick.CodeTooLarge:
		for _, f := range faults(err) {
			m.Errors = append(m.Errors, strings.Split(f.Message, "\n")...)
		}
	case bailiwick.CodeConflict, bailiwick.CodeTransition:
		m.Error = v.changeFault(err)
		if now, e := v.proposals.Get(r.Context(), v.actor, p.ID); e == nil {
			m.Revision = plain(now.Revision)
		}
	default:
		return err
	}
	return v.render.show(w, r, code.Status(), "rule-text", v.lang, m)
}
