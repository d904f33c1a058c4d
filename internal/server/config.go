package server

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"bailiwick/internal/outbox"
	"bailiwick/internal/vault/keystore"
)

// Config is everything an operator can set; what a tenant can set is a
// setting of the tenant, versioned and in its activity record. The zero value
// of every key works. Each field is one key: the flag --name, the environment
// variable BAILIWICK_NAME and the key of the configuration file are the same
// word. docs/config.md is generated from the tags.
type Config struct {
	Listen         string        `name:"listen" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address for users and the API."`
	AdminListen    string        `name:"admin-listen" default:"127.0.0.1:8081" placeholder:"ADDR" help:"Address for /livez, /readyz and /metrics; \"off\" for none."`
	BaseURL        string        `name:"base-url" placeholder:"URL" help:"Address of the service; a workspace is at its own name in front of this host. Default: http://localhost with the port of --listen."`
	Data           string        `name:"data" placeholder:"DIR" help:"The one directory for everything kept on disk. Default: bailiwick-data in the working directory; demo makes a fresh one."`
	Database       string        `name:"database" placeholder:"URL" secret:"true" help:"postgres:// URL of the app role; without it SQLite files in the data directory are used."`
	DatabaseOwner  string        `name:"database-owner" placeholder:"URL" secret:"true" help:"postgres:// URL of the owner role. Only migrate uses it; do not give it to serve."`
	Cells          []string      `name:"cells" placeholder:"NAME:REGION:PLACE" sep:"none" secret:"true" help:"Places for workspaces besides the installation's own: a name, a hosting region, and file:DIR or the postgres:// URL of the app role. In the file a list, also of {name, region, data} or {name, region, database}; elsewhere with blanks between."`
	CellOwners     []string      `name:"cell-owners" placeholder:"NAME=URL" sep:"none" secret:"true" help:"postgres:// URLs of the owner roles of cells in databases. Only migrate uses them; do not give them to serve."`
	Keystore       string        `name:"keystore" placeholder:"URL" secret:"true" help:"file:DIR or postgres:// URL of the keystore, which must not be the database of the data. Default: keys in the data directory."`
	RootKey        string        `name:"root-key" placeholder:"FILE" help:"File of the root key. Default: root.key in the data directory."`
	TLSCert        string        `name:"tls-cert" placeholder:"FILE" help:"Certificate chain (PEM), read again when it changes."`
	TLSKey         string        `name:"tls-key" placeholder:"FILE" help:"Private key of the certificate (PEM)."`
	TrustedProxy   []string      `name:"trusted-proxy" placeholder:"CIDR" help:"Networks of the reverse proxy whose X-Forwarded-For and X-Forwarded-Proto are believed."`
	CountryHeader  string        `name:"country-header" placeholder:"NAME" help:"Header in which the reverse proxy says from which country a request comes (ISO 3166-1 alpha-2). It can only narrow what somebody sees. Needs --trusted-proxy, and a proxy that overwrites the header."`
	SecurityMail   string        `name:"security-contact" placeholder:"MAIL" help:"Where to report a weakness; published in /.well-known/security.txt."`
	MailURL        string        `name:"mail-url" placeholder:"URL" help:"Mail server: smtps://USER@HOST:465, or smtp://USER@HOST:587 with STARTTLS, or smtp://127.0.0.1:PORT?tls=none on this machine. Without it people are told in their inbox only."`
	MailFrom       string        `name:"mail-from" placeholder:"MAIL" help:"Address that mail is sent from."`
	MailPassword   string        `name:"mail-password" placeholder:"TEXT" secret:"true" help:"Password of the user that --mail-url names; better in the file that BAILIWICK_MAIL_PASSWORD_FILE names."`
	MaxRequests    int           `name:"max-requests" default:"256" placeholder:"N" help:"Requests worked on at once; more wait a moment and are then turned away."`
	TenantRate     int           `name:"tenant-rate" default:"300" placeholder:"N" help:"Requests per second that one workspace may make (bursts of twice as many); 0 for no limit."`
	RequestTimeout time.Duration `name:"request-timeout" default:"60s" placeholder:"TIME" help:"Longest time for reading a request and for writing its answer."`
	DrainTimeout   time.Duration `name:"drain-timeout" default:"25s" placeholder:"TIME" help:"Longest time that a stop waits for requests in flight."`
	LogLevel       string        `name:"log-level" default:"info" enum:"debug,info,warn,error" help:"Least level of the log lines written to standard error."`
}

// Defaults returns the configuration of a run without flags, environment or
// file.
func Defaults() Config {
	return Config{
		Listen: "127.0.0.1:8080", AdminListen: "127.0.0.1:8081", MaxRequests: 256, TenantRate: 300,
		RequestTimeout: time.Minute, DrainTimeout: 25 * time.Second, LogLevel: "info",
	}
}

// headerName is what the name of a header looks like.
var headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)

// Check reports everything about the configuration that cannot work, before
// anything is opened: a sentence per fault with what to do about it.
func (c *Config) Check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		bad("--listen needs HOST:PORT, such as 127.0.0.1:8080")
	} else if !c.UsesTLS() && len(c.TrustedProxy) == 0 && !loopback(c.Listen) {
		bad("--listen names an address that others can reach, without encryption: give --tls-cert and --tls-key, or name the reverse proxy in front with --trusted-proxy, or listen on 127.0.0.1")
	}
	if c.AdminListen != "off" {
		if _, _, err := net.SplitHostPort(c.AdminListen); err != nil {
			bad("--admin-listen needs HOST:PORT, or \"off\"")
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		bad("--tls-cert and --tls-key belong together: give both or neither")
	}
	if _, err := c.Base(); err != nil {
		errs = append(errs, err)
	}
	if _, err := c.proxies(); err != nil {
		errs = append(errs, err)
	}
	if c.CountryHeader != "" {
		if len(c.TrustedProxy) == 0 {
			bad("--country-header is believed only from a reverse proxy: name it with --trusted-proxy")
		}
		if !headerName.MatchString(c.CountryHeader) {
			bad("--country-header needs the name of a header, such as X-Country")
		}
	}
	if u, err := c.Base(); err == nil && u.Scheme == "https" && !c.UsesTLS() && len(c.TrustedProxy) == 0 {
		bad("--base-url is https, but nothing here encrypts: give --tls-cert and --tls-key, or name the reverse proxy in front with --trusted-proxy")
	}
	for name, v := range map[string]string{"--database": c.Database, "--database-owner": c.DatabaseOwner} {
		if v != "" && !isPostgres(v) {
			bad("%s needs a postgres:// URL", name)
		}
	}
	if _, err := c.Mailer(); err != nil {
		errs = append(errs, err)
	}
	if err := keystore.Apart(c.KeystoreSpec(), c.DataSpec()); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, c.checkCells()...)
	if c.MaxRequests < 1 || c.TenantRate < 0 || c.RequestTimeout < time.Second || c.DrainTimeout < 0 {
		bad("--max-requests must be at least 1, --request-timeout at least 1s, --tenant-rate and --drain-timeout not negative")
	}
	return errors.Join(errs...)
}

// UsesTLS reports whether the server itself speaks TLS.
func (c *Config) UsesTLS() bool { return c.TLSCert != "" && c.TLSKey != "" }

// Mailer returns what hands mail over; nil if no mail server is configured.
func (c *Config) Mailer() (*outbox.Mailer, error) {
	if c.MailURL == "" {
		if c.MailFrom != "" || c.MailPassword != "" {
			return nil, errors.New("--mail-from and --mail-password do nothing without --mail-url")
		}
		return nil, nil
	}
	return outbox.NewMailer(c.MailURL, c.MailFrom, c.MailPassword)
}

// Base returns the base URL: its host is the public site, a workspace is at
// SLUG.host and the provider's console at provider.host.
func (c *Config) Base() (*url.URL, error) {
	s := c.BaseURL
	if s == "" {
		_, port, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return nil, errors.New("--base-url cannot be derived: --listen needs HOST:PORT")
		}
		scheme := "http"
		if c.UsesTLS() {
			scheme = "https"
		}
		s = scheme + "://" + net.JoinHostPort("localhost", port)
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("--base-url needs scheme and host only, such as https://bailiwick.example.com")
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, errors.New("--base-url needs a host name, not an address: workspaces are names in front of it")
	}
	if u.Scheme == "http" && !localName(u.Hostname()) {
		return nil, errors.New("--base-url must be https unless the host is localhost: sessions are not sent in the clear")
	}
	u.Host, u.Path = strings.ToLower(u.Host), ""
	return u, nil
}

// DataDir is the one data directory.
func (c *Config) DataDir() string {
	if c.Data == "" {
		return "bailiwick-data"
	}
	return c.Data
}

// DataSpec names the place of the data: a PostgreSQL URL or "file:DIR".
func (c *Config) DataSpec() string {
	if c.Database != "" {
		return c.Database
	}
	return "file:" + filepath.Join(c.DataDir(), "store")
}

// KeystoreSpec names the place of the keys: a PostgreSQL URL or "file:DIR". In
// the data directory it stands beside the data, so that a backup can take one
// without the other.
func (c *Config) KeystoreSpec() string {
	if c.Keystore != "" {
		return c.Keystore
	}
	return "file:" + filepath.Join(c.DataDir(), "keys")
}

// RootKeyFile is the path of the root key.
func (c *Config) RootKeyFile() string {
	if c.RootKey != "" {
		return c.RootKey
	}
	return filepath.Join(c.DataDir(), "root.key")
}

// proxies parses the networks of TrustedProxy.
func (c *Config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range c.TrustedProxy {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, aerr := netip.ParseAddr(s)
			if aerr != nil {
				return nil, errors.New("--trusted-proxy needs networks in CIDR form, such as 10.0.0.0/8")
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if p.Bits() == 0 {
			return nil, errors.New("--trusted-proxy must not be the whole Internet: name the networks of the proxy")
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func isPostgres(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// loopback reports whether a listen address can be reached from this machine
// only.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// localName reports whether a host name is localhost or below it (RFC 6761).
func localName(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
