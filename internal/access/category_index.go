package access

import "bailiwick"

// categoryIndex finds a category's number in a few nanoseconds: the question
// is put for every field of every record. It is a hash table with open
// addressing, at most a quarter full.
type categoryIndex struct {
	slots [4 * MaxCategories]uint8 // 1 + number; 0 = empty
	cats  []bailiwick.CategoryInfo
}

// slot spreads keys by their length and a few of their bytes.
func (x *categoryIndex) slot(c bailiwick.Category) uint8 {
	n := len(c)
	if n == 0 {
		return 0
	}
	return uint8(n)*7 ^ c[0]*11 ^ c[n-1]*19 ^ c[n/2]*43
}

// put enters the category of a number, which must not be in the index yet.
func (x *categoryIndex) put(n int) {
	s := x.slot(x.cats[n].Key)
	for x.slots[s] != 0 {
		s++
	}
	x.slots[s] = uint8(n + 1)
}

// find returns the number of a category, -1 if there is none.
func (x *categoryIndex) find(c bailiwick.Category) int {
	for s := x.slot(c); ; s++ {
		n := int(x.slots[s]) - 1
		if n < 0 || x.cats[n].Key == c {
			return n
		}
	}
}
