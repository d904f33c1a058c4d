package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// proposalID reads the identifier of a change in the address.
func proposalID(r *http.Request) (proposal.ProposalID, error) {
	id, err := bailiwick.ParseID(r.PathValue("id"))
	if err != nil {
		return proposal.ProposalID{}, bailiwick.NotFound()
	}
	return proposal.ProposalID{ID: id}, nil
}

// change prepares a request about one change.
func (s *Site) change(w http.ResponseWriter, r *http.Request, c identity.Caller) (*visit, proposal.Proposal, error) {
	v, err := s.visit(w, r, c)
	if err != nil {
		return nil, proposal.Proposal{}, err
	}
	id, err := proposalID(r)
	if err != nil {
		return nil, proposal.Proposal{}, err
	}
	if r.Method == http.MethodPost {
		if err := parseForm(r); err != nil {
			return nil, proposal.Proposal{}, err
		}
	}
	p, err := v.proposals.Get(r.Context(), v.actor, id)
	return v, p, err
}

// ProposalPage shows a change: what it does, what it would do, who acts next.
func (s *Site) ProposalPage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.changePage(p)
	if err != nil {
		return err
	}
	return v.show("change", m)
}

func (v *visit) changeHead(p proposal.Proposal) page.ChangeHead {
	return page.ChangeHead{Ref: p.Ref(), Title: p.Title, Href: p.Path(), State: v.p.T("change.state." + string(p.State)), Tone: changeTones[p.State]}
}

// changePage fills in the page of a change.
func (v *visit) changePage(p proposal.Proposal) (page.Proposal, error) {
	m := page.Proposal{Base: v.base(p.Ref()), Head: v.changeHead(p), Revision: plain(p.Revision), Self: p.Path(), Empty: v.p.T("change.what.none"), Matrix: p.Path() + "/matrix"}
	lines, err := v.proposals.Diff(v.r.Context(), v.actor, p.ID, v.lang)
	if err != nil {
		return m, err
	}
	m.Lines = v.diffGroups(lines)
	m.Effect = v.effect(p)
	m.Stale = p.Simulation != nil && p.Simulation.Revision != p.Revision && p.State.Open()
	m.Facts, m.Steps = v.changeFacts(p), v.changeSteps(p)
	stand, err := v.proposals.Standing(v.r.Context(), v.actor, p.ID)
	if err != nil {
		return m, err
	}
	if p.Solo {
		m.Solo = v.p.T("change.solo.was")
	} else if (v.cfg.Settings.SoloMode || p.Document.Settings.SoloMode) && p.State.Open() {
		m.Solo = v.soloNote(stand.Others)
	}
	v.changeActs(p, &m, stand, len(lines) > 0)
	return m, nil
}

// changeActs fills in what the actor may do, and what comes next.
func (v *visit) changeActs(p proposal.Proposal, m *page.Proposal, stand proposal.Standing, some bool) {
	writes, approves := v.view.Has(access.PermConfigure), v.view.Has(access.PermApprove)
	if p.State.Open() && (p.Stale || p.State == proposal.Superseded) {
		if writes {
			m.Rebase = p.Path() + "/act/rebase"
		}
	} else if writes || approves {
		if p.State == proposal.Draft || p.State == proposal.Submitted {
			m.Simulate = p.Path() + "/act/simulate"
		}
	}
	if p.State.Open() && (writes || approves) {
		m.Withdraw = p.Path() + "/act/withdraw"
	}
	if writes && editable(p) && m.Rebase == "" {
		m.Edit, m.AddRule, m.Text, m.Settings = true, p.Path()+"/rule", p.Path()+"/text", p.Path()+"/settings"
	}
	switch p.State {
	case proposal.Draft, proposal.Rejected, proposal.Superseded:
		switch {
		case !writes || m.Rebase != "":
		case !some || p.State == proposal.Rejected:
			m.Next = v.p.T("change.next.write")
		case !p.Simulated():
			m.Next = v.p.T("change.next.simulate")
		default:
			m.Next, m.Submit = v.p.T("change.next.submit"), p.Path()+"/act/submit"
		}
	case proposal.Submitted:
		v.approval(p, m, stand, approves)
	case proposal.Approved:
		m.Next = v.p.T("change.next.scheduled", "When", v.dateTime(p.ActiveAt))
	default:
		m.Next = v.p.T("change.next.none")
	}
}

// soloNote says what solo mode means: whether there is a second person.
func (v *visit) soloNote(others bool) string {
	if others {
		return v.p.T("change.solo.others", "Roles", v.rolesWith(access.PermApprove))
	}
	return v.p.T("change.solo.on")
}

// approval fills in what somebody may do about a submitted change. Approving
// is offered only where it would not be refused.
func (v *visit) approval(p proposal.Proposal, m *page.Proposal, stand proposal.Standing, approves bool) {
	if approves {
		m.Reject = p.Path() + "/act/reject"
	}
	roles := v.rolesWith(access.PermApprove)
	switch {
	case p.Stale:
		m.Next = v.p.T("change.moved")
	case stand.May && stand.Solo:
		m.Next, m.Approve, m.ApproveHelp = v.p.T("change.next.solo"), p.Path()+"/act/approve", v.p.T("change.approve.solo")
	case stand.May:
		m.Next, m.Approve, m.ApproveHelp = v.p.T("change.next.approve"), p.Path()+"/act/approve", v.p.T("change.approve.help")
	case stand.Lacks != "":
		m.Next, m.NotYou = v.p.T("change.next.other", "Roles", roles), v.p.T("change.fault.authority", "Role", v.draftRoleTitle(p, stand.Lacks))
	case approves:
		m.Next, m.NotYou = v.p.T("change.next.other", "Roles", roles), v.p.T("change.notyou", "Roles", roles)
	default:
		m.Next = v.p.T("change.next.other", "Roles", roles)
	}
}

// draftRoleTitle names a role as the change has it, which may be a new one.
func (v *visit) draftRoleTitle(p proposal.Proposal, key bailiwick.Role) string {
	all, err := proposal.Roles(p.Document)
	if err != nil {
		return string(key)
	}
	for _, r := range all {
		if r.Key == key {
			return schema.Labels(r.Title).In(v.lang)
		}
	}
	return string(key)
}

// rolesWith names the roles that hold a permission.
func (v *visit) rolesWith(perm access.Permission) string {
	var out []string
	for _, r := range v.cfg.Matrix.Roles() {
		for _, p := range r.Admin {
			if p == perm {
				out = append(out, v.roleTitle(r.Key))
			}
		}
	}
	return strings.Join(out, ", ")
}

func (v *visit) changeFacts(p proposal.Proposal) []page.Line {
	names := v.ids.Names(v.r.Context(), v.actor, []bailiwick.UserID{p.Author, p.LastEditor, p.Reviewer})
	var out []page.Line
	add := func(key, text string) {
		if text != "" {
			out = append(out, page.Line{Label: v.p.T("change.fact." + key), Text: text})
		}
	}
	add("author", names[p.Author])
	if p.LastEditor != p.Author {
		add("editor", names[p.LastEditor])
	}
	add("created", v.dateTime(p.Created))
	add("updated", v.dateTime(p.Updated))
	if !p.Reviewer.IsZero() {
		add("reviewer", names[p.Reviewer])
	}
	add("decided", v.dateTime(p.Decided))
	add("active", v.dateTime(p.ActiveAt))
	add("base", plain(p.Base))
	if p.Version > 0 {
		add("version", plain(p.Version))
	}
	add("reason", p.Reason)
	return out
}

// changeSteps are the stages, with the present one marked.
func (v *visit) changeSteps(p proposal.Proposal) []page.Step {
	keys := []string{"draft", "simulated", "submitted", "approved", "active"}
	at := 0
	switch p.State {
	case proposal.Draft:
		if p.Simulated() {
			at = 1
		}
	case proposal.Submitted:
		at = 2
	case proposal.Approved:
		at = 3
	case proposal.Active, proposal.Superseded:
		at = 4
	case proposal.Rejected, proposal.Withdrawn:
		keys = []string{"draft", string(p.State)}
		at = 1
	}
	var out []page.Step
	for i, k := range keys {
		s := page.Step{Label: v.p.T("change.step." + k), State: "next"}
		switch {
		case i < at || (i == at && p.State == proposal.Active):
			s.State = "done"
		case i == at && (p.State == proposal.Rejected || p.State == proposal.Withdrawn || p.State == proposal.Superseded):
			s.State = "bad"
		case i == at:
			s.State = "now"
		}
		s.Word = v.p.T("change.step.word." + s.State)
		out = append(out, s)
	}
	return out
}

// ProposalAct takes a change one step on its way: simulate, submit, approve,
// reject, withdraw or rebase.
func (s *Site) ProposalAct(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rev, err := revision(r)
	if err != nil {
		return err
	}
	ctx, act := r.Context(), r.PathValue("act")
	done := map[string]string{
		"submit": "change-submitted", "approve": "change-approved", "reject": "change-rejected", "withdraw": "change-withdrawn", "rebase": "change-rebased",
	}
	switch act {
	case "simulate":
		_, err = v.proposals.Simulate(ctx, v.actor, p.ID, rev)
	case "submit":
		_, err = v.proposals.Submit(ctx, v.actor, p.ID, rev)
	case "approve":
		at, ok := v.localTime(r.PostForm.Get("at"))
		if !ok {
			return v.changeRefused(p, invalidAt(), r)
		}
		_, err = v.proposals.Approve(ctx, v.actor, p.ID, rev, at)
	case "reject":
		_, err = v.proposals.Reject(ctx, v.actor, p.ID, rev, r.PostForm.Get("reason"))
	case "withdraw":
		_, err = v.proposals.Withdraw(ctx, v.actor, p.ID, rev)
	case "rebase":
		_, err = v.proposals.Rebase(ctx, v.actor, p.ID, rev, keepOf(r))
	default:
		return bailiwick.NotFound()
	}
	if err != nil {
		return v.changeRefused(p, err, r)
	}
	to := p.Path()
	if act == "simulate" {
		to += "#effect"
	}
	return v.redirect(to, done[act])
}

// keepOf reads which side wins where a change and the version in force clash.
func keepOf(r *http.Request) proposal.Keep {
	switch k := proposal.Keep(r.PostForm.Get("keep")); k {
	case proposal.KeepOurs, proposal.KeepTheirs:
		return k
	}
	return proposal.KeepNone
}

// localTime reads a time of a form in the workspace's zone; empty is the zero
// time, a past one is refused.
func (v *visit) localTime(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, v.zone); err == nil {
			return t, t.After(v.clock.Now())
		}
	}
	return time.Time{}, false
}

func invalidAt() error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Something is not right yet.",
		Fields: []bailiwick.FieldError{{Field: "at", Rule: "time", Code: bailiwick.CodeInvalid}}}
}

// changeRefused shows the change again with what was typed and what is wrong.
func (v *visit) changeRefused(p proposal.Proposal, err error, r *http.Request) error {
	code := bailiwick.ErrorCode(err)
	if now, e := v.proposals.Get(r.Context(), v.actor, p.ID); e == nil {
		p = now
	}
	m, e := v.changePage(p)
	if e != nil {
		return e
	}
	m.At, m.Reason = r.PostForm.Get("at"), r.PostForm.Get("reason")
	switch code {
	case bailiwick.CodeInvalid:
		for _, f := range faults(err) {
			text := fieldText(v.p, f)
			if f.Field == "at" || f.Field == "active_at" {
				text = v.p.T("change.at.bad")
			}
			m.Errors = append(m.Errors, page.FieldError{Href: "#" + f.Field, Text: text})
		}
	case bailiwick.CodeConflict, bailiwick.CodeTransition, bailiwick.CodeApproval:
		if m.Error = v.changeFault(err); code == bailiwick.CodeConflict {
			for _, f := range faults(err) {
				m.Clash, m.Error = append(m.Clash, f.Field), ""
			}
		}
	default:
		return err
	}
	return v.render.show(v.w, v.r, code.Status(), "change", v.lang, m)
}

// changeFault says why a step cannot be taken now.
func (v *visit) changeFault(err error) string {
	var e *bailiwick.Error
	errors.As(err, &e)
	switch {
	case e.Code == bailiwick.CodeApproval && len(e.Fields) > 0: // not for want of a second person
		return v.p.T("change.fault.authority", "Role", v.roleTitle(bailiwick.Role(strings.TrimPrefix(e.Fields[0].Field, "roles."))))
	case e.Code == bailiwick.CodeApproval:
		return v.p.T("change.notyou", "Roles", v.rolesWith(access.PermApprove))
	case e.Code == bailiwick.CodeConflict:
		return v.p.T("change.fault.revision")
	case strings.Contains(e.Message, "Nobody would be left"):
		return v.p.T("change.fault.holders")
	}
	if v.lang == "en" {
		return e.Message
	}
	return v.p.T("change.fault.state")
}

// atoi reads a small number of a form; 0 for what is none.
func atoi(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return n
}
