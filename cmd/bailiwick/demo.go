package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"text/tabwriter"

	"bailiwick/internal/demo"
	"bailiwick/internal/server"
)

type demoCommand struct {
	JSON bool `help:"Print one line of JSON when ready, for scripts."`
}

// demoLine is the line of JSON.
type demoLine struct {
	Base     string       `json:"base"`
	Tenants  []demoTenant `json:"tenants"`
	Provider demoProvider `json:"provider"`
}

type demoTenant struct {
	Slug  string     `json:"slug"`
	URL   string     `json:"url"`
	Users []demoUser `json:"users"`
}

type demoUser struct {
	Name    string `json:"name"`
	Role    string `json:"role"`
	Country string `json:"country"`
	SignIn  string `json:"sign_in"` // address that signs in once
	Token   string `json:"token"`   // API token
}

type demoProvider struct {
	URL string `json:"url"`
}

// Run seeds three fictional companies and serves them until a signal.
func (d *demoCommand) Run(inv *invocation) (err error) {
	temporary, err := demoConfig(inv)
	if err != nil {
		return err
	}
	if temporary {
		defer func() { err = errors.Join(err, os.RemoveAll(inv.config.Data)) }()
	}
	h, err := open(inv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if !d.JSON {
		fmt.Fprintln(inv.out, "Making three fictional companies ...")
	}
	p := h.parts
	seeded, err := demo.Seed(inv.ctx, demo.Parts{Tenants: p.Tenants, Identity: p.Identity, Door: p.Door, Clock: p.Clock})
	if err != nil {
		return err
	}
	s, err := server.New(inv.config, p)
	if err != nil {
		return err
	}
	return s.Run(inv.ctx, func(net.Addr) {
		line := describe(s, seeded)
		if d.JSON {
			_ = json.NewEncoder(inv.out).Encode(line)
			return
		}
		welcome(inv.out, line, inv.config.DataDir(), temporary)
	})
}

// demoConfig fills in what a demo does otherwise than serve where nothing is
// given: a fresh directory, a free port, no admin listener, quiet logs.
func demoConfig(inv *invocation) (temporary bool, err error) {
	c := &inv.config
	given := func(key string) bool { return inv.origins[key] != "default" }
	if !given("listen") && !free(c.Listen) {
		c.Listen = "127.0.0.1:0"
	}
	if !given("admin-listen") {
		c.AdminListen = "off"
	}
	if !given("log-level") {
		inv.log = logger(os.Stderr, "warn")
	}
	if !given("data") {
		if c.Data, err = os.MkdirTemp("", "bailiwick-demo-"); err != nil {
			return false, fmt.Errorf("a directory for the demo cannot be made: %w", err)
		}
		temporary = true
	}
	return temporary, nil
}

// free reports whether an address can be listened on now.
func free(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// describe turns what was seeded into addresses.
func describe(s *server.Server, seeded demo.Seeded) demoLine {
	line := demoLine{Base: s.BaseURL(), Provider: demoProvider{URL: s.TenantURL("provider")}}
	for _, w := range seeded.Tenants {
		t := demoTenant{Slug: w.Slug, URL: s.TenantURL(w.Slug)}
		for _, u := range w.Users {
			t.Users = append(t.Users, demoUser{
				Name: u.Name, Role: u.Role, Country: string(u.Country), SignIn: t.URL + "/link/" + u.Link, Token: u.Token,
			})
		}
		line.Tenants = append(line.Tenants, t)
	}
	return line
}

// welcome prints the page of links.
func welcome(out io.Writer, line demoLine, dir string, temporary bool) {
	fmt.Fprintf(out, "\nBailiwick is ready. Open a link as one of these people; each works once, and a private window gives you a second person.\n")
	for _, t := range line.Tenants {
		fmt.Fprintf(out, "\n%s\n", t.URL)
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, u := range t.Users {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", u.Name, u.Role, u.Country, u.SignIn)
		}
		_ = w.Flush()
	}
	note := "it is removed at the end; keep it with --data DIR"
	if !temporary {
		note = "it stays; start again with the same --data for new links"
	}
	fmt.Fprintf(out, "\nData: %s (%s). API tokens: --json. Stop with Ctrl-C.\n", dir, note)
}
