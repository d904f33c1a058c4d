package schema

import (
	"fmt"
	"slices"
	"strings"

	"bailiwick"
)

// CategoryTree returns the shipped categories with those of the overlay, in
// the order of their numbers, which stored blocks go by: each own category
// comes after the shipped ones that there were when it was added. The caller
// owns the slice. It is complete only for an overlay that Apply accepts.
func (o Overlay) CategoryTree() []bailiwick.CategoryInfo {
	shipped := bailiwick.ShippedCategories()
	out := make([]bailiwick.CategoryInfo, 0, len(shipped)+len(o.Categories))
	byKey := make(map[bailiwick.Category]bailiwick.CategoryInfo, len(shipped)+len(o.Categories))
	own := o.Categories
	for i := 0; i <= len(shipped); i++ {
		for len(own) > 0 && (own[0].After <= i || i == len(shipped)) {
			info := own[0].below(byKey[own[0].Parent])
			byKey[info.Key] = info
			out, own = append(out, info), own[1:]
		}
		if i < len(shipped) {
			byKey[shipped[i].Key] = shipped[i]
			out = append(out, shipped[i])
		}
	}
	return out
}

// below describes the category as a narrower one of its parent.
func (c OwnCategory) below(parent bailiwick.CategoryInfo) bailiwick.CategoryInfo {
	info := parent
	info.Key, info.Parent, info.Title = c.Key, c.Parent, c.Title.filled()
	if c.Flag != "" && c.Flag != parent.Flag {
		info.Flag = c.Flag
		// As of every shipped category that is not ordinary (R14.4).
		info.PopulateDefault, info.AccessDefault = false, false
	}
	return info
}

// StricterFlags returns the flags that a category below parent may have, the
// parent's own first. A category about no one stays ordinary.
func StricterFlags(parent bailiwick.CategoryInfo) []bailiwick.Flag {
	out := []bailiwick.Flag{parent.Flag}
	if !parent.OfSubject {
		return out
	}
	for _, f := range []bailiwick.Flag{bailiwick.FlagFinancial, bailiwick.FlagNationalID, bailiwick.FlagSpecial, bailiwick.FlagCriminal, bailiwick.FlagChild} {
		if strength(bailiwick.CategoryInfo{OfSubject: true, Flag: f}) > strength(parent) {
			out = append(out, f)
		}
	}
	return out
}

// readCategories checks the own categories and adds them to the known ones.
func (p *parser) readCategories(own []OwnCategory) {
	if len(own) > MaxOwnCategories {
		p.fail(0, "categories", "at most %d categories are allowed", MaxOwnCategories)
		return
	}
	shipped, after := len(bailiwick.ShippedCategories()), 0
	for i, c := range own {
		path := fmt.Sprintf("categories[%d]", i)
		if !isOwn(string(c.Key)) {
			p.fail(0, path+".key", "%s", ownKeyRule)
			continue
		}
		path = "categories." + string(c.Key)
		if _, ok := p.categories[c.Key]; ok {
			p.fail(0, path, "there are two categories of this key")
			continue
		}
		p.object(labelNode(c.Title), path+".title", Languages()...).languages(MaxLabelRunes, false)
		parent, ok := p.categories[c.Parent]
		switch {
		case !ok:
			p.fail(0, path+".parent", "there is no such category; a broader one comes before its narrower ones")
			continue
		case c.Flag != "" && !slices.Contains(StricterFlags(parent), c.Flag):
			p.fail(0, path+".flag", "the flag may be that of the broader category or a stricter one: %s", joinFlags(StricterFlags(parent)))
		case c.After < after || c.After > shipped:
			p.fail(0, path+".after", "own categories stand in the order in which they were added, after the shipped ones of that time")
		}
		after = max(after, c.After)
		p.categories[c.Key] = c.below(parent)
	}
}

func joinFlags(flags []bailiwick.Flag) string {
	out := make([]string, len(flags))
	for i, f := range flags {
		out[i] = string(f)
	}
	return strings.Join(out, ", ")
}
