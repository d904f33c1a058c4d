package tenant

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// Limits of a configuration document.
const (
	MaxPacks     = 50       // applications of one tenant
	MaxRuleBytes = 1 << 20  // size of the rules
	maxDocument  = 16 << 20 // size of the whole as stored
)

// PackFile is an application as it was written.
type PackFile struct {
	Name string `json:"file"` // for messages
	YAML string `json:"yaml"`
}

// Document is everything that a tenant configures, in the form in which it was
// written. One version is one document; nothing of it is ever changed.
type Document struct {
	Packs      []PackFile
	Rules      string // rules and roles as YAML; empty = product defaults and shipped roles
	Entities   []Entity
	Settings   Settings
	Overlay    schema.Overlay // what the tenant changes about its applications
	Agreements []Agreement    // references that rules and settings can require (R14.12)
}

// Clone returns a document that may be changed without changing this one.
func (d Document) Clone() (Document, error) {
	b, digest, err := d.Encode()
	if err != nil {
		return Document{}, err
	}
	return DecodeDocument(b, digest)
}

// stored is the canonical form: members in this order, no white space, the
// lists sorted, so that equal documents have equal bytes.
type stored struct {
	Format   int            `json:"format"`
	Packs    []PackFile     `json:"packs"`
	Rules    string         `json:"rules"`
	Entities []storedEntity `json:"entities"`
	Settings Settings       `json:"settings"`

	// Since format 2; left out where there is nothing, so that a document of
	// format 1 that says nothing new differs in its number only.
	Overlay    *schema.Overlay `json:"overlay,omitempty"`
	Agreements []Agreement     `json:"agreements,omitempty"`
}

type storedEntity struct {
	ID             bailiwick.EntityID `json:"id"`
	Key            string             `json:"key"`
	Name           string             `json:"name"`
	Seat           bailiwick.Country  `json:"seat"`
	PrivacyContact string             `json:"privacy_contact"`
}

// format is the form written; formats below it are read as well: 1 had neither
// an overlay nor agreements.
const format = 2

// Encode returns the canonical bytes of a document and their SHA-256.
func (d Document) Encode() (document, digest []byte, err error) {
	s := stored{Format: format, Packs: slices.Clone(d.Packs), Rules: d.Rules, Settings: d.Settings, Agreements: slices.Clone(d.Agreements)}
	if !d.Overlay.IsZero() {
		s.Overlay = &d.Overlay
	}
	slices.SortFunc(s.Agreements, func(a, b Agreement) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(s.Packs, func(a, b PackFile) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	for _, e := range d.Entities {
		s.Entities = append(s.Entities, storedEntity(e))
	}
	slices.SortFunc(s.Entities, func(a, b storedEntity) int { return bytes.Compare([]byte(a.Key), []byte(b.Key)) })
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, nil, fmt.Errorf("encode configuration: %w", err)
	}
	if b.Len() > maxDocument {
		return nil, nil, &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: "The configuration is larger than 16 MiB."}
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), sum[:], nil
}

// errStored is returned for stored bytes that are no document of this program.
var errStored = errors.New("stored configuration is damaged or of a newer program")

// DecodeDocument reads what Encode wrote and checks it against its digest.
func DecodeDocument(document, digest []byte) (Document, error) {
	if sum := sha256.Sum256(document); !bytes.Equal(sum[:], digest) {
		return Document{}, errStored
	}
	var s stored
	dec := json.NewDecoder(bytes.NewReader(document))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil || s.Format < 1 || s.Format > format {
		return Document{}, errStored
	}
	d := Document{Packs: s.Packs, Rules: s.Rules, Settings: s.Settings, Agreements: s.Agreements}
	if s.Overlay != nil {
		d.Overlay = *s.Overlay
	}
	for _, e := range s.Entities {
		d.Entities = append(d.Entities, Entity(e))
	}
	return d, nil
}

// parsed is a document read into the structures that the other packages work
// with.
type parsed struct {
	packs []*schema.Pack
	types map[string]*schema.Type
	rules []access.Rule
	roles []access.RoleDef
}

// parse checks a whole document. What is wrong with packs or rules comes back
// as CodeInvalid with the parser's own message, which names file, line and key
// and holds no content of records.
func (d Document) parse() (*parsed, error) {
	var fields []bailiwick.FieldError
	if len(d.Packs) == 0 || len(d.Packs) > MaxPacks {
		fields = append(fields, fieldError("packs", "count", "There are 1 to 50 packs."))
	}
	if len(d.Rules) > MaxRuleBytes {
		fields = append(fields, fieldError("rules", "size", "The rules are larger than 1 MiB."))
	}
	if len(d.Entities) == 0 || len(d.Entities) > MaxEntities {
		fields = append(fields, fieldError("entities", "count", "There are 1 to 500 legal entities."))
	}
	keys := make(map[string]bool)
	for i, e := range d.Entities {
		path := fmt.Sprintf("entities[%d]", i)
		fields = append(fields, e.check(path)...)
		if keys[e.Key] {
			fields = append(fields, fieldError(path+".key", "unique", "Two legal entities have the same key."))
		}
		keys[e.Key] = true
	}
	fields = append(fields, d.Settings.check()...)
	fields = append(fields, checkAgreements(d.Agreements)...)
	if fields != nil {
		return nil, invalid(fields...)
	}
	p := &parsed{types: make(map[string]*schema.Type)}
	for _, f := range d.Packs {
		pack, err := schema.Parse(f.Name, []byte(f.YAML))
		if err != nil {
			return nil, unreadable("packs", err)
		}
		p.packs = append(p.packs, pack)
	}
	var err error
	if p.packs, err = d.Overlay.Apply(p.packs); err != nil {
		return nil, overlayError(err)
	}
	if err := schema.Check(p.packs); err != nil {
		return nil, unreadable("packs", err)
	}
	for _, pack := range p.packs {
		for _, t := range pack.Types {
			p.types[t.Key] = t
		}
	}
	return p, p.readRules(d.Rules)
}

// readRules reads rules and roles; the shipped roles stand where the document
// has none of the same key.
func (p *parsed) readRules(text string) error {
	var own []access.RoleDef
	if text != "" {
		var err error
		if p.rules, own, err = access.ParseRules("rules.yaml", []byte(text)); err != nil {
			return unreadable("rules", err)
		}
	}
	p.roles = access.WithShippedRoles(own)
	return nil
}

func fieldError(field, rule, message string) bailiwick.FieldError {
	return bailiwick.FieldError{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message}
}

// unreadable makes the answer to a pack or rule file that its parser refused.
func unreadable(field string, err error) *bailiwick.Error {
	if bailiwick.ErrorCode(err) != bailiwick.CodeInternal {
		var e *bailiwick.Error
		errors.As(err, &e)
		return e
	}
	out := invalid(fieldError(field, "grammar", err.Error()))
	out.Err = err
	return out
}
