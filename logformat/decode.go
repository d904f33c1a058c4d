package logformat

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// ErrEncoding is returned for bytes that are not the encoding of an entry.
var ErrEncoding = errors.New("logformat: not the encoding of an entry")

// ErrVersion is returned for an entry of a version this program does not know.
var ErrVersion = errors.New("logformat: entry of an unknown version")

// wire is the encoding as encoding/json reads it.
type wire struct {
	V            int      `json:"v"`
	ID           string   `json:"id"`
	Time         string   `json:"time"`
	Tenant       string   `json:"tenant"`
	Kind         Kind     `json:"kind"`
	ActorKind    string   `json:"actor_kind"`
	Actor        string   `json:"actor"`
	ActorCountry string   `json:"actor_country"`
	ActorRoles   []string `json:"actor_roles"`
	Purpose      string   `json:"purpose"`
	Reference    string   `json:"reference"`
	Session      string   `json:"session"`
	Type         string   `json:"type"`
	Record       string   `json:"record"`
	Revision     int64    `json:"revision"`
	Subjects     []string `json:"subjects"`
	Fields       []string `json:"fields"`
	Categories   []string `json:"categories"`
	Count        int64    `json:"count"`
	Root         string   `json:"root"`
	Import       string   `json:"import"`
	Config       int64    `json:"config"`
	Policy       int64    `json:"policy"`
	Level        string   `json:"level"`
	Outcome      Outcome  `json:"outcome"`
	Rules        []string `json:"rules"`
	Reason       string   `json:"reason"`
	Before       string   `json:"before"`
	After        string   `json:"after"`
	Detail       string   `json:"detail"`
	Commitment   string   `json:"commitment"`
}

// Decode reads the encoding of an entry. It accepts exactly what Encode
// writes: other spellings of the same members, unknown members and anything
// after the end are ErrEncoding. A higher version is ErrVersion.
func Decode(b []byte) (Entry, error) {
	if len(b) > MaxEncoded {
		return Entry{}, ErrEncoding
	}
	if !bytes.HasPrefix(b, []byte(`{"v":1,`)) {
		var v struct {
			V int `json:"v"`
		}
		if json.Unmarshal(b, &v) == nil && v.V > Version {
			return Entry{}, ErrVersion
		}
		return Entry{}, ErrEncoding
	}
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return Entry{}, ErrEncoding
	}
	e, err := w.entry()
	if err != nil {
		return Entry{}, ErrEncoding
	}
	// Whatever the reader above was lenient about does not come out again the
	// same: order, spaces, doubled or unknown members, escapes, letter case.
	again, err := e.Encode()
	if err != nil || !bytes.Equal(again, b) {
		return Entry{}, ErrEncoding
	}
	return e, nil
}

func (w *wire) entry() (Entry, error) {
	e := Entry{
		Kind: w.Kind, ActorKind: w.ActorKind, Actor: w.Actor, ActorCountry: w.ActorCountry, ActorRoles: w.ActorRoles,
		Purpose: w.Purpose, Reference: w.Reference, Object: Object{Type: w.Type}, Revision: w.Revision, Fields: w.Fields,
		Categories: w.Categories, Count: w.Count, ConfigVersion: w.Config, PolicyVersion: w.Policy, Level: w.Level,
		Outcome: w.Outcome, Rules: w.Rules, Reason: w.Reason, Before: w.Before, After: w.After, Detail: w.Detail,
	}
	at, err := time.Parse(timeLayout, w.Time)
	if err != nil {
		return Entry{}, err
	}
	e.Time = at
	for _, p := range w.Subjects {
		var x Pseudonym
		if err := unhex(x[:], p); err != nil {
			return Entry{}, err
		}
		e.Subjects = append(e.Subjects, x)
	}
	return e, errors.Join(
		unhexID(&e.ID, w.ID), unhexID(&e.Tenant, w.Tenant), unhexID(&e.Session, w.Session),
		unhexID(&e.Object.Record, w.Record), unhexID(&e.Import, w.Import),
		unhexHash(&e.Root, w.Root), unhexHash(&e.Commitment, w.Commitment))
}

// ParseID reads the 36-character form of an identifier; ErrEncoding otherwise.
func ParseID(s string) (ID, error) {
	var id ID
	err := unhex(id[:], strings.ReplaceAll(s, "-", ""))
	if err != nil || id.String() != s {
		return ID{}, ErrEncoding
	}
	return id, nil
}

func unhexID(dst *ID, s string) (err error) {
	if s != "" {
		*dst, err = ParseID(s)
	}
	return err
}

func unhexHash(dst *Hash, s string) error {
	if s == "" {
		return nil
	}
	return unhex(dst[:], s)
}

func unhex(dst []byte, s string) error {
	if len(s) != 2*len(dst) {
		return ErrEncoding
	}
	_, err := hex.Decode(dst, []byte(s))
	return err
}
