package server

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"bailiwick/internal/vault/keystore"
)

// CellSpec is a place for workspaces besides the database or data directory of
// the installation.
type CellSpec struct {
	Name   string // as the directory calls it; lower-case label
	Region string // hosting region, as store-region rules name it
	Place  string // "file:DIR" or a postgres:// URL of the app role
}

// Dir is the directory of a cell in files, empty for a database.
func (s CellSpec) Dir() string {
	dir, _ := strings.CutPrefix(s.Place, "file:")
	if isPostgres(s.Place) {
		return ""
	}
	return dir
}

// maxCells bounds the cells of one installation.
const maxCells = 64

var cellLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// CellSpecs parses Cells. The error names the entry by its number, never its
// text, which may hold a password.
func (c *Config) CellSpecs() ([]CellSpec, error) {
	var out []CellSpec
	var errs []error
	for i, text := range entries(c.Cells) {
		p := strings.SplitN(text, ":", 3)
		if len(p) < 3 || !cellLabel.MatchString(p[0]) || !cellLabel.MatchString(p[1]) {
			errs = append(errs, fmt.Errorf("entry %d of --cells is not NAME:REGION:PLACE, such as us1:us:file:/srv/us1, with lower-case letters, digits and hyphens in name and region", i+1))
			continue
		}
		s := CellSpec{p[0], p[1], p[2]}
		if dir := s.Dir(); !isPostgres(s.Place) && (!strings.HasPrefix(s.Place, "file:") || !filepath.IsAbs(dir)) {
			errs = append(errs, fmt.Errorf("the cell %s needs file: with a whole path, or a postgres:// URL", s.Name))
			continue
		}
		out = append(out, s)
	}
	if len(out) > maxCells {
		errs = append(errs, fmt.Errorf("--cells names more than %d cells", maxCells))
	}
	return out, errors.Join(errs...)
}

// entries are the elements of a list, which the environment and files of
// secrets give as one text with blanks or line ends between them.
func entries(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, strings.Fields(s)...)
	}
	return out
}

// CellOwner is the owner's URL of a cell in a database, empty if none is given.
func (c *Config) CellOwner(name string) string {
	for _, text := range entries(c.CellOwners) {
		if n, u, _ := strings.Cut(text, "="); n == name {
			return u
		}
	}
	return ""
}

// checkCells returns what cannot work about the cells: each has a name and a
// place of its own, and the keystore lies in none of them.
func (c *Config) checkCells() []error {
	cells, err := c.CellSpecs()
	var errs []error
	if err != nil {
		errs = append(errs, err)
	}
	names := map[string]bool{}
	for i, s := range cells {
		if names[s.Name] {
			errs = append(errs, fmt.Errorf("--cells names the cell %s twice", s.Name))
		}
		names[s.Name] = true
		if err := keystore.Apart(c.KeystoreSpec(), s.Place); err != nil {
			errs = append(errs, fmt.Errorf("the cell %s: %w", s.Name, err))
		}
		others := []string{c.DataSpec()}
		for _, o := range cells[:i] {
			others = append(others, o.Place)
		}
		for _, o := range others {
			if errors.Is(keystore.Apart(s.Place, o), keystore.ErrNotApart) {
				errs = append(errs, fmt.Errorf("the cell %s is in the place of other data: give it a directory or database of its own", s.Name))
			}
		}
	}
	for i, text := range entries(c.CellOwners) {
		name, u, _ := strings.Cut(text, "=")
		if !names[name] || !isPostgres(u) {
			errs = append(errs, fmt.Errorf("entry %d of --cell-owners is not NAME=URL with the name of a cell and a postgres:// URL", i+1))
		}
	}
	return errs
}

// Place says where a new workspace is kept: in the cell that is named, in the
// only cell of the region that is named, or without both in the installation's
// own store. Where no cells are configured a region is only noted. It refuses
// what it cannot follow.
func (c *Config) Place(cell, region string) (CellSpec, error) {
	cells, err := c.CellSpecs()
	if err != nil {
		return CellSpec{}, err
	}
	var fit []CellSpec
	for _, s := range cells {
		if (cell == "" || s.Name == cell) && (region == "" || s.Region == region) {
			fit = append(fit, s)
		}
	}
	switch {
	case cell == "" && (region == "" || len(cells) == 0):
		return CellSpec{Region: region}, nil
	case len(fit) == 1:
		return fit[0], nil
	case cell != "" && region != "":
		return CellSpec{}, fmt.Errorf("--cells names no cell %q in the region %q", cell, region)
	case cell != "":
		return CellSpec{}, fmt.Errorf("--cells names no cell %q", cell)
	case len(fit) == 0:
		return CellSpec{}, fmt.Errorf("--cells names no cell in the region %q", region)
	default:
		return CellSpec{}, fmt.Errorf("--cells names several cells in the region %q: choose one with --cell", region)
	}
}
