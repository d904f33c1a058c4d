// Command bailiwick is the whole product in one binary: the server, its demo,
// and the tools of its operators. Each subcommand has a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"bailiwick"
	"bailiwick/internal/server"
)

// cli is the command line. The keys of server.Config are flags of every
// command, so that a value is spelled the same wherever it is given.
type cli struct {
	File          string `name:"config" placeholder:"FILE" help:"Configuration file (YAML or JSON) with the same keys as the flags. ($$BAILIWICK_CONFIG)"`
	server.Config `group:"Configuration, the same for every command:"`

	Demo        demoCommand        `cmd:"" help:"Start with three fictional companies to look around in."`
	Serve       serveCommand       `cmd:"" help:"Serve the workspaces."`
	Tenant      tenantCommand      `cmd:"" help:"Make and list workspaces."`
	Import      importCommand      `cmd:"" help:"Import a CSV file or an OSCAL catalogue into a workspace, with an API token of that workspace."`
	Job         jobCommand         `cmd:"" help:"List the jobs of a server, or run one of them now."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database to this version."`
	ConfigCmd   configCommand      `cmd:"" name:"config" help:"Check or print the configuration."`
	Doctor      doctorCommand      `cmd:"" help:"Look for what is wrong or missing with this installation."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running server whether it is ready; exit status 0 if so."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// invocation is what every subcommand gets.
type invocation struct {
	ctx     context.Context
	config  server.Config
	origins map[string]string // key -> where its value comes from
	out     io.Writer
	log     *slog.Logger
}

func main() {
	limitMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bailiwick: "+sentence(err))
		os.Exit(1)
	}
}

// run parses the command line and runs one subcommand.
func run(ctx context.Context, args, environ []string, out, errOut io.Writer) error {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	values, err := newValues(args, environ)
	if err != nil {
		return err
	}
	var c cli
	exited := false
	parser, err := kong.New(&c, kong.Name("bailiwick"), kong.UsageOnError(), kong.Resolvers(values), kong.Writers(out, errOut),
		kong.Description("Enterprise applications for many customers, with the privacy policy kept by construction."),
		kong.Exit(func(int) { exited = true }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return err
	}
	if err := values.check(parser.Model); err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if exited {
		return nil // --help
	}
	if err != nil {
		return err
	}
	inv := &invocation{ctx: ctx, config: c.Config, origins: values.origins(parsed), out: out, log: logger(errOut, c.LogLevel)}
	return parsed.Run(inv)
}

// limitMemory keeps an idle server small: the collector works a little more
// and the heap stays near what is in use. The standard variables override it.
func limitMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(1 << 30)
	}
}

func logger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // kong has checked it
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l}))
}

// counted is a number with its noun: "1 workspace", "2 workspaces".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// sentence is an error as an operator reads it: the public message first, then
// what is wrong with which field, then the cause.
func sentence(err error) string {
	var e *bailiwick.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	var b strings.Builder
	b.WriteString(e.Message)
	for _, f := range e.Fields {
		b.WriteString("\n  " + f.Field + ": " + f.Message)
	}
	if e.Err != nil {
		b.WriteString("\n  cause: " + e.Err.Error())
	}
	return b.String()
}
