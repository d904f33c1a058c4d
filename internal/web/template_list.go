package web

import (
	"net/http"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/identity"
	"bailiwick/internal/proposal"
	"bailiwick/internal/web/page"
)

// TemplateList shows the drafts of rules by category and country. They are no
// statement of the law, and the page says so.
func (s *Site) TemplateList(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if !v.seesMatrix() {
		return bailiwick.Denied("Your roles do not include this.")
	}
	return v.show("templates", v.templatePage())
}

var certaintyTones = map[proposal.Certainty]string{
	proposal.Confirmed: "ok", proposal.Partly: "warn", proposal.Known: "warn", proposal.Weak: "bad",
}

func (v *visit) templatePage() page.Templates {
	m := page.Templates{Base: v.base(v.p.T("templates.title"))}
	accepts := v.view.Has(access.PermConfigure) && v.view.Has(access.PermPrivacy)
	if accepts {
		m.Drafts = v.draftOptions()
	}
	var seen []bailiwick.Category
	for _, t := range proposal.Templates() {
		item := page.Template{
			ID: t.ID, Places: v.countryItems(t.Countries), Basis: t.Basis, Source: t.Source, Caution: t.Caution,
			Certainty: v.p.T("templates.certainty." + string(t.Certainty)), Tone: certaintyTones[t.Certainty],
		}
		for _, r := range t.Rules {
			r.Cite = ""
			item.Lines = append(item.Lines, v.ruleSentence(r))
		}
		switch {
		case !t.Usable():
			item.There = v.p.T("templates.reading")
		case t.AcceptedIn(v.cfg.Document()):
			item.There = v.p.T("templates.there")
		case accepts:
			item.Action = "/templates/" + t.ID
		}
		category := bailiwick.Category("")
		if len(t.Categories) > 0 {
			category = t.Categories[0]
		}
		i := slices.Index(seen, category)
		if i < 0 {
			i, seen = len(seen), append(seen, category)
			m.Groups = append(m.Groups, page.TemplateGroup{Chip: v.chip(category)})
			if category == "" {
				m.Groups[i].Chip.Label = v.p.T("templates.other")
			}
		}
		m.Groups[i].Items = append(m.Groups[i].Items, item)
	}
	return m
}

// draftOptions are the changes that a template can go into, a new one last
// where there is another.
func (v *visit) draftOptions() []page.Option {
	list, err := v.proposals.List(v.r.Context(), v.actor, 0, changesPerPage)
	if err != nil {
		return nil
	}
	var out []page.Option
	for _, p := range list {
		if editable(p) && !p.Stale {
			out = append(out, page.Option{Value: p.ID.String(), Label: p.Ref() + " " + p.Title})
		}
	}
	if out == nil {
		return nil
	}
	return append(out, page.Option{Value: "", Label: v.p.T("templates.new")})
}

// TemplateAccept puts the rules of one template into a change, or into a new
// one.
func (s *Site) TemplateAccept(w http.ResponseWriter, r *http.Request, c identity.Caller) error {
	v, err := s.visit(w, r, c)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	t, err := proposal.TemplateOf(r.PathValue("id"))
	if err != nil {
		return err
	}
	var p proposal.Proposal
	if into := strings.TrimSpace(r.PostForm.Get("into")); into == "" {
		p, err = v.proposals.Start(r.Context(), v.actor, v.p.T("templates.change", "Template", t.ID))
	} else {
		id, bad := bailiwick.ParseID(into)
		if bad != nil {
			return bailiwick.NotFound()
		}
		p, err = v.proposals.Get(r.Context(), v.actor, proposal.ProposalID{ID: id})
	}
	if err != nil {
		return err
	}
	_, err = v.proposals.AcceptTemplate(r.Context(), v.actor, p.ID, p.Revision, t.ID)
	switch code := bailiwick.ErrorCode(err); code {
	case "":
		return v.redirect(p.Path(), "template")
	case bailiwick.CodeConflict, bailiwick.CodeTransition:
		m := v.templatePage()
		m.Error = v.changeFault(err)
		return v.render.show(w, r, code.Status(), "templates", v.lang, m)
	default:
		return err
	}
}
