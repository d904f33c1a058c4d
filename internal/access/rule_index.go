package access

import "math/bits"

// ruleIndex says which rules in force reach a viewer, a bit a rule, so that a
// matrix of thousands of rules is narrowed without looking at each.
type ruleIndex struct {
	roles    [][]uint64 // by number of the role; the last: rules for every role
	purposes [][]uint64 // by bit of the purpose; the last: rules for every purpose
	viewers  [][]uint64 // by class of the viewer's country
}

// indexRules makes the index of the rules that a Decision is about.
func indexRules(m *Matrix) ruleIndex {
	words := (len(m.rules) + 63) / 64
	table := func(rows int) [][]uint64 {
		all := make([]uint64, rows*words)
		out := make([][]uint64, rows)
		for i := range out {
			out[i] = all[i*words : (i+1)*words]
		}
		return out
	}
	x := ruleIndex{roles: table(len(m.roles) + 1), purposes: table(8 + 1), viewers: table(m.viewer.n)}
	for i := range m.rules {
		r, word, bit := &m.rules[i], i/64, uint64(1)<<(i%64)
		mark := func(rows [][]uint64, set uint64) {
			if set == 0 { // every one
				rows[len(rows)-1][word] |= bit
			}
			for ; set != 0; set &= set - 1 {
				rows[bits.TrailingZeros64(set)][word] |= bit
			}
		}
		mark(x.roles, r.roles)
		mark(x.purposes, uint64(r.purposes))
		for w, set := range r.viewers {
			for ; set != 0; set &= set - 1 {
				if n := w*64 + bits.TrailingZeros64(set); n < len(x.viewers) {
					x.viewers[n][word] |= bit
				}
			}
		}
	}
	return x
}

// rulesFor returns the rules that can match a viewer who looks from a class of
// countries, by id.
func (m *Matrix) rulesFor(key viewKey, class uint8) []*rule {
	x, n := &m.index, 0
	found := make([]uint64, (len(m.rules)+63)/64)
	for w := range found {
		roles, purposes := x.roles[len(x.roles)-1][w], x.purposes[len(x.purposes)-1][w]
		for set := key.roles; set != 0; set &= set - 1 {
			roles |= x.roles[bits.TrailingZeros64(set)][w]
		}
		for set := key.purpose; set != 0; set &= set - 1 {
			purposes |= x.purposes[bits.TrailingZeros8(set)][w]
		}
		found[w] = roles & purposes & x.viewers[class][w]
		n += bits.OnesCount64(found[w])
	}
	if n == 0 {
		return nil
	}
	out := make([]*rule, 0, n)
	for w, set := range found {
		for ; set != 0; set &= set - 1 {
			out = append(out, &m.rules[w*64+bits.TrailingZeros64(set)])
		}
	}
	return out
}
