package server

import (
	"strings"
	"testing"
)

// TestConfigCheck holds what a configuration is refused for, and that the
// sentence names the flag to change.
func TestConfigCheck(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string // part of the refusal; "" = accepted
	}{
		{"defaults", func(*Config) {}, ""},
		{"loopback by name", func(c *Config) { c.Listen = "localhost:9000" }, ""},
		{"loopback of IPv6", func(c *Config) { c.Listen = "[::1]:9000" }, ""},
		{"open to others without encryption", func(c *Config) { c.Listen = "0.0.0.0:8080" }, "--tls-cert"},
		{"open to others on every address", func(c *Config) { c.Listen = ":8080" }, "--trusted-proxy"},
		{"open to others with TLS", func(c *Config) { c.Listen, c.TLSCert, c.TLSKey = ":443", "c", "k" }, ""},
		{"open to others behind a proxy", func(c *Config) { c.Listen, c.TrustedProxy = ":8080", []string{"10.0.0.0/8"} }, ""},
		{"a proxy that is the Internet", func(c *Config) { c.TrustedProxy = []string{"0.0.0.0/0"} }, "whole Internet"},
		{"a proxy that is no network", func(c *Config) { c.TrustedProxy = []string{"proxy"} }, "CIDR"},
		{"certificate without key", func(c *Config) { c.TLSCert = "c" }, "belong together"},
		{"no port", func(c *Config) { c.Listen = "127.0.0.1" }, "HOST:PORT"},
		{"clear-text base", func(c *Config) { c.BaseURL = "http://apps.example.com" }, "https"},
		{"base nobody encrypts", func(c *Config) { c.BaseURL = "https://apps.example.com" }, "nothing here encrypts"},
		{"base behind a proxy", func(c *Config) {
			c.BaseURL, c.TrustedProxy = "https://apps.example.com", []string{"127.0.0.1"}
		}, ""},
		{"base with a path", func(c *Config) { c.BaseURL = "https://apps.example.com/x" }, "scheme and host only"},
		{"base that is an address", func(c *Config) { c.BaseURL = "http://127.0.0.1:8080" }, "host name"},
		{"keystore in the data", func(c *Config) { c.Data, c.Keystore = "d", "file:d/store/keys" }, "--keystore"},
		{"keystore in the data database", func(c *Config) {
			c.Database, c.Keystore = "postgres://a@db/x", "postgres://b@DB:5432/x?sslmode=disable"
		}, "--keystore"},
		{"keystore in another database", func(c *Config) {
			c.Database, c.Keystore = "postgres://a@db/x", "postgres://a@db/keys"
		}, ""},
		{"keystore of no kind", func(c *Config) { c.Keystore = "keys" }, "file:DIR"},
		{"database of another kind", func(c *Config) { c.Database = "mysql://db/x" }, "postgres://"},
		{"no requests at all", func(c *Config) { c.MaxRequests = 0 }, "--max-requests"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := Defaults()
			c.change(&config)
			err := config.Check()
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want a refusal with %q", err, c.want)
			}
		})
	}
}

// TestConfigCheckHidesSecrets holds that a refusal does not print what stands
// in a URL.
func TestConfigCheckHidesSecrets(t *testing.T) {
	c := Defaults()
	c.Database, c.DatabaseOwner, c.Keystore = "mysql://u:hunter2@db", "x://hunter2", "y://hunter2"
	err := c.Check()
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
