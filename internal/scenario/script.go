package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/outbox/mailtest"
)

// A script is a text file of one step per line; empty lines and lines that
// begin with # are comments. Each step is one of:
//
//	workspace SLUG [RULES.yaml]        make a workspace, every basis recorded
//	bare SLUG RULES.yaml               make one without any basis
//	user SLUG NAME COUNTRY ROLE[,ROLE] make a user and sign them in ("-" = country unknown)
//	as NAME [page]                     act as a user, by token or as a browser; "as nobody"
//	at HOST                            the host from here on; "at -" = the person's own
//	with NAME: VALUE                   a header of the next request
//	METHOD PATH [BODY]                 send a request; \n in a body is the end of a line
//	status N                           what the answer must be
//	has TEXT                           the body holds TEXT
//	lacks TEXT                         neither body nor headers hold TEXT
//	header NAME: VALUE                 a header of the answer
//	json PATH = VALUE                  a member of the body, such as items.0.ref
//	keep VAR PATH                      remember a member; $VAR stands for it later
//	keep VAR body                      remember the whole body
//	same VAR                           the body is byte for byte that of VAR
//	log lacks TEXT                     no line of the server's log holds TEXT
//	wait DURATION                      the server's clock goes on, such as by 25h
//	time VAR DURATION                  $VAR is the time that the clock shows then
//	job SLUG                           changes of the configuration that are due take effect, people are reminded
//	mails SLUG N                       deliver the workspace's mail: there are N
//	mail has TEXT                      one of these mails holds TEXT
//	mail lacks TEXT                    none of these mails holds TEXT, headers included
type script struct {
	t      testing.TB
	w      *World
	dir    string
	by     *Person
	page   bool
	host   string
	header map[string]string
	last   Answer
	mails  []mailtest.Mail
	kept   map[string]string
}

// methods that a line can begin with.
var methods = []string{"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"}

// Run carries out a script in a world that nobody has used yet.
func Run(t testing.TB, w *World, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{t: t, w: w, dir: filepath.Dir(path), kept: map[string]string{}}
	for i, l := range strings.Split(string(text), "\n") {
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if err := s.step(s.fill(l)); err != nil {
			t.Fatalf("%s:%d: %s\n\t%v", filepath.Base(path), i+1, l, err)
		}
	}
}

// fill puts the kept values in.
func (s *script) fill(l string) string {
	for k, v := range s.kept {
		l = strings.ReplaceAll(l, "$"+k, v)
	}
	return l
}

func (s *script) step(l string) error {
	word, rest, _ := strings.Cut(l, " ")
	rest = strings.TrimSpace(rest)
	if slices.Contains(methods, word) {
		return s.send(word, rest)
	}
	switch word {
	case "workspace", "bare", "user":
		return s.prepare(word, strings.Fields(rest))
	case "as":
		return s.as(strings.Fields(rest))
	case "at":
		if s.host = rest; rest == "-" {
			s.host = ""
		}
		return nil
	case "with":
		name, value, ok := strings.Cut(rest, ": ")
		if !ok {
			return fmt.Errorf("want NAME: VALUE")
		}
		if s.header == nil {
			s.header = map[string]string{}
		}
		s.header[name] = value
		return nil
	case "wait", "time", "job":
		return s.later(word, strings.Fields(rest))
	case "mails":
		return s.deliver(strings.Fields(rest))
	case "mail":
		return s.mail(rest)
	default:
		return s.check(word, rest)
	}
}

// later is what has to do with the clock.
func (s *script) later(word string, f []string) error {
	if len(f) == 0 {
		return fmt.Errorf("a word is missing")
	}
	if word == "job" {
		return s.w.ActivateDue(s.t, f[0])
	}
	d, err := time.ParseDuration(f[len(f)-1])
	switch {
	case err != nil:
		return err
	case word == "wait":
		s.w.clock.add(d)
	case len(f) == 2:
		s.kept[f[0]] = s.w.Parts.Clock.Now().Add(d).Format(time.RFC3339Nano)
	}
	return nil
}

func (s *script) deliver(f []string) error {
	if len(f) != 2 {
		return fmt.Errorf("want SLUG N")
	}
	s.w.Deliver(s.t, f[0])
	s.mails = s.w.Mail.Mails()
	if n, err := strconv.Atoi(f[1]); err != nil || len(s.mails) != n {
		return fmt.Errorf("there are %d", len(s.mails))
	}
	return nil
}

func (s *script) mail(rest string) error {
	what, text, _ := strings.Cut(rest, " ")
	has := slices.ContainsFunc(s.mails, func(m mailtest.Mail) bool { return strings.Contains(m.Decoded(), text) })
	if text == "" || what != "has" && what != "lacks" || has != (what == "has") {
		return fmt.Errorf("%d mails: %+v", len(s.mails), s.mails)
	}
	return nil
}

func (s *script) prepare(what string, f []string) error {
	switch {
	case what == "workspace" && len(f) == 1:
		s.w.Workspace(s.t, f[0], nil)
	case what != "user" && len(f) == 2:
		rules, err := os.ReadFile(filepath.Join(s.dir, f[1]))
		if err != nil {
			return err
		}
		if what == "bare" {
			s.w.Bare(s.t, f[0], rules)
			return nil
		}
		s.w.Workspace(s.t, f[0], rules)
	case what == "user" && len(f) == 4:
		var roles []bailiwick.Role
		for _, r := range strings.Split(f[3], ",") {
			roles = append(roles, bailiwick.Role(r))
		}
		country := bailiwick.Country(f[2])
		if f[2] == "-" {
			country = bailiwick.UnknownCountry
		}
		s.w.User(s.t, f[0], f[1], country, roles...)
	default:
		return fmt.Errorf("wrong number of words")
	}
	return nil
}

func (s *script) as(f []string) error {
	if len(f) == 0 {
		return fmt.Errorf("as whom?")
	}
	s.by, s.page = s.w.people[f[0]], len(f) > 1 && f[1] == "page"
	if s.by == nil && f[0] != "nobody" {
		return fmt.Errorf("there is no user %s", f[0])
	}
	return nil
}

func (s *script) send(method, rest string) error {
	path, body, _ := strings.Cut(rest, " ")
	if !strings.HasPrefix(body, "{") { // JSON has its own escapes
		body = strings.ReplaceAll(body, `\n`, "\n")
	}
	a := s.w.Do(s.t, Request{By: s.by, Page: s.page, Host: s.host, Method: method, Path: path, Body: body, Header: s.header})
	s.last, s.header = a, nil
	return nil
}

func (s *script) check(word, rest string) error {
	body := s.last.Body
	switch word {
	case "status":
		if want, err := strconv.Atoi(rest); err != nil || s.last.Status != want {
			return fmt.Errorf("got %d: %.400s", s.last.Status, body)
		}
	case "has":
		if !bytes.Contains(body, []byte(rest)) {
			return fmt.Errorf("the body does not hold it: %.800s", body)
		}
	case "lacks":
		if bytes.Contains(body, []byte(rest)) || strings.Contains(fmt.Sprint(s.last.Header), rest) {
			return fmt.Errorf("the answer holds it: %.800s", body)
		}
	case "header":
		name, want, _ := strings.Cut(rest, ": ")
		if got := s.last.Header.Get(name); got != want {
			return fmt.Errorf("got %q", got)
		}
	case "json":
		path, want, _ := strings.Cut(rest, " = ")
		got, err := member(body, path)
		if err != nil || got != want {
			return fmt.Errorf("got %s, %v", got, err)
		}
	case "keep":
		return s.keep(rest)
	case "same":
		if want, ok := s.kept[rest]; !ok || want != string(body) {
			return fmt.Errorf("got  %.800s\nwant %.800s", body, want)
		}
	case "log":
		if text, ok := strings.CutPrefix(rest, "lacks "); !ok || strings.Contains(s.w.Log.String(), text) {
			return fmt.Errorf("the log holds it")
		}
	default:
		return fmt.Errorf("there is no such step")
	}
	return nil
}

func (s *script) keep(rest string) error {
	name, path, ok := strings.Cut(rest, " ")
	if !ok {
		return fmt.Errorf("want VAR PATH")
	}
	if path == "body" {
		s.kept[name] = string(s.last.Body)
		return nil
	}
	got, err := member(s.last.Body, path)
	s.kept[name] = strings.Trim(got, `"`)
	return err
}

// member finds a member of a JSON document, such as items.0.fields.country,
// and returns it as JSON.
func member(doc []byte, path string) (string, error) {
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		return "", fmt.Errorf("the body is not JSON: %.200s", doc)
	}
	for _, p := range strings.Split(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[p]
			if !ok {
				return "absent", nil
			}
			v = next
		case []any:
			i, err := strconv.Atoi(p)
			if p == "length" {
				v = len(at)
				continue
			}
			if err != nil || i >= len(at) {
				return "absent", nil
			}
			v = at[i]
		default:
			return "absent", nil
		}
	}
	out, err := json.Marshal(v)
	return string(out), err
}
