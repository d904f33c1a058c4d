package outbox

import (
	"context"
	"slices"

	"bailiwick"
)

// Source lists what waits for an actor in one part of the house. For people
// whom the part does not concern it returns nothing, not an error.
type Source = func(ctx context.Context, a bailiwick.Actor) ([]Task, error)

// MaxTasks is the most that one day lists.
const MaxTasks = 200

// Day gathers what waits for an actor, the earliest deadline first and what
// has none last, at most MaxTasks. A source that fails keeps nothing else back;
// whole is false then.
func Day(ctx context.Context, a bailiwick.Actor, sources []Source) (tasks []Task, whole bool) {
	whole = true
	for _, source := range sources {
		found, err := source(ctx, a)
		whole = whole && err == nil
		tasks = append(tasks, found...)
	}
	slices.SortStableFunc(tasks, byDue)
	return tasks[:min(len(tasks), MaxTasks)], whole
}

func byDue(a, b Task) int {
	switch {
	case a.Due.IsZero() && b.Due.IsZero():
		return 0
	case a.Due.IsZero():
		return 1
	case b.Due.IsZero():
		return -1
	default:
		return a.Due.Compare(b.Due)
	}
}
