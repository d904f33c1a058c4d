package custody

import (
	"context"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/store"
)

const (
	religionFill    = `{id: religion-fill, operation: populate, category: religion, effect: allow}`
	religionSee     = `{id: religion-see, operation: access, category: religion, effect: allow}`
	religionConsent = `{id: religion-consent, operation: access, category: religion, effect: require, require: {condition: consent, text: "The person agrees"}}`
)

// TestConsent: what a rule shows only with consent is shown of who gave it, of
// nobody else of the same countries, in a record and in a list, until it is
// withdrawn.
func TestConsent(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hr := h.user(1, "DE", "hr")
		h.rule(religionFill)
		h.rule(religionSee)
		ada := h.person(hr, "Ada Example", "DE", "religion", "none")
		ben := h.person(hr, "Ben Example", "DE", "religion", "hindu")
		h.rule(religionConsent)
		hidden := func(id bailiwick.RecordID) bool { return h.cell(hr, id, "religion").Withheld != nil }
		if !hidden(ada.ID) || !hidden(ben.ID) {
			t.Fatal("shown without consent")
		}
		day := time.Now().Add(-time.Hour)
		is(t, h.door.RecordConsent(ctx, hr, "person", ada.ID, "religion", day, ""), bailiwick.CodeInvalid)
		is(t, h.door.RecordConsent(ctx, hr, "person", ada.ID, "religion", day, "Form 12"), "")
		if hidden(ada.ID) || !hidden(ben.ID) {
			t.Errorf("who consented %v, who did not %v", hidden(ada.ID), hidden(ben.ID))
		}
		is(t, h.door.WithdrawConsent(ctx, hr, "person", ada.ID, "religion"), "")
		if !hidden(ada.ID) {
			t.Error("shown after the withdrawal")
		}
		is(t, h.door.WithdrawConsent(ctx, hr, "person", ada.ID, "religion"), bailiwick.CodeNotFound)
	})
}

// TestConsentShared holds that persons of one record who share a country set
// are judged by what all of them have consented to, and that nothing stays
// from the record before.
func TestConsentShared(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr := h.user(1, "DE", "hr")
		h.rule(religionConsent)
		ada, ben := bailiwick.SubjectID{ID: bailiwick.ID{1}}, bailiwick.SubjectID{ID: bailiwick.ID{2}}
		err := h.door.store.View(context.Background(), hr.Tenant(), func(tx store.TenantTx) error {
			s, err := h.door.sightOf(context.Background(), tx, hr, "person", "en", true)
			if err != nil {
				return err
			}
			s.consents = map[bailiwick.SubjectID]uint64{ada: 3, ben: 6}
			for _, c := range []struct {
				slots []packedSlot
				want  uint64
			}{
				{[]packedSlot{{subject: ada, cset: 5}}, 3},
				{[]packedSlot{{subject: ada, cset: 5}, {slot: 1, subject: ben, cset: 5}}, 2},
				{[]packedSlot{{subject: ada, cset: 4}, {slot: 1, subject: ben, cset: 5}}, 6},
				{[]packedSlot{{slot: 1, subject: bailiwick.SubjectID{}, cset: 5}, {subject: ada, cset: 5}}, 0},
				{nil, 0},
			} {
				s.enterRecord(&packed{slots: c.slots})
				if got := s.agreed[5]; got != c.want {
					t.Errorf("%v: %b, want %b", c.slots, got, c.want)
				}
			}
			s.enterRecord(&packed{slots: []packedSlot{{subject: ada, cset: 5}}})
			s.enter(bailiwick.EntityID{})
			if s.agreed[5] != 0 {
				t.Error("a consent stays from the record before")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
