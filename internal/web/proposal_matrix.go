package web

import (
	"net/http"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/access/cells"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/tenant"
	"bailiwick/internal/web/page"
)

// ProposalMatrix shows the matrix of a change, as cells to set while it is a
// draft.
func (s *Site) ProposalMatrix(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	m, err := v.draftMatrix(p, v.readGrid(p.Path()+"/matrix", r.URL.Query()))
	if err != nil {
		return err
	}
	return v.show("matrix", m)
}

// draftMatrix fills in the matrix of a change.
func (v *visit) draftMatrix(p proposal.Proposal, g gridState) (page.Matrix, error) {
	rules, matrix, err := v.draftRules(p)
	if err != nil {
		return page.Matrix{}, err
	}
	edit := v.writes(p)
	m := v.matrixPage(matrix, rules, g, edit)
	head := v.changeHead(p)
	m.Change, m.Crumb = &head, page.Link{Label: v.p.T("changes.title"), Href: "/proposals"}
	if edit {
		m.Script, m.Action, m.Revision = "matrix.js", g.address(), plain(p.Revision)
		m.AddRule, m.Text = p.Path()+"/rule", p.Path()+"/text"
	}
	m.Rules = v.ruleTable(rules, p.Path()+"/rule?rule=")
	m.WhatIf = v.whatIf(g, v.r.URL.Query(), v.cfg.Matrix, matrix)
	return m, nil
}

// writes reports whether the actor may edit the change now.
func (v *visit) writes(p proposal.Proposal) bool {
	return v.view.Has(access.PermConfigure) && editable(p) && !p.Stale
}

// draftRules reads the rules of a change and compiles it.
func (v *visit) draftRules(p proposal.Proposal) ([]access.Rule, *access.Matrix, error) {
	rules, err := proposal.Rules(p.Document)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := v.proposals.Configuration(v.r.Context(), v.actor, p.ID)
	if err != nil {
		return nil, nil, err
	}
	return rules, cfg.Matrix, nil
}

// MatrixSave sets the cells that were changed, as rules. Where a rule would win
// over a cell nothing is saved: the page offers to narrow it and says why.
func (s *Site) MatrixSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rev, err := revision(r)
	if err != nil {
		return err
	}
	g := v.readGrid(p.Path()+"/matrix", r.URL.Query())
	rules, matrix, err := v.draftRules(p)
	if err != nil {
		return err
	}
	typed := v.typedCells(matrix, rules, g)
	changes := v.cellChanges(typed)
	if len(changes) == 0 {
		return v.matrixRefused(p, g, bailiwick.CodeInvalid, v.p.T("matrix.nothing"), nil, typed)
	}
	next, blocks := cells.Set(rules, changes, r.PostForm["narrow"], cells.TreeOf(matrix.Categories()))
	if len(blocks) > 0 {
		return v.matrixRefused(p, g, bailiwick.CodeInvalid, "", blocks, typed)
	}
	_, err = v.proposals.Edit(r.Context(), v.actor, p.ID, rev, func(d *tenant.Document) error {
		text, err := proposal.Rewrite(d.Rules, rules, next)
		d.Rules = text
		return err
	})
	switch code := bailiwick.ErrorCode(err); code {
	case "":
		return v.redirect(g.address(), "cells")
	case bailiwick.CodeConflict, bailiwick.CodeTransition:
		return v.matrixRefused(p, g, code, v.changeFault(err), nil, typed)
	default:
		return err
	}
}

// typedCell is a cell as it was posted.
type typedCell struct {
	info  bailiwick.CategoryInfo
	col   column
	name  string
	token string // what it is set to
	was   string // what it was when the page was made
	state gridState
}

// typedCells reads the posted cells, in the order in which the page had them.
func (v *visit) typedCells(m *access.Matrix, rules []access.Rule, g gridState) []typedCell {
	was := strings.Fields(v.r.PostForm.Get("was"))
	cols := v.columns(g, rules)
	var out []typedCell
	for _, info := range m.Categories() {
		row := cols
		if !info.OfSubject {
			row = []column{everyColumn}
		}
		for _, c := range row {
			if c.unknown {
				continue
			}
			t := typedCell{info: info, col: c, name: cellName(info.Key, c.key), state: g}
			t.token = v.r.PostForm.Get(t.name)
			if len(out) < len(was) {
				t.was = was[len(out)]
			}
			out = append(out, t)
		}
	}
	return out
}

// cellChanges are the cells that were set to something else. A token that is
// no answer is left out: no page offers it.
func (v *visit) cellChanges(typed []typedCell) []cells.Change {
	var out []cells.Change
	for _, t := range typed {
		if t.token == "" || t.token == t.was || t.token == tokenMixed {
			continue
		}
		target, ok := v.target(t.token)
		if !ok {
			continue
		}
		ch := cells.Change{Op: t.state.op, Category: t.info.Key, Subject: t.col.set, Target: target}
		if t.state.op == access.Access {
			ch.Viewer = t.state.from
		}
		if t.state.role != "" {
			ch.Roles = []bailiwick.Role{t.state.role}
		}
		out = append(out, ch)
	}
	return out
}

// target reads a token.
func (v *visit) target(token string) (cells.Target, bool) {
	switch token {
	case tokenDefault:
		return cells.Target{}, true
	case tokenAllow:
		return cells.Target{Effect: access.Allow}, true
	case tokenDeny:
		return cells.Target{Effect: access.Deny}, true
	}
	if form, ok := strings.CutPrefix(token, tokenMask); ok {
		mask, ok := access.ParseMask(form)
		return cells.Target{Effect: access.Mask, Mask: mask}, ok
	}
	if kind, ok := strings.CutPrefix(token, tokenRequire); ok && slices.Contains(cellConditions, access.ConditionKind(kind)) {
		return cells.Target{Effect: access.Require, Condition: access.Condition{Kind: access.ConditionKind(kind)}, Text: v.p.T("rule.require." + kind)}, true
	}
	return cells.Target{}, false
}

// matrixRefused shows the matrix again with what was set, and why it was not
// saved.
func (v *visit) matrixRefused(p proposal.Proposal, g gridState, code bailiwick.Code, text string, blocks []cells.Block, typed []typedCell) error {
	if now, err := v.proposals.Get(v.r.Context(), v.actor, p.ID); err == nil {
		p = now
	}
	m, err := v.draftMatrix(p, g)
	if err != nil {
		return err
	}
	m.Error = text
	set := map[string]string{}
	for _, t := range typed {
		set[t.name] = t.token
	}
	for i := range m.Rows {
		for j := range m.Rows[i].Cells {
			v.retype(&m.Rows[i].Cells[j], set)
		}
	}
	for _, b := range blocks {
		if !slices.ContainsFunc(m.Blocks, func(r page.RuleBlock) bool { return r.Rule == b.Rule.ID }) {
			m.Blocks = append(m.Blocks, v.ruleBlock(p, b))
		}
	}
	return v.render.show(v.w, v.r, code.Status(), "matrix", v.lang, m)
}

// retype puts a posted token back into a cell.
func (v *visit) retype(c *page.MatrixCell, set map[string]string) {
	token := set[c.Name]
	if c.Name == "" || token == "" || !slices.ContainsFunc(c.Options, func(o page.CellOption) bool { return o.Value == token }) {
		return
	}
	for i := range c.Options {
		o := &c.Options[i]
		if o.Selected = o.Value == token; o.Selected {
			c.Tone = o.Tone
		}
	}
}

// ruleBlock says which rule stands in the way and what can be done.
func (v *visit) ruleBlock(p proposal.Proposal, b cells.Block) page.RuleBlock {
	out := page.RuleBlock{Rule: b.Rule.ID, Href: p.Path() + "/rule?rule=" + b.Rule.ID, Text: v.p.T("matrix.block.text",
		"Effect", v.p.T("matrix.effect."+b.Rule.Effect.String()), "Subject", v.countrySet(b.Rule.Subject), "Viewer", v.countrySet(b.Rule.Viewer))}
	if b.Rule.Note != "" {
		out.Text += " · " + b.Rule.Note
	}
	switch b.Why {
	case cells.InTheWay:
		cell := v.chip(b.Change.Category).Label + ", " + v.placeName(b.Change.Subject)
		if !b.Change.Viewer.Every() {
			cell += " ← " + v.placeName(b.Change.Viewer)
		}
		out.Narrow, out.Why = b.Rule.ID, v.p.T("matrix.block.narrow", "Cell", cell)
	default:
		out.Why = v.p.T("matrix.block."+string(b.Why), "Category", v.chip(b.Rule.Category).Label)
	}
	return out
}
