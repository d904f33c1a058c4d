package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"bailiwick"
	"bailiwick/internal/tenant"
)

type tenantCommand struct {
	Create tenantCreate `cmd:"" help:"Make a workspace and print the link by which its first person signs in."`
	List   tenantList   `cmd:"" help:"List the workspaces."`
	Link   tenantLink   `cmd:"" help:"Print a new link for a workspace that nobody has signed in to yet; earlier ones end."`
}

type tenantCreate struct {
	Slug     string   `arg:"" help:"Name in front of the host, such as acme."`
	Name     string   `help:"Name of the customer, for people. Default: the slug."`
	Entity   []string `placeholder:"KEY:COUNTRY:NAME" sep:"none" help:"A legal entity of the customer, such as acme-de:DE:Acme GmbH; may be repeated. Default: one with the name of the customer in --country."`
	Country  string   `placeholder:"CC" help:"Seat of the default legal entity, ISO 3166-1."`
	Language string   `enum:"en,de,fr" default:"en" help:"Language of people who chose none."`
	TimeZone string   `default:"UTC" placeholder:"ZONE" help:"IANA time zone."`
	Region   string   `placeholder:"KEY" help:"Hosting region in which this installation keeps the workspace, such as eu; store-region rules are judged by it. Chooses the only cell there, if --cells names any. It does not change."`
	Cell     string   `placeholder:"NAME" help:"Cell that keeps the workspace, one of --cells; its region follows. Default: the installation's own place. It does not change."`
	Rules    string   `placeholder:"FILE" help:"Rules and roles of the workspace (YAML, see docs/matrix.md). Default: the defaults of the product."`
}

// firstRunLife is how long the link of a new workspace can be used.
const firstRunLife = 72 * time.Hour

// Run makes the workspace.
func (t *tenantCreate) Run(inv *invocation) error {
	entities, err := t.entities()
	if err != nil {
		return err
	}
	var rules []byte
	if t.Rules != "" {
		if rules, err = readBounded(t.Rules); err != nil {
			return fmt.Errorf("--rules cannot be read: %w", err)
		}
	}
	place, err := inv.config.Place(t.Cell, t.Region)
	if err != nil {
		return err
	}
	h, err := open(inv)
	if err != nil {
		return err
	}
	defer h.Close()
	for _, c := range h.parts.Store.Cells(inv.ctx) {
		if c.Name == place.Name && c.Err != nil {
			return c.Err // before anything of the workspace is written
		}
	}
	for _, w := range h.warnings {
		fmt.Fprintln(inv.out, w)
	}
	name := t.Name
	if name == "" {
		name = t.Slug
	}
	made, err := h.parts.Tenants.Create(inv.ctx, tenant.Spec{
		Slug: t.Slug, Name: name, Entities: entities, Rules: rules, Region: place.Region, Cell: place.Name,
		Settings: tenant.Settings{Language: t.Language, TimeZone: t.TimeZone},
	})
	if err != nil {
		return err
	}
	return firstRun(inv, h, made, "The workspace is made. ")
}

// firstRun prints a link by which the first person of a workspace signs in.
func firstRun(inv *invocation, h *house, made tenant.Tenant, before string) error {
	secret, err := h.parts.Identity.FirstRunLink(inv.ctx, made.ID, firstRunLife)
	if err != nil {
		return err
	}
	base, err := inv.config.Base()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(inv.out, "%sOpen this link within %.0f hours to become its first owner; it works once:\n%s://%s.%s/link/%s\n",
		before, firstRunLife.Hours(), base.Scheme, made.Slug, base.Host, secret)
	return err
}

// tenantLink is for a link that was lost or has ended. It lets nobody into a
// workspace that has users: they invite each other.
type tenantLink struct {
	Slug string `arg:"" help:"Name in front of the host, such as acme."`
}

// Run prints the link.
func (t *tenantLink) Run(inv *invocation) error {
	h, err := openExisting(inv)
	if err != nil {
		return err
	}
	defer h.Close()
	made, err := h.parts.Tenants.BySlug(inv.ctx, t.Slug)
	if bailiwick.ErrorCode(err) == bailiwick.CodeNotFound {
		return fmt.Errorf("there is no workspace %q: \"bailiwick tenant list\" lists them", t.Slug)
	}
	if err != nil {
		return err
	}
	return firstRun(inv, h, made, "")
}

// entities reads the flags of legal entities.
func (t *tenantCreate) entities() ([]tenant.Entity, error) {
	if len(t.Entity) == 0 {
		seat, err := bailiwick.ParseCountry(t.Country)
		if err != nil && t.Country != "" {
			return nil, errors.New("--country is not an ISO 3166-1 code, such as DE")
		}
		if err != nil {
			return nil, errors.New("give --country with the seat of the customer, such as DE, or its legal entities with --entity")
		}
		name := t.Name
		if name == "" {
			name = t.Slug
		}
		return []tenant.Entity{{Key: t.Slug, Name: name, Seat: seat}}, nil
	}
	var out []tenant.Entity
	for _, e := range t.Entity {
		parts := strings.SplitN(e, ":", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("--entity wants KEY:COUNTRY:NAME, such as acme-de:DE:Acme GmbH")
		}
		seat, err := bailiwick.ParseCountry(parts[1])
		if err != nil {
			return nil, fmt.Errorf("--entity %s: the country is not an ISO 3166-1 code", parts[0])
		}
		out = append(out, tenant.Entity{Key: parts[0], Seat: seat, Name: parts[2]})
	}
	return out, nil
}

type tenantList struct{}

// Run lists the workspaces.
func (tenantList) Run(inv *invocation) error {
	h, err := openExisting(inv)
	if err != nil {
		return err
	}
	defer h.Close()
	tenants, err := h.parts.Tenants.List(inv.ctx)
	if err != nil {
		return err
	}
	base, err := inv.config.Base()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(inv.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SLUG\tNAME\tSTATE\tSINCE\tCELL\tREGION\tADDRESS")
	for _, t := range tenants {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s://%s.%s\n", t.Slug, t.Name, t.State, t.Created.Format(time.DateOnly), orDash(t.Cell), orDash(t.Region), base.Scheme, t.Slug, base.Host)
	}
	return w.Flush()
}

// orDash is a text that may be empty, in a column.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
