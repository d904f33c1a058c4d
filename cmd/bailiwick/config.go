package main

import (
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"

	"bailiwick/internal/server"
)

type configCommand struct {
	Check configCheck `cmd:"" help:"Say whether the configuration can work; nothing is opened."`
	Print configPrint `cmd:"" help:"Print every key with its value and where the value comes from; secrets are masked."`
}

type configCheck struct{}

// Run checks the configuration.
func (configCheck) Run(inv *invocation) error {
	if err := inv.config.Check(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(inv.out, "The configuration is in order.")
	return err
}

type configPrint struct{}

// Run prints the configuration.
func (configPrint) Run(inv *invocation) error {
	w := tabwriter.NewWriter(inv.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tVALUE\tFROM")
	for _, k := range server.Keys() {
		value, from := k.Value(&inv.config), inv.origins[k.Name]
		if value == "" {
			if value = derived(&inv.config, k.Name); value != "" {
				from = "derived"
			}
		}
		switch {
		case k.Name == "cells":
			value = maskedCells(&inv.config)
		case k.Secret:
			value = masked(value)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", k.Name, value, from)
	}
	return w.Flush()
}

// derived is what an empty key stands for, where it stands for something.
func derived(c *server.Config, key string) string {
	switch key {
	case "base-url":
		if base, err := c.Base(); err == nil {
			return base.String()
		}
	case "data":
		return c.DataDir()
	case "keystore":
		return c.KeystoreSpec()
	case "root-key":
		return c.RootKeyFile()
	}
	return ""
}

// masked hides the password of a URL and all of what is no URL.
func masked(s string) string {
	if s == "" || strings.HasPrefix(s, "file:") {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return "********"
	}
	if u.RawQuery != "" {
		u.RawQuery = "masked"
	}
	return u.Redacted()
}

// maskedCells are the cells without the passwords of their databases.
func maskedCells(c *server.Config) string {
	cells, err := c.CellSpecs()
	if err != nil {
		return "********"
	}
	var out []string
	for _, s := range cells {
		out = append(out, s.Name+":"+s.Region+":"+masked(s.Place))
	}
	return strings.Join(out, " ")
}
