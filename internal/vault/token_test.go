package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"bailiwick"
	"bailiwick/internal/vault"
)

// TestSeparation checks that every use, field, purpose, tenant and subject has
// a key of its own: all digests of one text differ, and each is repeatable.
func TestSeparation(t *testing.T) {
	b := sqliteBench(t)
	ctx := t.Context()
	v := b.vault(t)
	one, ids := people(t, v, 2)
	two, others := people(t, v, 1)
	digests := func(v *vault.Vault) map[string][]byte {
		out := map[string][]byte{}
		add := func(name string, d []byte, err error) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out[name] = d[:vault.TokenSize]
		}
		for tenant, key := range map[string]bailiwick.TenantID{"one": one, "two": two} {
			for _, f := range []string{"name", "name/prefix"} {
				d, err := v.Blind(ctx, key, f, "zoe")
				add("blind "+tenant+" "+f, d, err)
				d, err = v.Mac(ctx, key, f, []byte("zoe"))
				add("mac "+tenant+" "+f, d, err)
			}
		}
		for name, s := range map[string]bailiwick.SubjectID{"first": ids[0], "second": ids[1]} {
			d, err := v.Pseudonym(ctx, one, s)
			add("pseudonym "+name, d, err)
		}
		d, err := v.Pseudonym(ctx, two, others[0])
		add("pseudonym other tenant", d, err)
		return out
	}
	first, again := digests(v), digests(b.vault(t))
	seen := map[string]string{}
	for name, d := range first {
		if !bytes.Equal(d, again[name]) {
			t.Errorf("%s is another one in another process", name)
		}
		if twin, ok := seen[string(d)]; ok {
			t.Errorf("%s and %s are the same", name, twin)
		}
		seen[string(d)] = name
	}
}

func TestBlindAll(t *testing.T) {
	v := sqliteBench(t).vault(t)
	tenant, _ := people(t, v, 0)
	words := []string{"a", "b", "", "a"}
	all, err := v.BlindAll(t.Context(), tenant, "person.name", words)
	if err != nil || len(all) != len(words) {
		t.Fatalf("%d tokens, %v", len(all), err)
	}
	for i, w := range words {
		if one, err := v.Blind(t.Context(), tenant, "person.name", w); err != nil || !bytes.Equal(one, all[i]) {
			t.Errorf("word %d: the batch gives another token (%v)", i, err)
		}
	}
	for _, field := range []string{"", strings.Repeat("f", 257)} {
		if _, err := v.BlindAll(t.Context(), tenant, field, words); !errors.Is(err, vault.ErrBinding) {
			t.Errorf("field of %d bytes: %v", len(field), err)
		}
		if _, err := v.Mac(t.Context(), tenant, field, nil); !errors.Is(err, vault.ErrBinding) {
			t.Errorf("purpose of %d bytes: %v", len(field), err)
		}
	}
}

func TestSecrets(t *testing.T) {
	engines(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		v := b.vault(t)
		tenant, _ := people(t, v, 0)
		other, _ := people(t, v, 0)
		id := newID(t)
		for _, kind := range vault.SecretKinds() {
			sealed, err := v.SealSecret(ctx, tenant, kind, id, []byte("zoe@example.com"))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := b.vault(t).OpenSecret(ctx, tenant, kind, id, sealed); err != nil || string(got) != "zoe@example.com" {
				t.Errorf("%s: opened %q, %v", kind, got, err)
			}
			for _, wrong := range vault.SecretKinds() {
				if _, err := v.OpenSecret(ctx, tenant, wrong, id, sealed); wrong != kind && !errors.Is(err, vault.ErrTampered) {
					t.Errorf("%s opened as %s: %v", kind, wrong, err)
				}
			}
			for name, err := range map[string]error{
				"other id":     second(v.OpenSecret(ctx, tenant, kind, newID(t), sealed)),
				"other tenant": second(v.OpenSecret(ctx, other, kind, id, sealed)),
			} {
				if !errors.Is(err, vault.ErrTampered) {
					t.Errorf("%s: %s: %v", kind, name, err)
				}
			}
			if _, err := v.OpenSecret(ctx, tenant, kind, id, bailiwick.SealedBytes([]byte("short"))); !errors.Is(err, vault.ErrFormat) {
				t.Errorf("%s: not sealed: %v", kind, err)
			}
		}
		if _, err := v.SealSecret(ctx, tenant, "diary", id, nil); !errors.Is(err, vault.ErrBinding) {
			t.Errorf("unknown kind: %v", err)
		}
	})
}
