package custody

import (
	"context"

	"bailiwick"
	"bailiwick/internal/schema"
)

// askUsers finds out which of the users that rows refer to there are. It runs
// outside of transactions, for users are another package's.
func (im *importing) askUsers(ctx context.Context, first, last int) {
	im.users = nil
	if im.door.names == nil {
		return
	}
	var ids []bailiwick.UserID
	for _, c := range im.columns {
		if c.fp.f.Kind.Name() != linkUser {
			continue
		}
		for _, cells := range im.spec.Rows[first-1 : last] {
			if c.at >= len(cells) {
				continue
			}
			if v, bad := userText(c.fp, cells[c.at]); bad == nil {
				for _, id := range schema.References(v) {
					ids = append(ids, bailiwick.UserID{ID: id})
				}
			}
		}
	}
	if len(ids) > 0 {
		im.users = im.door.names(ctx, im.a, ids)
	}
}

// isUser reports whether a value refers to users that there are, or to none.
func (im *importing) isUser(fp *fieldPlan, v schema.Value) bool {
	if fp.f.Kind.Name() != linkUser || im.door.names == nil {
		return true
	}
	for _, id := range schema.References(v) {
		if _, ok := im.users[bailiwick.UserID{ID: id}]; !ok && id != im.a.User().ID {
			return false
		}
	}
	return true
}
