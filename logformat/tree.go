package logformat

import (
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"
)

// LeafHash is the hash of an encoded entry as a leaf of the tree (RFC 6962,
// section 2.1).
func LeafHash(encoded []byte) Hash { return Hash(tlog.RecordHash(encoded)) }

// Root is the Merkle tree hash of a list (RFC 6962, section 2.1): what an
// entry about many things carries in place of the list. The root of the empty
// list is the hash of nothing.
func Root(list [][]byte) Hash {
	if len(list) == 0 {
		return sha256.Sum256(nil)
	}
	// roots holds the root of a complete subtree for each bit of the number of
	// leaves so far, the largest first.
	var roots []tlog.Hash
	for i, item := range list {
		h := tlog.RecordHash(item)
		for n := i; n&1 == 1; n >>= 1 {
			h = tlog.NodeHash(roots[len(roots)-1], h)
			roots = roots[:len(roots)-1]
		}
		roots = append(roots, h)
	}
	h := roots[len(roots)-1]
	for i := len(roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(roots[i], h)
	}
	return Hash(h)
}

// Reference is how a record that was read or exported stands in the list
// under a Root: identifier, revision and the categories that were opened.
func Reference(record ID, revision int64, categories []string) []byte {
	b := append([]byte(nil), record[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(revision))
	for _, c := range categories {
		b = append(b, byte(len(c))) // categories are at most 64 bytes
		b = append(b, c...)
	}
	return b
}

// Commit is the commitment of a Sealed entry to the entry that will be shown
// later. The nonce is random and kept secret until then; padding entries
// commit to nothing with a nonce of their own and look the same.
func Commit(nonce [32]byte, encoded []byte) Hash {
	h := sha256.New()
	_, _ = h.Write([]byte("bailiwick/sealed-entry/v1\x00")) // a hash never fails
	_, _ = h.Write(nonce[:])
	_, _ = h.Write(encoded)
	return Hash(h.Sum(nil))
}
