package custody

import (
	"context"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/ask"
	"bailiwick/internal/store/reason"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// ReasonTime is how long a stated reason meets its rule (R14.2).
const ReasonTime = time.Hour

// asking is what the conditions of a configuration ask of viewers.
type asking struct {
	consent    bool   // whether a rule asks for a consent
	any        bool   // whether a rule asks for a reason or an approval
	categories uint64 // that such rules cover: seeing them is always recorded
}

// setAsks notes which categories are seen only for a reason or an approval.
func (l *layout) setAsks() {
	for _, r := range l.cfg.Matrix.Conditions() {
		l.asks.consent = l.asks.consent || r.Condition.Kind == access.ConsentGiven
		if r.Condition.Kind == access.Justified || r.Condition.Kind == access.Approved {
			l.asks.any = true
			l.asks.categories |= below(l.cfg.Matrix.Categories(), r.Category)
		}
	}
}

// below returns the bits of a category and of those below it.
func below(cats []bailiwick.CategoryInfo, root bailiwick.Category) uint64 {
	set := uint64(0)
	in := map[bailiwick.Category]bool{root: true}
	for i, c := range cats { // broader ones come first
		if in[c.Key] || (c.Parent != "" && in[c.Parent]) {
			in[c.Key] = true
			set |= 1 << i
		}
	}
	return set
}

// approval is a granted request: it meets one rule for what was asked and for
// nothing else, so it needs a view of its own.
type approval struct {
	typeNo    int64
	op        access.Op
	category  bailiwick.Category
	countries string
	view      *access.View
}

// meet finds the conditions that the viewer meets now. Where no rule asks for
// any nothing is read.
func (s *sight) meet(ctx context.Context, tx store.TenantTx) error {
	if !s.lay.asks.any || s.a.User().IsZero() {
		return nil
	}
	now := s.door.clock.Now().UnixMicro()
	var rules []string
	err := reason.Standing(ctx, tx, s.a.User(), now, func(id bailiwick.ID, rule string) {
		if r, ok := s.cfg.Matrix.Rule(rule); ok && r.Condition.Kind == access.Justified {
			rules = append(rules, rule)
			s.reasons = append(s.reasons, id)
		}
	})
	if err != nil {
		return err
	}
	if len(rules) > 0 {
		s.view = s.cfg.Matrix.ViewMet(s.a, rules)
	}
	s.viewer = viewerKey(s.a) + "/" + strings.Join(rules, ",")
	return ask.Standing(ctx, tx, s.a.User(), now, func(r ask.Request) {
		rule, ok := s.cfg.Matrix.Rule(r.Rule)
		op, known := access.ParseOp(r.Op)
		if !ok || !known || rule.Condition.Kind != access.Approved {
			return
		}
		s.viewer += "/" + r.ID.String()
		s.approvals = append(s.approvals, approval{r.TypeNo, op, bailiwick.Category(r.Category), r.Countries,
			s.cfg.Matrix.ViewMet(s.a, append(slices.Clone(rules), r.Rule))})
	})
}

// codesOf names the countries of a subject in a request.
func codesOf(who access.Subject) string {
	if len(who.Countries()) == 0 {
		return "none"
	}
	return setCodes(who.Countries())
}

// viewFor is the view under which a category of a subject is judged: one with
// an approval where it was given for exactly that.
func (s *sight) viewFor(op access.Op, c bailiwick.Category, who access.Subject) *access.View {
	for i := range s.approvals {
		if p := &s.approvals[i]; p.typeNo == s.lay.no && p.op == op && p.category == c && p.countries == codesOf(who) {
			return p.view
		}
	}
	return s.view
}

// bits judges every category of a subject, approvals included.
func (s *sight) bits(op access.Op, who access.Subject) (allowed, masked uint64) {
	allowed, masked = s.view.Bits(op, who)
	for i := range s.approvals {
		p := &s.approvals[i]
		n := s.cfg.Matrix.CategoryNo(p.category)
		if n < 0 || s.viewFor(op, p.category, who) != p.view {
			continue
		}
		more, part := p.view.Bits(op, who)
		bit := uint64(1) << n
		allowed, masked = allowed|more&bit, masked&^bit|part&bit
	}
	return allowed, masked
}

// StateReason records why the actor needs to see what a rule shows only for a
// reason; it meets the rule for the actor for ReasonTime. The text is sealed.
// CodeInvalid with Fields; CodeNotFound for a rule that asks for none;
// CodeEvidence.
func (d *Door) StateReason(ctx context.Context, a bailiwick.Actor, rule, text string) error {
	if a.Kind() != bailiwick.User || a.User().IsZero() {
		return bailiwick.NotFound()
	}
	if !a.InScope(bailiwick.ScopeRead) {
		return errRefused()
	}
	if wrong := checkText("reason", text, true, maxNoteText); wrong != nil {
		return invalidNote(wrong)
	}
	id, sealed, err := d.sealNote(ctx, a.Tenant(), justification{Reason: text})
	if err != nil {
		return err
	}
	return unavailable(d.store.Update(ctx, a.Tenant(), func(tx store.TenantTx) error {
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		if !asksFor(cfg, rule, access.Justified) {
			return bailiwick.NotFound()
		}
		now := d.clock.Now()
		err = reason.Insert(ctx, tx, reason.Reason{ID: id, User: a.User(), Rule: rule, Created: now.UnixMicro(), Ends: now.Add(ReasonTime).UnixMicro(), Sealed: sealed})
		if err != nil {
			return err
		}
		e := noteEntry(a, cfg, logformat.ReasonStated, "reason", id, "")
		e.Rules = []string{rule}
		_, err = d.ledger.Append(ctx, tx, e)
		return err
	}))
}

// asksFor reports whether a rule in force asks for a kind of condition.
func asksFor(cfg *tenant.Configuration, rule string, kind access.ConditionKind) bool {
	r, ok := cfg.Matrix.Rule(rule)
	return ok && r.Effect == access.Require && r.Condition.Kind == kind
}

// step names what would meet the condition that stands in the way of a field:
// the kind of the condition and its rule. Where it is no condition, access can
// be asked for.
func (s *sight) step(op access.Op, fp *fieldPlan, who access.Subject) (kind, rule string) {
	for _, c := range append([]bailiwick.Category{fp.f.Category}, fp.f.Carries...) {
		for _, r := range s.viewFor(op, c, who).Unmet(op, c, who) {
			return string(r.Condition.Kind), r.ID
		}
	}
	return "", ""
}
