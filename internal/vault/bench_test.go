package vault_test

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"strconv"
	"testing"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/vault"
)

// listed is a list of 100 blocks of 600 bytes of as many subjects, goal 2.
func listed(b *testing.B) (*bench, *vault.Vault, bailiwick.TenantID, []bailiwick.SubjectID, []vault.Block, []bailiwick.Sealed) {
	b.Helper()
	k := sqliteBench(b)
	v := k.vault(b)
	tenant, ids := people(b, v, 100)
	var blocks []vault.Block
	var sealed []bailiwick.Sealed
	for _, s := range ids {
		at := block(tenant, bailiwick.RecordID{ID: newID(b)}, s)
		c, err := v.Seal(b.Context(), at, make([]byte, 600))
		if err != nil {
			b.Fatal(err)
		}
		blocks, sealed = append(blocks, at), append(sealed, c)
	}
	return k, v, tenant, ids, blocks, sealed
}

// BenchmarkOpenOne opens one block again and again: everything in cache.
func BenchmarkOpenOne(b *testing.B) {
	_, v, _, _, blocks, sealed := listed(b)
	d := decision(b, access.Access, "health", access.Allow)
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.OpenTo(b.Context(), buf, blocks[0], sealed[0], d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenList opens 100 blocks, with the keys ready, with the keys read
// by one Prefetch, and with the keys read one by one.
func BenchmarkOpenList(b *testing.B) {
	d := decision(b, access.Access, "health", access.Allow)
	for name, ready := range map[string]func(b *testing.B, k *bench, v *vault.Vault, t bailiwick.TenantID, ids []bailiwick.SubjectID){
		"warm": func(*testing.B, *bench, *vault.Vault, bailiwick.TenantID, []bailiwick.SubjectID) {},
		"prefetched": func(b *testing.B, k *bench, v *vault.Vault, t bailiwick.TenantID, ids []bailiwick.SubjectID) {
			k.clock.add(vault.CacheTime)
			if err := v.Prefetch(b.Context(), t, ids); err != nil {
				b.Fatal(err)
			}
		},
		"cold": func(_ *testing.B, k *bench, _ *vault.Vault, _ bailiwick.TenantID, _ []bailiwick.SubjectID) {
			k.clock.add(vault.CacheTime)
		},
	} {
		b.Run(name, func(b *testing.B) {
			k, v, tenant, ids, blocks, sealed := listed(b)
			buf := make([]byte, 0, 1024)
			b.ReportAllocs()
			for b.Loop() {
				ready(b, k, v, tenant, ids)
				for i := range blocks {
					if _, err := v.OpenTo(b.Context(), buf, blocks[i], sealed[i], d); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkFloor opens 100 blocks with the standard library alone, a key
// schedule each: what BenchmarkOpenList is to be compared with.
func BenchmarkFloor(b *testing.B) {
	var aeads []cipher.AEAD
	var bodies [][]byte
	nonce, aad := make([]byte, 12), make([]byte, 90)
	for i := range 100 {
		key := make([]byte, 32)
		key[0] = byte(i)
		c, err1 := aes.NewCipher(key)
		a, err2 := cipher.NewGCM(c)
		if err := errors.Join(err1, err2); err != nil {
			b.Fatal(err)
		}
		aeads, bodies = append(aeads, a), append(bodies, a.Seal(nil, nonce, make([]byte, 600), aad))
	}
	buf := make([]byte, 0, 1024)
	for b.Loop() {
		for i := range aeads {
			if _, err := aeads[i].Open(buf, nonce, bodies[i], aad); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkSeal seals one block of 600 bytes, the key being ready.
func BenchmarkSeal(b *testing.B) {
	_, v, _, _, blocks, _ := listed(b)
	clear := make([]byte, 600)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Seal(b.Context(), blocks[0], clear); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreateSubjects makes keys durably, in batches.
func BenchmarkCreateSubjects(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			v := sqliteBench(b).vault(b)
			tenant, _ := people(b, v, 0)
			for b.Loop() {
				ids := make([]bailiwick.SubjectID, n)
				for i := range ids {
					ids[i].ID = newID(b)
				}
				if err := v.CreateSubjects(b.Context(), tenant, ids); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBlindAll makes the tokens of a text of 20 words.
func BenchmarkBlindAll(b *testing.B) {
	v := sqliteBench(b).vault(b)
	tenant, _ := people(b, v, 0)
	words := make([]string, 20)
	for i := range words {
		words[i] = "word" + strconv.Itoa(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.BlindAll(b.Context(), tenant, "risk.title", words); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCreateTogether makes keys durably from 16 callers.
func BenchmarkCreateTogether(b *testing.B) {
	v := sqliteBench(b).vault(b)
	tenant, _ := people(b, v, 0)
	b.SetParallelism(8) // times two processors
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := v.CreateSubject(b.Context(), tenant, bailiwick.SubjectID{ID: newID(b)}); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkShred destroys one key with its journal row, durably.
func BenchmarkShred(b *testing.B) {
	v := sqliteBench(b).vault(b)
	tenant, ids := people(b, v, 5000)
	i := 0
	for b.Loop() {
		if err := v.Shred(b.Context(), tenant, ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
