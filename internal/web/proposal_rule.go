package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/access/cells"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// RulePage shows the form of a rule: a new one, or one of the change.
func (s *Site) RulePage(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rule := access.Rule{Op: access.Access, Effect: access.Deny, Category: "health"}
	old := r.URL.Query().Get("rule")
	if old != "" {
		rules, err := proposal.Rules(p.Document)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(rules, func(r access.Rule) bool { return r.ID == old })
		if i < 0 {
			return bailiwick.NotFound()
		}
		rule = rules[i]
	}
	return v.show("rule-form", v.ruleForm(p, rule, old))
}

// RuleSave puts the rule of the form into the change.
func (s *Site) RuleSave(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rev, err := revision(r)
	if err != nil {
		return err
	}
	rules, err := proposal.Rules(p.Document)
	if err != nil {
		return err
	}
	old := r.PostForm.Get("old")
	rule, wrong := v.typedRule(rules, old)
	if len(wrong) > 0 {
		return v.ruleRefused(p, rule, old, bailiwick.CodeInvalid, wrong, "")
	}
	next := slices.Clone(rules)
	i := slices.IndexFunc(next, func(r access.Rule) bool { return old != "" && r.ID == old })
	if i >= 0 {
		rule.Author, rule.Purposes, rule.Entities, rule.Regions = next[i].Author, next[i].Purposes, next[i].Entities, next[i].Regions
		next[i] = rule
	} else {
		next = append(next, rule)
	}
	err = v.editRules(p, rev, rules, next)
	switch code := bailiwick.ErrorCode(err); code {
	case "":
		return v.redirect(p.Path(), "rule")
	case bailiwick.CodeInvalid:
		var wrong []page.FieldError
		for _, f := range faults(err) {
			wrong = append(wrong, page.FieldError{Text: v.p.T("rule.fault.rule", "Text", f.Message)})
		}
		return v.ruleRefused(p, rule, old, code, wrong, "")
	case bailiwick.CodeConflict, bailiwick.CodeTransition:
		return v.ruleRefused(p, rule, old, code, nil, v.changeFault(err))
	default:
		return err
	}
}

// RuleDrop takes a rule out of the change.
func (s *Site) RuleDrop(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, p, err := s.change(w, r, c)
	if err != nil {
		return err
	}
	rev, err := revision(r)
	if err != nil {
		return err
	}
	if _, err := v.proposals.DropRule(r.Context(), v.actor, p.ID, rev, r.PostForm.Get("old")); err != nil {
		return v.changeRefused(p, err, r)
	}
	return v.redirect(p.Path(), "rule-dropped")
}

func (v *visit) ruleRefused(p proposal.Proposal, rule access.Rule, old string, code bailiwick.Code, wrong []page.FieldError, text string) error {
	if now, err := v.proposals.Get(v.r.Context(), v.actor, p.ID); err == nil {
		p = now
	}
	m := v.ruleForm(p, rule, old)
	m.Errors, m.Error = wrong, text
	f := v.r.PostForm
	m.From, m.Until, m.ID = f.Get("from"), f.Get("until"), f.Get("id")
	m.Subject, m.Viewer = v.typedPlace(m.Subject), v.typedPlace(m.Viewer)
	return v.render.show(v.w, v.r, code.Status(), "rule-form", v.lang, m)
}

// ruleForm fills in the form with a rule.
func (v *visit) ruleForm(p proposal.Proposal, rule access.Rule, old string) page.RuleForm {
	title := v.p.T("rule.add")
	if old != "" {
		title = v.p.T("rule.edit")
	}
	m := page.RuleForm{
		Base: v.base(title), Change: v.changeHead(p), Action: p.Path() + "/rule", Back: p.Path() + "/matrix", Revision: plain(p.Revision),
		Old: old, ID: rule.ID, Note: rule.Note, Cite: rule.Cite, Condition: rule.Require, Ref: rule.Condition.Ref,
	}
	if old != "" && v.writes(p) {
		m.Drop = p.Path() + "/rule/drop"
	}
	if rule.Condition.K > 0 {
		m.K = v.number(rule.Condition.K)
	}
	m.From, m.Until = isoDay(rule.From), isoDay(rule.Until)
	for _, op := range []access.Op{access.Access, access.Populate, access.Export} {
		m.Ops = append(m.Ops, page.Option{Value: op.String(), Label: v.p.T("rule.op." + op.String()), Selected: op == rule.Op})
	}
	if rule.Op == access.StoreRegion { // written as text; the form keeps what it does not show
		m.Ops = append(m.Ops, page.Option{Value: rule.Op.String(), Label: v.opTitle(rule.Op), Selected: true})
	}
	m.Open = rule.Effect == access.Mask || rule.Effect == access.Require || old != "" && (rule.Cite != "" || !rule.From.IsZero() || !rule.Until.IsZero())
	for _, e := range []access.Effect{access.Deny, access.Allow, access.Mask, access.Require} {
		m.Effects = append(m.Effects, page.Option{Value: e.String(), Label: v.p.T("rule.effect." + e.String()), Selected: e == rule.Effect})
	}
	for f := access.Last4; f <= access.Null; f++ {
		m.Masks = append(m.Masks, page.Option{Value: f.String(), Label: v.p.T("matrix.mask." + f.String()), Selected: f == rule.Mask})
	}
	for _, k := range conditionKinds {
		label := "rule.require." + string(k)
		if k == "" {
			label = "rule.condition.other"
		}
		m.Conditions = append(m.Conditions, page.Option{Value: string(k), Label: v.p.T(label), Selected: k == rule.Condition.Kind})
	}
	for _, info := range v.cfg.Matrix.Categories() {
		label := schema.Labels(info.Title).In(v.lang)
		if info.Parent != "" {
			label = "\u2003" + label
		}
		m.Categories = append(m.Categories, page.Option{Value: string(info.Key), Label: label, Selected: info.Key == rule.Category})
	}
	for _, r := range v.cfg.Matrix.Roles() {
		m.Roles = append(m.Roles, page.Option{Value: string(r.Key), Label: v.roleTitle(r.Key), Selected: slices.Contains(rule.Roles, r.Key)})
	}
	rules, _ := proposal.Rules(p.Document)
	cols := v.columns(gridState{}, rules)
	m.Viewer = v.placeInput("viewer", rule.Viewer, cols)
	m.Subject = v.placeInput("subject", rule.Subject, cols)
	return m
}

// conditionKinds are what a rule can demand; the empty one is only words.
var conditionKinds = []access.ConditionKind{
	access.ConsentGiven, access.Justified, access.Approved, access.Agreement, access.AggregateOnly, "",
}

// placeInput fills in the choice of a set of countries: the regions and the
// countries that are used as boxes, the others as text.
func (v *visit) placeInput(name string, s access.CountrySet, cols []column) page.PlaceInput {
	m := page.PlaceInput{Name: name, Legend: v.p.T("rule." + name), Help: v.p.T("rule." + name + ".help")}
	items, mode := s.In, "in"
	switch {
	case s.Every():
		mode = "every"
	case len(s.In) == 0:
		items, mode = s.NotIn, "not"
	case len(s.NotIn) > 0: // both lists: as the countries that are left
		items = nil
		for _, c := range cells.Members(s) {
			items = append(items, string(c))
		}
	}
	for _, k := range []string{"every", "in", "not"} {
		m.Modes = append(m.Modes, page.Option{Value: k, Label: v.p.T("rule.place." + k), Selected: k == mode})
	}
	offered := []string{"EEA", "EU"}
	for _, c := range cols {
		if len(c.key) == 2 && !slices.Contains(offered, c.key) {
			offered = append(offered, c.key)
		}
	}
	for _, key := range offered {
		m.Items = append(m.Items, page.Option{Value: key, Label: v.countryItems([]string{key}), Selected: slices.Contains(items, key)})
	}
	var other []string
	for _, item := range items {
		if !slices.Contains(offered, item) {
			other = append(other, item)
		}
	}
	m.Other = strings.Join(other, ", ")
	return m
}

// typedPlace puts what was posted back into the choice.
func (v *visit) typedPlace(m page.PlaceInput) page.PlaceInput {
	f := v.r.PostForm
	for i := range m.Modes {
		m.Modes[i].Selected = m.Modes[i].Value == f.Get(m.Name+"-mode")
	}
	for i := range m.Items {
		m.Items[i].Selected = slices.Contains(f[m.Name], m.Items[i].Value)
	}
	m.Other = f.Get(m.Name + "-other")
	return m
}

// typedRule reads the form. What it cannot read comes back as errors of the
// form; the rest is judged with the whole document.
func (v *visit) typedRule(rules []access.Rule, old string) (access.Rule, []page.FieldError) {
	f := v.r.PostForm
	var wrong []page.FieldError
	bad := func(id, key string, parts ...string) {
		wrong = append(wrong, page.FieldError{Href: "#" + id, Text: v.p.T("rule.fault."+key, parts...)})
	}
	var r access.Rule
	r.Op, _ = access.ParseOp(f.Get("operation"))
	r.Effect, _ = access.ParseEffect(f.Get("effect"))
	r.Category = bailiwick.Category(f.Get("category"))
	r.Note, r.Cite = strings.TrimSpace(f.Get("note")), strings.TrimSpace(f.Get("cite"))
	for _, key := range f["roles"] {
		r.Roles = append(r.Roles, bailiwick.Role(key))
	}
	place := func(name string) access.CountrySet {
		mode := f.Get(name + "-mode")
		items := slices.Clone(f[name])
		for _, code := range strings.FieldsFunc(strings.ToUpper(f.Get(name+"-other")), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			if !slices.Contains(items, code) {
				items = append(items, code)
			}
		}
		if len(items) == 0 || mode == "every" {
			if mode == "in" || mode == "not" {
				bad(name+"-mode", "place", "Field", v.p.T("rule."+name))
			}
			return access.CountrySet{}
		}
		if _, ok := cells.ParseKey(strings.Join(items, ".")); !ok {
			bad(name+"-other", "country", "Field", v.p.T("rule."+name))
		}
		if mode == "not" {
			return access.CountrySet{NotIn: items}
		}
		return access.CountrySet{In: items}
	}
	r.Viewer, r.Subject = place("viewer"), place("subject")
	if r.Effect == access.Mask {
		r.Mask, _ = access.ParseMask(f.Get("mask"))
	}
	if r.Effect == access.Require {
		kind := access.ConditionKind(f.Get("condition"))
		r.Condition = access.Condition{Kind: kind}
		if kind == access.Agreement {
			r.Condition.Ref = strings.TrimSpace(f.Get("ref"))
		}
		if kind == access.AggregateOnly {
			r.Condition.K = atoi(f.Get("k"))
		}
		r.Require = strings.TrimSpace(f.Get("require"))
		if r.Require == "" && kind != "" && v.p.Has("rule.require."+string(kind)) {
			r.Require = v.p.T("rule.require." + string(kind))
		}
		if r.Require == "" {
			bad("require", "require")
		}
	}
	for name, at := range map[string]*time.Time{"from": &r.From, "until": &r.Until} {
		if text := f.Get(name); text != "" {
			t, err := time.Parse(time.DateOnly, text)
			if err != nil {
				bad(name, "day")
			}
			*at = t
		}
	}
	r.ID = strings.TrimSpace(f.Get("id"))
	others := slices.DeleteFunc(slices.Clone(rules), func(x access.Rule) bool { return old != "" && x.ID == old })
	if r.ID == "" {
		r.ID = cells.Name(r, others)
	} else if slices.ContainsFunc(others, func(x access.Rule) bool { return x.ID == r.ID }) {
		bad("id", "id")
	}
	return r, wrong
}

func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
