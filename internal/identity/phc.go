package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"bailiwick"
)

// Limits of passwords, in Unicode code points and bytes.
const (
	MinPassword      = 12
	MaxPassword      = 256
	maxPasswordBytes = 4 * MaxPassword
)

// Parameters of argon2id (OWASP's second choice: 19 MiB, two passes). Each
// hash takes about 50 ms and 19 MiB, so only maxHashing run at once: sign-in
// must not be a way to use up memory.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	saltSize     = 16
	keySize      = 32
	maxHashing   = 4
)

// errHash is returned for text that is no password hash of this program.
var errHash = errors.New("not a password hash")

// hashed is an argon2id hash with what it was made with.
type hashed struct {
	memory, time uint32
	threads      uint8
	salt, key    []byte
}

// String writes the hash in the PHC form:
// $argon2id$v=19$m=19456,t=2,p=1$salt$key, base64 without padding.
func (h hashed) String() string {
	b64 := base64.RawStdEncoding
	return "$argon2id$v=" + strconv.Itoa(argon2.Version) +
		"$m=" + strconv.FormatUint(uint64(h.memory), 10) + ",t=" + strconv.FormatUint(uint64(h.time), 10) +
		",p=" + strconv.FormatUint(uint64(h.threads), 10) + "$" + b64.EncodeToString(h.salt) + "$" + b64.EncodeToString(h.key)
}

// parseHash reads the PHC form. It is strict (one hash has one spelling) and
// bounds the parameters, so that a planted hash cannot make a sign-in cost
// gigabytes. It returns errHash.
func parseHash(s string) (hashed, error) {
	var h hashed
	part := strings.Split(s, "$")
	if len(s) > 256 || len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != "v="+strconv.Itoa(argon2.Version) {
		return h, errHash
	}
	param := strings.Split(part[3], ",")
	if len(param) != 3 {
		return h, errHash
	}
	for i, max := range [...]uint64{256 * 1024, 16, 4} {
		digits, ok := strings.CutPrefix(param[i], [...]string{"m=", "t=", "p="}[i])
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || n < 1 || n > max {
			return h, errHash
		}
		switch i {
		case 0:
			h.memory = uint32(n)
		case 1:
			h.time = uint32(n)
		case 2:
			h.threads = uint8(n)
		}
	}
	b64 := base64.RawStdEncoding.Strict()
	var err1, err2 error
	h.salt, err1 = b64.DecodeString(part[4])
	h.key, err2 = b64.DecodeString(part[5])
	if err1 != nil || err2 != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 || h.String() != s {
		return hashed{}, errHash
	}
	return h, nil
}

// checkPassword refuses passwords that are too short, too long, no text, or
// guessed first. email is the user's, empty if it is not known yet.
func checkPassword(password, email string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || len(password) > maxPasswordBytes || n > MaxPassword:
		return invalid("password", "max-length", "The password is longer than 256 characters.", strconv.Itoa(MaxPassword))
	case n < MinPassword:
		return invalid("password", "min-length", "The password is shorter than 12 characters.", strconv.Itoa(MinPassword))
	}
	return checkWeak(password, email)
}

// hash makes the PHC form of a password with a fresh salt. It waits for its
// turn, and returns the error of ctx if that ends first.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	h := hashed{memory: argonMemory, time: argonTime, threads: argonThreads, salt: make([]byte, saltSize)}
	if _, err := rand.Read(h.salt); err != nil {
		return "", err
	}
	if err := s.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	h.key = derive(h, password, keySize)
	return h.String(), nil
}

// fits reports whether a password is the one of a hash. An empty or damaged
// hash costs the same work and fits nothing.
func (s *Service) fits(ctx context.Context, phc, password string) (bool, error) {
	h, err := parseHash(phc)
	real := err == nil
	if !real {
		if h, err = parseHash(s.dummy()); err != nil {
			return false, err
		}
	}
	if err := s.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	if len(password) > maxPasswordBytes {
		password, real = "", false
	}
	same := subtle.ConstantTimeCompare(derive(h, password, len(h.key)), h.key) == 1
	return same && real, nil
}

// turn waits for a place to hash in.
func (s *Service) turn(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &bailiwick.Error{Code: bailiwick.CodeUnavailable, Message: "The service is busy; try again.", Err: ctx.Err()}
	}
}

// derive runs argon2id over the password in Unicode NFC, so that the same
// characters typed on two keyboards are the same password.
func derive(h hashed, password string, size int) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), h.salt, h.time, h.memory, h.threads, uint32(size))
}

// dummyHash has the parameters of a real hash and a key that nothing yields.
func dummyHash() string {
	h := hashed{memory: argonMemory, time: argonTime, threads: argonThreads, salt: make([]byte, saltSize), key: make([]byte, keySize)}
	return h.String()
}
