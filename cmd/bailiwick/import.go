package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// importCommand imports over the API of a running server with a token of the
// workspace. There is no way round: an operator holds no customer's data and
// therefore writes none (R3.1).
type importCommand struct {
	File      string   `arg:"" help:"CSV file, workbook (.xlsx), or OSCAL catalogue (.json)."`
	URL       string   `required:"" placeholder:"URL" help:"Address of the workspace, such as http://acme.localhost:8080."`
	Type      string   `required:"" placeholder:"TYPE" help:"Record type: control, vulnerability, person, risk, incident."`
	TokenFile string   `placeholder:"FILE" help:"File with an API token that covers records:import. Default: the variable BAILIWICK_TOKEN."`
	Mode      string   `enum:"create,update,skip" default:"create" help:"What to do with a row whose key is there: create, update or skip."`
	Key       string   `placeholder:"FIELD" help:"Field that tells records apart, for update and skip. Default: that of the type, such as cve_id."`
	Map       []string `sep:"none" placeholder:"COLUMN=FIELD" help:"Which column goes into which field; may be repeated. Default: by names and labels."`
	Resume    string   `placeholder:"ID" help:"Go on with the interrupted import of that id, with the same file and flags."`
	DryRun    bool     `help:"Judge every row and write nothing."`
	Undo      bool     `help:"Take back the import whose id is given in place of the file."`
}

// maxUpload is the largest file the server takes.
const maxUpload = 64 << 20

// result is the part of the API's answer that the terminal shows.
type result struct {
	ID                                        string
	DryRun                                    bool `json:"dry_run"`
	Rows, Created, Changed, Skipped, Rejected int
	Deleted, Reverted                         int
	Present                                   int    // rows whose key is there already
	PresentKey                                string `json:"present_key"`
	Left                                      []string
	Errors                                    []struct {
		Row, Line                          int
		Column, Field, Rule, Code, Message string
	}
	Title, Detail string // of a problem
}

// Run uploads the file and prints what became of each row that was refused.
func (c *importCommand) Run(inv *invocation) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	req, closeFile, err := c.request(inv.ctx)
	if err != nil {
		return err
	}
	defer closeFile()
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := apiClient().Do(req)
	if err != nil {
		return fmt.Errorf("the workspace does not answer: %w", err)
	}
	defer resp.Body.Close()
	var res result
	if err := json.NewDecoder(io.LimitReader(resp.Body, 16<<20)).Decode(&res); err != nil {
		return fmt.Errorf("the workspace answered %s with something else than JSON: is --url right?", resp.Status)
	}
	return c.report(inv.out, resp.StatusCode, &res)
}

func (c *importCommand) report(out io.Writer, status int, res *result) error {
	for _, e := range res.Errors {
		where := e.Column
		if where == "" {
			where = e.Field
		}
		place := fmt.Sprintf("row %d", e.Row)
		if e.Line > 0 {
			place = fmt.Sprintf("line %d", e.Line)
		}
		if where != "" {
			place += ", " + where
		}
		fmt.Fprintf(out, "%s: %s (%s)\n", place, e.Message, e.Rule)
	}
	if status >= 300 {
		why := res.Detail
		if why == "" {
			why = res.Title
		}
		return fmt.Errorf("refused (%d): %s", status, why)
	}
	if c.Undo {
		fmt.Fprintf(out, "taken back: %d deleted, %d reverted\n", res.Deleted, res.Reverted)
		if len(res.Left) > 0 {
			fmt.Fprintf(out, "left because changed since: %s\n", strings.Join(res.Left, ", "))
		}
		return nil
	}
	counts := "%s: %d created, %d changed, %d skipped, %d rejected\n"
	if res.DryRun {
		counts = "%s: %d would be created, %d changed, %d skipped, %d rejected\n"
	}
	fmt.Fprintf(out, counts, counted(res.Rows, "row"), res.Created, res.Changed, res.Skipped, res.Rejected)
	if res.Present > 0 {
		fmt.Fprintf(out, "already here by %s: %s; --mode skip --key %s leaves them out, --mode update changes them\n", res.PresentKey, counted(res.Present, "row"), res.PresentKey)
	}
	if res.DryRun {
		fmt.Fprintln(out, "This was a dry run; nothing was written.")
	} else if res.ID != "" {
		fmt.Fprintf(out, "Undo with: bailiwick import --undo %s --type %s --url %s\n", res.ID, c.Type, c.URL)
	}
	if res.Rejected > 0 {
		return fmt.Errorf("%s rejected", counted(res.Rejected, "row"))
	}
	return nil
}

// request is the API call of the flags.
func (c *importCommand) request(ctx context.Context) (*http.Request, func() error, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Host == "" {
		return nil, nil, errors.New("--url must be the address of the workspace, such as http://acme.localhost:8080")
	}
	if c.Undo {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath("api/v1/imports", c.File, "undo").String(), nil)
		return req, func() error { return nil }, err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, nil, err
	}
	if info, err := f.Stat(); err == nil && info.Size() > maxUpload {
		_ = f.Close()
		return nil, nil, errors.New("the file is larger than 64 MiB: split it")
	}
	u := base.JoinPath("api/v1/imports")
	q := url.Values{"type": {c.Type}, "mode": {c.Mode}, "map": c.Map}
	if c.Key != "" {
		q.Set("key", c.Key)
	}
	if c.Resume != "" {
		q.Set("resume", c.Resume)
	}
	if c.DryRun {
		q.Set("dry_run", "true")
	}
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), f)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	media := "text/csv"
	switch strings.ToLower(filepath.Ext(c.File)) {
	case ".json":
		media = "application/json"
	case ".xlsx":
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	req.Header.Set("Content-Type", media)
	return req, f.Close, nil
}

func (c *importCommand) token() (string, error) {
	if c.TokenFile == "" {
		if t := os.Getenv("BAILIWICK_TOKEN"); t != "" {
			return t, nil
		}
		return "", errors.New("give --token-file or BAILIWICK_TOKEN: an API token of the workspace that covers records:import")
	}
	b, err := readBounded(c.TokenFile)
	return strings.TrimSpace(string(b)), err
}

// apiClient is an HTTP client that finds *.localhost on this machine, as
// browsers do; many resolvers do not (RFC 6761).
func apiClient() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Client{Timeout: 20 * time.Minute, Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 15 * time.Minute,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if host, port, err := net.SplitHostPort(addr); err == nil && strings.HasSuffix(host, ".localhost") {
				addr = net.JoinHostPort("localhost", port)
			}
			return dialer.DialContext(ctx, network, addr)
		},
	}}
}
