package custody

import (
	"context"
	"math/bits"
	"sync"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store"
	"bailiwick/internal/store/quarantine"
)

// barring is what of a type nobody sees (R14.9): a category that a rule
// forbids everybody to fill in for somebody's countries. What was filled in
// before is not deleted and not shown until it is erased or kept by a decision.
// It goes by the rules alone, so a cell looks the same filled or empty.
type barring struct {
	any bool // whether a rule bars anything at all

	mu  sync.RWMutex
	bar map[access.Subject]uint64
}

// maxBarred bounds the cache of one layout.
const maxBarred = 4096

// barred returns the categories that a rule forbids everybody to fill in about
// a subject.
func (l *layout) barred(who access.Subject) uint64 {
	if !l.bars.any {
		return 0
	}
	l.bars.mu.RLock()
	set, ok := l.bars.bar[who]
	l.bars.mu.RUnlock()
	if ok {
		return set
	}
	set = l.cfg.Matrix.Barred(who)
	l.bars.mu.Lock()
	defer l.bars.mu.Unlock()
	if l.bars.bar == nil || len(l.bars.bar) >= maxBarred {
		l.bars.bar = make(map[access.Subject]uint64)
	}
	l.bars.bar[who] = set
	return set
}

// setBars notes whether anything is barred at all: every rule that narrows
// matches the unknown country (R14.6), so that and no one tell.
func (l *layout) setBars() {
	l.bars.any = l.cfg.Matrix.Barred(access.Of())|l.cfg.Matrix.Barred(access.NoSubject) != 0
}

// keptKey names what a decision keeps out of quarantine.
type keptKey struct {
	typeNo int64
	who    access.Subject
}

// keep reads what is kept by decisions. Where nothing is barred nothing is
// asked.
func (s *sight) keep(ctx context.Context, tx store.TenantTx) error {
	if !s.lay.bars.any {
		return nil
	}
	now := s.door.clock.Now().UnixMicro()
	return quarantine.Kept(ctx, tx, now, func(typeNo int64, category string, cset int64) {
		if n := s.cfg.Matrix.CategoryNo(bailiwick.Category(category)); n >= 0 {
			if s.kept == nil {
				s.kept = make(map[keptKey]uint64)
			}
			s.kept[keptKey{typeNo, s.subject(cset).At("").WithConsents(0)}] |= 1 << n
		}
	})
}

// quarantined returns the categories that nobody sees of a subject.
func (s *sight) quarantined(who access.Subject) uint64 {
	if !s.lay.bars.any {
		return 0
	}
	who = who.WithConsents(0)
	return s.lay.barred(who) &^ s.kept[keptKey{s.lay.no, who.At("")}]
}

// isQuarantined reports whether a category is one of them, for an operation
// that shows.
func (s *sight) isQuarantined(op access.Op, category uint8, who access.Subject) bool {
	return op != access.Populate && s.quarantined(who)>>category&1 != 0
}

// quarantineOf returns the category of a field, or of what the field reveals,
// that lies in quarantine where the matrix itself grants every one of them.
func (s *sight) quarantineOf(op access.Op, fp *fieldPlan, who access.Subject) (uint8, bool) {
	if op == access.Populate {
		return 0, false
	}
	set := s.quarantined(who) & fp.need
	if set == 0 {
		return 0, false
	}
	if allowed, _ := s.bits(op, who); allowed&fp.need != fp.need {
		return 0, false // withheld anyway, by a rule of its own
	}
	return uint8(bits.TrailingZeros64(set)), true
}
