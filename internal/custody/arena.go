package custody

// arena is memory for the rows of one page: a few large slices in place of
// several small ones per row, which is half of what a list would spend beside
// the query itself. What is taken is never given back; the page lets go of the
// whole.
type arena struct {
	slots   []packedSlot
	blocks  []packedBlock
	members []packedMember
	bools   []bool
	opened  [][]packedMember
}

func (a *arena) slotPool() *[]packedSlot {
	if a == nil {
		return nil
	}
	return &a.slots
}

func (a *arena) blockPool() *[]packedBlock {
	if a == nil {
		return nil
	}
	return &a.blocks
}

func (a *arena) memberPool() *[]packedMember {
	if a == nil {
		return nil
	}
	return &a.members
}

func (a *arena) boolPool() *[]bool {
	if a == nil {
		return nil
	}
	return &a.bools
}

func (a *arena) openedPool() *[][]packedMember {
	if a == nil {
		return nil
	}
	return &a.opened
}

// roomFor makes room for n more elements, from a pool if there is one, but
// never for more than the bytes left could hold: n comes from stored bytes.
func roomFor[T any](s []T, n uint64, left int, pool *[]T) []T {
	more := int(min(n, uint64(max(left, 0))))
	if cap(s)-len(s) >= more {
		return s
	}
	if pool == nil || len(s) > 0 {
		return append(make([]T, 0, max(len(s)+more, 2*len(s))), s...)
	}
	const chunk = 256
	if cap(*pool)-len(*pool) < more {
		*pool = make([]T, 0, max(more, chunk))
	}
	at := len(*pool)
	*pool = (*pool)[:at+more]
	return (*pool)[at : at : at+more]
}
