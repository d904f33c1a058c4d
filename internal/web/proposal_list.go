package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/web/page"
)

// changesPerPage is how many changes or versions a page lists.
const changesPerPage = 50

// ProposalList lists the changes to the configuration, or its versions.
func (s *Site) ProposalList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	versions := r.URL.Query().Get("tab") == "versions"
	m := page.Changes{Base: v.base(v.p.T("changes.title"))}
	if v.cfg.Settings.SoloMode {
		others, err := v.proposals.OthersApprove(r.Context(), v.actor)
		if err != nil {
			return err
		}
		m.Solo = v.soloNote(others)
	}
	m.Tabs = []page.Link{
		{Label: v.p.T("changes.tab.open"), Href: "/proposals", Current: !versions},
		{Label: v.p.T("changes.tab.versions"), Href: "/proposals?tab=versions", Current: versions},
	}
	if v.view.Has(access.PermConfigure) {
		m.Start = "/proposals"
	}
	if versions {
		m.Table, m.More, err = v.versionTable(before)
	} else {
		m.Table, m.More, err = v.changeTable(before)
	}
	if err != nil {
		return err
	}
	return v.show("changes", m)
}

func (v *visit) changeTable(before int64) (page.Table, string, error) {
	list, err := v.proposals.List(v.r.Context(), v.actor, before, changesPerPage)
	if err != nil {
		return page.Table{}, "", err
	}
	t := page.Table{Caption: v.p.T("changes.title"), Empty: v.p.T("changes.none"), Columns: []page.Column{
		{Label: v.p.T("changes.ref")}, {Label: v.p.T("changes.name")}, {Label: v.p.T("changes.state")},
		{Label: v.p.T("changes.next")}, {Label: v.p.T("changes.author")}, {Label: v.p.T("changes.when")},
	}}
	var who []bailiwick.UserID
	for _, p := range list {
		who = append(who, p.Author)
	}
	names := v.ids.Names(v.r.Context(), v.actor, who)
	for _, p := range list {
		t.Rows = append(t.Rows, page.Row{Cells: []page.Cell{
			{Kind: "ref", Text: p.Ref(), Href: p.Path()}, {Kind: "title", Text: p.Title, Href: p.Path()},
			{Kind: "tag", Text: v.p.T("change.state." + string(p.State)), Tone: changeTones[p.State]},
			{Kind: "title", Text: v.actsNext(p, names[p.Author])}, {Text: names[p.Author]}, {Kind: "date", Text: v.dateTime(p.Updated), Time: stamp(p.Updated)},
		}})
	}
	more := ""
	if len(list) == changesPerPage {
		more = "/proposals?before=" + plain(list[len(list)-1].Number)
	}
	return t, more, nil
}

// actsNext names who must act next: whoever wrote a draft, those who may
// approve, or nobody but the clock.
func (v *visit) actsNext(p proposal.Proposal, author string) string {
	switch p.State {
	case proposal.Draft, proposal.Rejected, proposal.Superseded:
		return author
	case proposal.Submitted:
		return v.p.T("changes.second", "Roles", v.rolesWith(access.PermApprove))
	case proposal.Approved:
		return v.dateTime(p.ActiveAt)
	}
	return ""
}

var changeTones = map[proposal.State]string{
	proposal.Draft: "info", proposal.Submitted: "warn", proposal.Approved: "warn", proposal.Active: "ok",
	proposal.Rejected: "bad", proposal.Withdrawn: "info", proposal.Superseded: "bad",
}

func (v *visit) versionTable(before int64) (page.Table, string, error) {
	list, err := v.proposals.Versions(v.r.Context(), v.actor, before, changesPerPage)
	if err != nil {
		return page.Table{}, "", err
	}
	t := page.Table{Caption: v.p.T("changes.tab.versions"), Empty: v.p.T("versions.none"), Columns: []page.Column{
		{Label: v.p.T("versions.number"), Number: true}, {Label: v.p.T("changes.when")}, {Label: v.p.T("changes.author")},
		{Label: v.p.T("change.fact.reviewer")}, {Label: v.p.T("changes.ref")}, {Label: v.p.T("changes.state")}, {Label: v.p.T("list.act")},
	}}
	var who []bailiwick.UserID
	for _, i := range list {
		who = append(who, i.Author, i.Reviewer)
	}
	names := v.ids.Names(v.r.Context(), v.actor, who)
	for _, i := range list {
		reviewed := page.Cell{Text: names[i.Reviewer]}
		if i.Solo {
			reviewed = page.Cell{Kind: "tag", Text: v.p.T("versions.solo"), Tone: "warn"}
		}
		change := page.Cell{}
		if i.Number > 0 {
			change = page.Cell{Kind: "ref", Text: proposal.Ref(i.Number), Href: "/proposals/" + i.Proposal.String()}
		}
		row := page.Row{Cells: []page.Cell{
			{Kind: "number", Text: plain(i.Version)}, {Kind: "date", Text: v.dateTime(i.Created), Time: stamp(i.Created)}, {Text: names[i.Author]}, reviewed, change,
		}}
		switch {
		case i.Version == v.cfg.Version:
			row.Cells = append(row.Cells, page.Cell{Kind: "tag", Text: v.p.T("versions.current"), Tone: "ok"}, page.Cell{})
		case v.view.Has(access.PermConfigure):
			row.Cells = append(row.Cells, page.Cell{})
			row.Form = &page.RowForm{Action: "/proposals/rollback", Label: v.p.T("versions.rollback"), Name: plain(i.Version),
				Hidden: []page.Hidden{{Name: "version", Value: plain(i.Version)}}}
		default:
			row.Cells = append(row.Cells, page.Cell{}, page.Cell{})
		}
		t.Rows = append(t.Rows, row)
	}
	more := ""
	if len(list) == changesPerPage {
		more = "/proposals?tab=versions&before=" + plain(list[len(list)-1].Version)
	}
	return t, more, nil
}

// ProposalStart begins a change and leads to where it is written.
func (s *Site) ProposalStart(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	p, err := v.proposals.Start(r.Context(), v.actor, v.titleOr(r.PostForm.Get("title")))
	if err != nil {
		return err
	}
	to := p.Path()
	if r.PostForm.Get("to") == "matrix" {
		to += "/matrix"
	}
	return v.redirect(to, "")
}

// titleOr is the title typed, or one made of the day.
func (v *visit) titleOr(typed string) string {
	if t := strings.TrimSpace(typed); t != "" {
		return t
	}
	return v.p.T("change.untitled", "Day", v.day(v.clock.Now()))
}

// day writes a date in the workspace's time zone.
func (v *visit) day(t time.Time) string { return v.p.Date(t.In(v.zone)) }

// ProposalRollback begins a change that goes back to an earlier version.
func (s *Site) ProposalRollback(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return bailiwick.Malformed("The form lacks the version.")
	}
	p, err := v.proposals.Rollback(r.Context(), v.actor, version, v.p.T("change.back", "Version", plain(version)))
	if err != nil {
		return err
	}
	return v.redirect(p.Path(), "change-rollback")
}

// openDrafts are the changes that the actor may continue, newest first.
func (v *visit) openDrafts() []page.Link {
	const most = 3
	list, err := v.proposals.List(v.r.Context(), v.actor, 0, changesPerPage)
	if err != nil {
		return nil // the page is worth more than the short cut
	}
	var out []page.Link
	for _, p := range list {
		if editable(p) && len(out) < most {
			out = append(out, page.Link{Label: v.p.T("change.open", "Ref", p.Ref()), Href: p.Path()})
		}
	}
	return out
}

// editable reports whether a change is written still. What waits for approval
// is withdrawn or rejected first, so that nobody approves what moves.
func editable(p proposal.Proposal) bool {
	return p.State == proposal.Draft || p.State == proposal.Rejected
}
