// Package oscal is for control catalogues in OSCAL, the JSON in which
// standards bodies publish them: it reads the controls of a catalogue as rows
// that import into the record type of the controls pack.
//
// Invariants:
//
//   - The package is pure and reads at most MaxBytes.
//   - Only catalogues are read, whether published as such or resolved from a
//     profile; every other OSCAL document is refused.
//   - A control that is not withdrawn is never dropped silently: it becomes
//     exactly one row, or the whole catalogue is refused.
package oscal

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"bailiwick"
)

// Limits of a catalogue.
const (
	MaxBytes    = 32 << 20 // size of the document
	MaxControls = 20_000   // controls, enhancements included
	MaxDepth    = 12       // nesting of groups, controls and parts
	MaxText     = 20_000   // characters of a statement or guidance
	MaxName     = 200      // characters of a title or family
)

// Catalogue is what is read of a catalogue.
type Catalogue struct {
	Title     string // of the catalogue: the framework
	Controls  []Control
	Withdrawn int // controls that the standards body has withdrawn; they are no rows
}

// Control is one control or enhancement.
type Control struct {
	ID        string // identifier in the catalogue, such as "ac-2.1"
	Label     string // as people cite it, such as "AC-2(1)"
	Family    string // title of the group it stands in
	Title     string // of an enhancement: "Account Management | Disable Accounts"
	Statement string // what is required, items on lines of their own
	Guidance  string
}

// Header returns the column titles of Table: keys of fields of the type
// "control" of the controls pack.
func Header() []string {
	return []string{"framework", "family", "requirement", "title", "statement", "guidance"}
}

// Table returns the controls as rows under Header.
func (c *Catalogue) Table() (header []string, rows [][]string) {
	rows = make([][]string, 0, len(c.Controls))
	for _, k := range c.Controls {
		rows = append(rows, []string{c.Title, k.Family, k.Label, k.Title, k.Statement, k.Guidance})
	}
	return Header(), rows
}

// Read reads a catalogue. The error is a *bailiwick.Error with the code
// malformed or too-large, and says what kind of thing is wrong, and in which
// control where one has a proper identifier.
func Read(data []byte) (*Catalogue, error) {
	if len(data) > MaxBytes {
		return nil, &bailiwick.Error{Code: bailiwick.CodeTooLarge, Message: fmt.Sprintf("The catalogue is larger than %d MiB.", MaxBytes>>20)}
	}
	if !utf8.Valid(data) {
		return nil, bailiwick.Malformed("The catalogue is not UTF-8.")
	}
	var doc document
	if json.Unmarshal(data, &doc) != nil {
		return nil, bailiwick.Malformed("The catalogue is not OSCAL in JSON.")
	}
	if doc.Catalog == nil {
		return nil, bailiwick.Malformed("The file is no OSCAL catalogue.")
	}
	r := &reader{params: map[string]param{}, seen: map[string]bool{}, out: &Catalogue{Title: short(doc.Catalog.Metadata.Title)}}
	if r.out.Title == "" {
		return nil, bailiwick.Malformed("The catalogue has no title.")
	}
	root := group{Groups: doc.Catalog.Groups, Controls: doc.Catalog.Controls, Params: doc.Catalog.Params}
	if err := r.collect(root, 0); err != nil {
		return nil, err
	}
	if err := r.group(root, ""); err != nil {
		return nil, err
	}
	return r.out, nil
}

// The parts of an OSCAL document that are read.
type document struct {
	Catalog *struct {
		Metadata struct {
			Title string `json:"title"`
		} `json:"metadata"`
		Groups   []group   `json:"groups"`
		Controls []control `json:"controls"`
		Params   []param   `json:"params"`
	} `json:"catalog"`
}

type group struct {
	Title    string    `json:"title"`
	Groups   []group   `json:"groups"`
	Controls []control `json:"controls"`
	Params   []param   `json:"params"`
}

type control struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Params   []param   `json:"params"`
	Props    []prop    `json:"props"`
	Parts    []part    `json:"parts"`
	Controls []control `json:"controls"`
}

type prop struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Class string `json:"class"`
}

type part struct {
	Name  string `json:"name"`
	Props []prop `json:"props"`
	Prose string `json:"prose"`
	Parts []part `json:"parts"`
}

type param struct {
	ID     string   `json:"id"`
	Label  string   `json:"label"`
	Values []string `json:"values"`
	Select *struct {
		HowMany string   `json:"how-many"`
		Choice  []string `json:"choice"`
	} `json:"select"`
}
